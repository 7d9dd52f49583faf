import Experiments
import Testing

@testable import Reporting

struct TableBestTests {
  private func best(_ means: [String], value: String = "test_accuracy") throws -> Set<Int> {
    var summary = CSVTable(header: [
      "attack", "aggregator", "n", "n_expected", "n_failed", "n_diverged", "\(value)_final_mean", "\(value)_final_std",
    ])
    for (index, mean) in means.enumerated() {
      // A star stands for a group of which a seed is missing.
      let finished = mean.hasSuffix("*") ? "2" : "3"
      summary.append(["none", "rule-\(index)", finished, "3", "0", "0", mean.replacing("*", with: ""), "0.1"])
    }
    let tables = try Table.tables(from: summary, TableRequest(value: value))
    return try #require(tables.first).best(inRow: 0)
  }

  @Test func theHighestAccuracyIsTheBest() throws { #expect(try best(["0.5", "0.75", "0.625"]) == [1]) }

  @Test func theLowestLossIsTheBest() throws {
    #expect(try best(["0.5", "0.75"], value: "test_loss") == [0])
    #expect(try best(["0.5", "0.75"], value: "attack_success_rate") == [0])
  }

  @Test func thoseThatReadAlikeShareThePlace() throws { #expect(try best(["0.8731", "0.8734", "0.872"]) == [0, 1]) }

  @Test func anIncompleteEntryIsNeverTheBest() throws { #expect(try best(["0.5", "0.9*", "0.6"]) == [2]) }

  @Test func whatDivergedIsNeverTheBest() throws { #expect(try best(["nan", "inf", "0.4", "0.3"]) == [2]) }

  @Test func oneEntryAloneIsNotTheBest() throws { #expect(try best(["0.5", "0.9*"]) == []) }

  @Test func aMeasurementWithoutABetterHasNoBest() throws {
    #expect(try best(["0.5", "0.9"], value: "update_norm") == [])
  }
}
