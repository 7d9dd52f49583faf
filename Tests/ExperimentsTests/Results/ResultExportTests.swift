import Catalogue
import Federated
import Foundation
import Testing

@testable import Experiments

struct ResultExportTests {
  private let scratch: ScratchFolder
  private let store: ResultStore

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
  }

  private func rule(_ number: Int, seed: Int, _ threshold: Double = 0.6) -> Cell {
    let values: [String: Value] = ["threshold": .number(threshold), "steps": .integer(3), "limit": .null]
    return Toy.cell(number, ["aggregator": .map(["toy-rule": .map(values)]), "seed": .integer(seed)])
  }

  private func export(_ cells: [Cell], varying: [String] = ["aggregator", "seed"]) throws {
    try store.export(cells, varying: varying, families: Toy.families)
  }

  @Test func writesARowPerCellAndRound() throws {
    let cells = [rule(1, seed: 1), Toy.cell(2, ["root.size": .integer(9)])]
    // Finished in the other order than planned.
    try Toy.finish(cells[1], in: scratch.path, [0.5])
    try Toy.finish(cells[0], in: scratch.path, [0.1, 1])
    try export(cells, varying: ["aggregator", "root.size", "aggregator.threshold"])
    #expect(
      try scratch.text("t/rounds.csv") == """
        key,dataset,model,attack,aggregator,bias,clients,byzantine,root.size,aggregator.threshold,seed,round,\
        test_accuracy,test_loss,attack_success_rate,kept,malicious_rejected,benign_rejected,malicious_accepted,\
        update_norm
        \(cells[0].key),toy-data,lr,none,toy-rule(threshold=0.6),0.5,10,2,,0.6,1,0,0.1,,,,,,,
        \(cells[0].key),toy-data,lr,none,toy-rule(threshold=0.6),0.5,10,2,,0.6,1,1,1,,,,,,,
        \(cells[1].key),toy-data,lr,none,plain,0.5,10,2,9,,1,0,0.5,,,,,,,

        """)
  }

  /// The summary's first columns and those of the accuracy.
  private func summary() throws -> [[String: String]] {
    let table = try store.table("summary.csv")
    return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.header, $0)) }
  }

  @Test func summarisesOverSeeds() throws {
    let cells = [1, 2, 3].map { rule($0, seed: $0) } + [Toy.cell(4)]
    for (index, last) in [0.5, 0.25, 0.75].enumerated() {
      try Toy.finish(cells[index], in: scratch.path, [0, last], divergedAt: index == 1 ? 1 : nil)
    }
    try Toy.finish(cells[3], in: scratch.path, [0.9])
    try export(cells)
    let rows = try summary()
    #expect(rows.count == 2)
    #expect(rows[0]["aggregator"] == "toy-rule(threshold=0.6)")
    #expect(rows[0]["seed"] == nil)
    let counts = ["n", "n_expected", "n_failed", "n_diverged", "complete"]
    #expect(counts.map { rows[0][$0] } == ["3", "3", "0", "1", "yes"])
    let statistics = ["mean", "std", "ci_low", "ci_high", "min", "median", "max"]
    #expect(Summary.statistics == ["n"] + statistics)
    let accuracy = statistics.map { rows[0]["test_accuracy_final_\($0)"] ?? "no column" }
    #expect(rows[0]["test_accuracy_final_n"] == "3")
    // Half the interval: 4.3026527297 · 0.25 / √3.
    #expect(accuracy[0...1] == ["0.5", "0.25"])
    #expect(abs((Double(accuracy[2]) ?? 0) - -0.1210344) < 1e-7)
    #expect(abs((Double(accuracy[3]) ?? 0) - 1.1210344) < 1e-7)
    #expect(accuracy[4...] == ["0.25", "0.5", "0.75"])
    #expect(rows[0]["test_accuracy_last10_mean"] == "0.25")
    #expect(rows[0]["test_loss_final_mean"] == "")
    #expect(rows[0]["test_loss_final_n"] == "0")
    #expect(counts.map { rows[1][$0] } == ["1", "1", "0", "0", "yes"])
    #expect(rows[1]["test_accuracy_final_mean"] == "0.9")
    #expect(rows[1]["test_accuracy_final_std"] == "")
  }

  /// Two seeds of which the second diverged after its first evaluation, which alone measured a loss.
  @Test func whatIsNotMeasuredAtTheLastRoundIsNotTakenFromAnEarlierOne() throws {
    let cells = [1, 2].map { rule($0, seed: $0) }
    for (cell, losses) in zip(cells, [[4, 2, 0.5], [8, nil, nil]] as [[Double?]]) {
      let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
      for (round, loss) in losses.enumerated() { try writer.append(Toy.metrics(round, accuracy: 0.5, loss: loss)) }
      _ = try writer.finish(
        Toy.outcome(divergedAt: losses.contains(nil) ? 1 : nil), provenance: Provenance())
    }
    try export(cells)
    let row = try #require(try summary().first)
    #expect(["n", "n_diverged", "test_accuracy_final_n"].map { row[$0] } == ["2", "1", "2"])
    #expect(["n", "mean", "std"].map { row["test_loss_final_" + $0] } == ["1", "0.5", ""])
    // Nor is the mean over the last evaluations that of the time before it diverged.
    #expect(["n", "mean"].map { row["test_loss_last10_" + $0] } == ["1", "2.1666666666666665"])
  }

  /// A round without a malicious participant has no share of rejected ones, and nothing diverged.
  @Test func evaluationsThatDoNotMeasureAreLeftOutOfTheMeanOfTheLastTen() throws {
    let writer = try CellWriter(cell: Toy.cell(1), root: scratch.path, name: "t")
    for (round, loss) in ([nil, 4, nil, 2] as [Double?]).enumerated() {
      try writer.append(Toy.metrics(round, accuracy: 0.5, loss: loss))
    }
    _ = try writer.finish(provenance: Provenance())
    try export([Toy.cell(1)])
    #expect(try summary()[0]["test_loss_last10_mean"] == "3")
  }

  @Test func saysInHowManyRoundsTheRuleFellBack() throws {
    let cells =
      [1, 2].map { rule($0, seed: $0) } + [Toy.cell(3), Toy.cell(4, ["seed": .integer(9), "bias": .number(0)])]
    let fallback = Outcome.Remark(text: "nobody is kept", firstRound: 1, rounds: 2, isFallback: true)
    let other = Outcome.Remark(text: "masks are spoilt", firstRound: 0, rounds: 1)
    try Toy.finish(cells[0], in: scratch.path, [0.1, 0.2, 0.3], remarks: [fallback, other])
    // Of four rounds two were played.
    try Toy.finish(cells[1], in: scratch.path, [0.1, 0.2, 0.3, 0.4], divergedAt: 1, remarks: [fallback])
    try Toy.finish(cells[2], in: scratch.path, [0.1, 0.2])
    try export(cells)
    let columns = ["played_rounds", "fallback_rounds", "remarks"]
    #expect(
      try summary().map { row in columns.map { row[$0] ?? "no column" } } == [
        ["5", "4", "nobody is kept (4 rounds); masks are spoilt (1 round)"], ["2", "0", ""], ["", "", ""],
      ])
  }

  /// As versions wrote it that kept no remarks.
  @Test func whatARecordDoesNotTellIsEmpty() throws {
    let writer = try CellWriter(cell: Toy.cell(1), root: scratch.path, name: "t")
    try writer.append(Toy.metrics(0, accuracy: 0.5))
    _ = try writer.finish(provenance: Provenance())
    let path = "t/cells/\(Toy.cell(1).key.prefix(2))/\(Toy.cell(1).key)/result.json"
    var record = try ResultRecord(json: [UInt8](try scratch.text(path).utf8))
    #expect(record.remarks == [])
    record.remarks = nil
    try scratch.write(String(decoding: try record.json, as: UTF8.self), path)
    try export([Toy.cell(1)])
    let row = try summary()[0]
    #expect([row["n"], row["played_rounds"], row["fallback_rounds"], row["remarks"]] == ["1", "1", "", ""])
  }

  @Test func thePlannedSummaryIsThatOfTheResultsWithoutThem() throws {
    let cells = [1, 2].map { rule($0, seed: $0) } + [Toy.cell(3)]
    let planned = try ResultStore.plannedSummary(cells, varying: ["aggregator", "seed"], families: Toy.families)
    try export(cells)
    #expect(try store.table("summary.csv") == planned)
    try Toy.finish(cells[0], in: scratch.path, [0.5])
    try export(cells)
    let finished = try store.table("summary.csv")
    #expect(finished.header == planned.header)
    #expect(finished.rows.map { $0.prefix(7) } == planned.rows.map { $0.prefix(7) })
  }

  @Test func averagesTheLastTenEvaluations() throws {
    try Toy.finish(Toy.cell(1), in: scratch.path, [100, 100] + (1...10).map(Double.init))
    try export([Toy.cell(1)])
    #expect(try summary()[0]["test_accuracy_last10_mean"] == "5.5")
    #expect(try summary()[0]["test_accuracy_final_mean"] == "10")
  }

  @Test func saysThatAGroupIsIncomplete() throws {
    let cells = [1, 2, 3].map { rule($0, seed: $0) }
    try Toy.finish(cells[0], in: scratch.path, [0.5])
    try store.recordFailure(of: cells[1], FailureRecord(end: "exit status 1", lastLines: ["one", "said \"no\", died"]))
    try export(cells)
    let row = try #require(try summary().first)
    #expect(["n", "n_expected", "n_failed", "n_diverged", "complete"].map { row[$0] } == ["1", "3", "1", "0", "no"])
    #expect(
      try scratch.text("t/failures.csv") == """
        key,dataset,model,attack,aggregator,bias,clients,byzantine,seed,end,log
        \(cells[1].key),toy-data,lr,none,toy-rule(threshold=0.6),0.5,10,2,2,exit status 1,"one
        said ""no"", died"

        """)
  }

  @Test func tellsCellsApartThatDifferInOneParameterOfAComponent() throws {
    let cells = [rule(1, seed: 1, 0.6), rule(2, seed: 1, 0.7)]
    for cell in cells { try Toy.finish(cell, in: scratch.path, [0.5]) }
    try export(cells)
    #expect(try summary().map { $0["aggregator"] } == ["toy-rule(threshold=0.6)", "toy-rule(threshold=0.7)"])
  }

  @Test func countsDataThatFollowTheSeedAsNoDifference() throws {
    let cells = [1, 2].map { Toy.cell($0, ["seed": .integer($0), "data_seed": .integer($0)]) }
    for cell in cells { try Toy.finish(cell, in: scratch.path, [0.5]) }
    try export(cells)
    #expect(try summary().map { $0["n"] } == ["2"])
    try export(cells, varying: ["data_seed"])
    #expect(try summary().map { $0["n"] } == ["1", "1"])
  }

  @Test func isAFunctionOfTheCells() throws {
    let cells = [1, 2, 3].map { rule($0, seed: $0) }
    for cell in cells { try Toy.finish(cell, in: scratch.path, [0.5, 0.6]) }
    try export(cells)
    let first = try ["rounds.csv", "summary.csv", "failures.csv"].map { try scratch.text("t/" + $0) }
    for file in ["rounds.csv", "summary.csv", "failures.csv"] {
      try FileManager.default.removeItem(atPath: scratch.path + "/t/" + file)
    }
    try export(cells)
    #expect(try ["rounds.csv", "summary.csv", "failures.csv"].map { try scratch.text("t/" + $0) } == first)
  }

  @Test func leavesOutCellsThatAreDamaged() throws {
    try Toy.finish(Toy.cell(1), in: scratch.path, [0.5])
    try scratch.write("cut", "t/cells/\(Toy.cell(1).key.prefix(2))/\(Toy.cell(1).key)/rounds.csv")
    try export([Toy.cell(1)])
    #expect(try scratch.text("t/rounds.csv").split(separator: "\n").count == 1)
    #expect(try summary().map { $0["complete"] } == ["no"])
  }

  @Test func writesWhereAResultComesFrom() throws {
    let writer = try CellWriter(cell: Toy.cell(1), root: scratch.path, name: "t")
    var provenance = Provenance()
    provenance.version = "0.1.0"
    provenance.attempts = 2
    provenance.trainingSeconds = 1.5
    provenance.peakMemoryBytes = 1024
    _ = try writer.finish(provenance: provenance)
    try export([Toy.cell(1)])
    #expect(
      try scratch.text("t/provenance.csv") == """
        key,dataset,model,attack,aggregator,bias,clients,byzantine,seed,version,commit,commit_clean,host,cpu,isa,\
        attempts,setup_seconds,training_seconds,peak_memory_bytes
        \(Toy.cell(1).key),toy-data,lr,none,plain,0.5,10,2,1,0.1.0,,,,,,2,,1.5,1024

        """)
  }
}
