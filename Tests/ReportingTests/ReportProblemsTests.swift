import Catalogue
import Testing

@testable import Experiments
@testable import Reporting

struct ReportProblemsTests {
  private let plan = Fixture.plan(
    ["attack", "aggregator", "bias"],
    ["none fedavg 0.1", "none krum 0.1", "alie fedavg 0.1", "alie krum 0.1", "none fedavg 0.5", "none krum 0.5"])

  private func problems(_ change: (inout ReportSettings) -> Void) -> [String] {
    var settings = ReportSettings()
    change(&settings)
    return settings.problems(in: plan).map { "\($0.entry): \($0.message)" }
  }

  @Test func whatFitsHasNoProblem() {
    #expect(problems { _ in } == [])
    let fits = problems { settings in
      settings.tables = [
        .init(rows: "attack", columns: "aggregator", value: "test_accuracy", split: nil),
        .init(rows: "attack", columns: "aggregator", value: "test_accuracy", split: ["bias"]),
        // What does not vary splits nothing.
        .init(rows: "bias", columns: "attack", value: "test_accuracy", split: ["aggregator", "profile"]),
      ]
      settings.plots = [
        .init(x: "round", y: "test_accuracy", series: nil, split: nil),
        .init(x: "bias", y: "test_accuracy", series: "aggregator", split: ["attack", "profile"]),
      ]
    }
    #expect(fits == [])
  }

  @Test func severalResultsInOnePlaceAreFoundBeforeThereAreAny() {
    let found = problems { settings in
      settings.tables = [.init(rows: "attack", columns: "aggregator", value: "test_accuracy", split: [])]
      settings.plots = [
        .init(x: "round", y: "test_accuracy", series: "aggregator", split: ["attack"]),
        .init(x: "bias", y: "test_accuracy", series: "aggregator", split: []),
      ]
    }
    #expect(
      found == [
        "table(0): several results belong in one place, as they differ in bias; split the table by it",
        "plot(0): several results belong in one place, as they differ in bias; split the plot by it",
        "plot(1): several results belong in one place, as they differ in attack; split the plot by it",
      ])
  }

  @Test func namesThatNoColumnHasAndAnXThatIsNoNumberAreFound() {
    let found = problems { settings in
      settings.tables = [.init(rows: "root.size", columns: "aggregator", value: "test_accuracy", split: nil)]
      settings.plots = [
        .init(x: "attack", y: "test_accuracy", series: nil, split: nil),
        .init(x: "round", y: "test_accuracy", series: "clients", split: nil),
      ]
      settings.reference = [
        .init(source: "s", parameters: ["rounds": .integer(5)], metrics: ["test_accuracy": 1])
      ]
    }
    let known = "there are: attack, aggregator, bias"
    #expect(
      found == [
        "table(0): no parameter 'root.size' in these results; \(known)",
        "plot(0): 'attack' cannot be the x of a plot, as 'none' is no number",
        "plot(1): no parameter 'clients' in these results; \(known)",
        "reference(0): no parameter 'rounds' in these results; \(known)",
      ])
  }
}
