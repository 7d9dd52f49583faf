import Catalogue
import Testing

@testable import Experiments
@testable import Reporting

struct ComparisonTests {
  private static func summary() -> CSVTable {
    var table = CSVTable(header: [
      "attack", "aggregator", "bias", "n", "test_accuracy_final_n", "test_accuracy_final_mean",
    ])
    table.append(["none", "fedavg", "0.5", "3", "3", "0.84"])
    table.append(["none", "krum", "0.5", "3", "1", "0.71"])
    table.append(["min-max", "krum", "0.5", "0", "0", ""])
    return table
  }

  private func reference(_ parameters: [String: Value], _ value: Double) -> ReportSettings.Reference {
    ReportSettings.Reference(source: "a paper", parameters: parameters, metrics: ["test_accuracy": value])
  }

  @Test func setsOurMeanBesideThePublishedValue() throws {
    let comparison = try Comparison(
      summary: ComparisonTests.summary(),
      references: [
        reference(["attack": .string("none"), "aggregator": .string("krum"), "bias": .number(0.5)], 0.75),
        reference(["attack": .string("min-max"), "aggregator": .string("krum")], 0.5),
      ])
    #expect(
      comparison.text == """
        aggregator krum, attack none, bias 0.5: test_accuracy 0.7100 over 1 seed, published 0.7500 (a paper), \
        difference -0.0400
        aggregator krum, attack min-max: test_accuracy not measured, published 0.5000 (a paper)
        """)
  }

  @Test func aParameterThatNoColumnHasIsAnError() {
    #expect(throws: ReportError.unknown("model", what: "parameter", known: ["attack", "aggregator", "bias"])) {
      try Comparison(summary: ComparisonTests.summary(), references: [reference(["model": .string("cnn")], 0.5)])
    }
  }
}
