import Experiments
import Testing

@testable import Reporting

struct TableBestTests {
  /// A group of three seeds under one attack and one rule.
  private struct Group {
    var attack = "none"
    var rule: String
    var mean: String
    var finished = 3
    var diverged = 0
    var measured: Int?
    var fallbackRounds = 0
  }

  private func table(
    _ groups: [Group], value: String = "test_accuracy", rows: String? = "attack", columns: String? = "aggregator"
  ) throws -> Table {
    var summary = CSVTable(header: [
      "attack", "aggregator", "n", "n_expected", "n_failed", "n_diverged", "played_rounds", "fallback_rounds",
      "\(value)_final_n", "\(value)_final_mean", "\(value)_final_std",
    ])
    for group in groups {
      summary.append(
        [group.attack, group.rule] + [group.finished, 3, 0, group.diverged, 30, group.fallbackRounds].map(String.init)
          + ["\(group.measured ?? group.finished)", group.mean, "0.1"])
    }
    return try #require(
      try Table.tables(from: summary, TableRequest(rows: rows, columns: columns, value: value)).first)
  }

  /// The columns of the best of one row.
  private func best(_ means: [String], value: String = "test_accuracy") throws -> [Int] {
    try best(means.enumerated().map { Group(rule: "rule-\($0)", mean: $1) }, value: value)
  }

  private func best(_ groups: [Group], value: String = "test_accuracy") throws -> [Int] {
    try table(groups, value: value).best.map(\.column).sorted()
  }

  @Test func theHighestAccuracyIsTheBest() throws {
    #expect(try best(["0.5", "0.75", "0.625"]) == [1])
    #expect(try best(["0.5", "0.75"], value: "malicious_rejected") == [1])
  }

  @Test func theLowestLossIsTheBest() throws {
    for value in ["test_loss", "attack_success_rate", "benign_rejected", "malicious_accepted"] {
      #expect(try best(["0.5", "0.75"], value: value) == [0])
    }
  }

  @Test func thoseThatArePrintedAlikeShareThePlace() throws {
    #expect(try best(["0.8731", "0.8734", "0.872"]) == [0, 1])
    // Printed as 0.062, since this number is a little below the middle.
    #expect(try best(["0.0625", "0.0621", "0.061"]) == [0, 1])
  }

  @Test func nothingIsTheBestWhereAllArePrintedAlike() throws {
    #expect(try best(["0.5", "0.5001", "0.4999"]) == [])
    #expect(try best(["0", "0"], value: "attack_success_rate") == [])
  }

  @Test func anIncompleteEntryIsNeverTheBest() throws {
    let groups = [
      Group(rule: "a", mean: "0.5"), Group(rule: "b", mean: "0.9", finished: 2), Group(rule: "c", mean: "0.6"),
    ]
    #expect(try best(groups) == [2])
  }

  @Test func whatDivergedIsNeverTheBest() throws {
    #expect(try best(["nan", "inf", "0.4", "0.3"]) == [2])
    // The mean over the seeds that are left.
    let groups = [
      Group(rule: "a", mean: "0.2"), Group(rule: "b", mean: "0.9", diverged: 1), Group(rule: "c", mean: "0.1"),
    ]
    #expect(try best(groups) == [0])
    #expect(
      try table(groups).bestMeaning == "the best of its row (the highest), among complete entries that did not diverge")
  }

  @Test func aMeanOverFewerSeedsIsNeverTheBest() throws {
    let groups = [
      Group(rule: "a", mean: "0.2"), Group(rule: "b", mean: "0.9", measured: 2), Group(rule: "c", mean: "0.1"),
    ]
    #expect(try best(groups) == [0])
  }

  @Test func aRuleThatFellBackInMostRoundsIsNeverTheBest() throws {
    let groups = [
      Group(rule: "a", mean: "0.2"), Group(rule: "b", mean: "0.9", fallbackRounds: 16), Group(rule: "c", mean: "0.1"),
    ]
    #expect(try best(groups) == [0])
    let few = groups.map { group in
      var group = group
      group.fallbackRounds = min(group.fallbackRounds, 15)
      return group
    }
    #expect(try best(few) == [1])
    #expect(
      try table(few).notes.map { "\($0.mark) \($0.meaning)" } == [
        "‡ rounds in which the rule used no update and fell back on something else: 15 of 30 (none × b)"
      ])
  }

  @Test func oneEntryAloneIsNotTheBest() throws {
    #expect(try best([Group(rule: "a", mean: "0.5"), Group(rule: "b", mean: "0.9", finished: 2)]) == [])
  }

  @Test func aMeasurementWithoutABetterHasNoBest() throws {
    #expect(try best(["0.5", "0.9"], value: "update_norm") == [])
  }

  private let grid = [
    Group(attack: "none", rule: "a", mean: "0.9"), Group(attack: "none", rule: "b", mean: "0.8"),
    Group(attack: "alie", rule: "a", mean: "0.1"), Group(attack: "alie", rule: "b", mean: "0.7"),
  ]

  @Test func rulesAreComparedWhicheverWayTheTableStands() throws {
    #expect(try table(grid).best == [.init(row: 0, column: 0), .init(row: 1, column: 1)])
    let turned = try table(grid, rows: "aggregator", columns: "attack")
    // Of each attack, not the attack that harms a rule least.
    #expect(turned.best == [.init(row: 0, column: 0), .init(row: 1, column: 1)])
    #expect(turned.rowNames == ["a", "b"] && turned.columnNames == ["none", "alie"])
    #expect(turned.bestMeaning?.hasPrefix("the best of its column (the highest)") == true)
  }

  @Test func whatComparesNoRulesHasNoBest() throws {
    let summary = try Fixture.summary(
      "d,none,fedavg,0.1,,1,1,0,0,yes,0.1,,0.2,\nd,none,fedavg,0.5,,1,1,0,0,yes,0.2,,0.4,\n")
    let table = try #require(try Table.tables(from: summary, TableRequest(rows: "attack", columns: "bias")).first)
    #expect(table.best.isEmpty && table.bestMeaning == nil)
    #expect(!TableFormat.text.render([table]).contains("*"))
  }

  @Test func everyFormatMarksTheSameEntries() throws {
    let table = try table(grid, rows: "aggregator", columns: "attack")
    func lines(_ format: TableFormat, with part: String) -> [String] {
      format.render([table]).split(separator: "\n").map(String.init).filter { $0.contains(part) }
    }
    #expect(
      lines(.text, with: " *") == [
        "a           0.900 ± 0.100 *  0.100 ± 0.100", "b           0.800 ± 0.100    0.700 ± 0.100 *",
      ])
    #expect(
      lines(.markdown, with: "± 0.100**") == [
        "| a | **0.900 ± 0.100** | 0.100 ± 0.100 |", "| b | 0.800 ± 0.100 | **0.700 ± 0.100** |",
      ])
    #expect(
      lines(.latex, with: "\\textbf{0") == [
        #"a & \textbf{0.900 $\pm$ 0.100} & 0.100 $\pm$ 0.100 \\"#,
        #"b & 0.800 $\pm$ 0.100 & \textbf{0.700 $\pm$ 0.100} \\"#,
      ])
    #expect(
      lines(.csv, with: ",1,,,") == [
        "a,none,test_accuracy,0.9,0.1,3,3,3,0,0,30,0,1,,,", "b,alie,test_accuracy,0.7,0.1,3,3,3,0,0,30,0,1,,,",
      ])
    let section = try #require(TableSection([table]))
    #expect(section.blocks[0].rows.map { $0.cells.map(\.kind) } == [["best", "plain"], ["plain", "best"]])
  }
}
