import Catalogue
import Federated
import Foundation
import Testing

@testable import Experiments

struct ResultStoreTests {
  private let scratch: ScratchFolder
  private let store: ResultStore
  private let cell = Toy.cell(7)

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
  }

  private var cellFolder: String { "t/cells/\(cell.key.prefix(2))/\(cell.key)" }

  private func damagedReason() throws -> String? {
    if case .damaged(let reason) = try store.state(of: cell) { reason } else { nil }
  }

  @Test func laysOutAnExperiment() throws {
    try store.prepare(manifestText: "name: t\n", cells: [cell, Toy.cell(8)])
    try Toy.finish(cell, in: scratch.path, [0.1, 0.25])
    #expect(
      try scratch.files() == [
        "\(cellFolder)/cell.json", "\(cellFolder)/log.txt", "\(cellFolder)/result.json", "\(cellFolder)/rounds.csv",
        "t/manifest.yaml", "t/plan.jsonl",
      ])
    #expect(try scratch.text("t/manifest.yaml") == "name: t\n")
    #expect(
      try scratch.text("t/plan.jsonl").hasPrefix(
        #"{"data":"digest 7","key":"\#(cell.key)","numericsVersion":\#(numericsVersion),"parameters":{"aggregator":"plain","#
      ))
    #expect(try scratch.text("t/plan.jsonl").split(separator: "\n").count == 2)
    #expect(
      try scratch.text("\(cellFolder)/rounds.csv") == """
        round,test_accuracy,test_loss,attack_success_rate,kept,malicious_rejected,benign_rejected,malicious_accepted,\
        update_norm
        0,0.1,,,,,,,
        1,0.25,,,,,,,

        """)
    #expect(try scratch.text("\(cellFolder)/log.txt") == "done\n")
  }

  @Test func goesFromAbsentOverPartialToFinished() throws {
    #expect(try store.state(of: cell) == .absent)
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
    try writer.append(Toy.metrics(0, accuracy: 0.5))
    #expect(try store.state(of: cell) == .partial)
    #expect(try writer.finish(Toy.outcome(divergedAt: 3), provenance: Provenance()) == .committed)
    guard case .finished(let record) = try store.state(of: cell) else {
      Issue.record("not finished")
      return
    }
    #expect(record.divergedAt == 3)
    #expect(record.files.map(\.name) == ["cell.json", "rounds.csv"])
    let bytes = [UInt8](try scratch.text("\(cellFolder)/rounds.csv").utf8)
    #expect(record.files[1] == CommittedFile(name: "rounds.csv", bytes: bytes))
  }

  /// SHA-256 of "abc", from FIPS 180-2.
  @Test func hashesAsTheStandardSays() {
    #expect(
      CommittedFile.digest(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func writesTheSelectionOnRequest() throws {
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t", recording: [.selection])
    writer.append([
      SelectionRow(round: 0, client: 3, malicious: true, kept: false, score: 0.5),
      SelectionRow(round: 0, client: 4, malicious: false, weight: 1),
    ])
    _ = try writer.finish(provenance: Provenance())
    #expect(
      try scratch.text("\(cellFolder)/selection.csv")
        == "round,client,malicious,kept,weight,score\n0,3,1,0,,0.5\n0,4,0,,1,\n")
    guard case .finished(let record) = try store.state(of: cell) else {
      Issue.record("not finished")
      return
    }
    #expect(record.files.map(\.name) == ["cell.json", "rounds.csv", "selection.csv"])
  }

  @Test func writesTheMasksOnRequest() throws {
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t", recording: [.masks])
    writer.append([
      MaskRow(round: 0, client: 3, malicious: true, kept: false, point: SIMD2(0.5, -2)),
      MaskRow(round: 0, client: 4, kept: true, point: nil), MaskRow(round: 0, client: nil, point: SIMD2(0, 1e-9)),
    ])
    #expect(try store.sideFile(.masks, of: cell) == nil)
    _ = try writer.finish(provenance: Provenance())
    let text = "round,client,malicious,root,kept,x,y\n0,3,1,0,0,0.5,-2\n0,4,0,0,1,,\n0,,0,1,,0,1e-09\n"
    #expect(try scratch.text("\(cellFolder)/masks.csv") == text)
    #expect(try store.sideFile(.masks, of: cell)?.text == text)
    #expect(try store.sideFile(.selection, of: cell) == nil)
  }

  @Test func keepsTheProvenanceOutOfTheComparison() throws {
    try Toy.finish(cell, in: scratch.path, [0.5])
    let before = try scratch.text("\(cellFolder)/result.json")
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
    try writer.append(Toy.metrics(0, accuracy: 0.5))
    var provenance = Provenance()
    provenance.host = "elsewhere"
    #expect(try writer.finish(provenance: provenance) == .alreadyCommitted)
    #expect(try scratch.text("\(cellFolder)/result.json") == before)
    #expect(try store.state(of: cell) != .partial)
  }

  @Test func keepsBothResultsThatDiffer() throws {
    try Toy.finish(cell, in: scratch.path, [0.5])
    let committed = try scratch.text("\(cellFolder)/rounds.csv")
    let thrown = #expect(throws: StoreError.self) { try Toy.finish(cell, in: scratch.path, [0.25]) }
    guard case .different(let first, let second)? = thrown else {
      Issue.record("threw \(String(describing: thrown))")
      return
    }
    #expect(thrown?.kind == .nondeterminism)
    #expect(first == "\(scratch.path)/\(cellFolder)/rounds.csv")
    #expect(try scratch.text("\(cellFolder)/rounds.csv") == committed)
    #expect(try String(contentsOfFile: second, encoding: .utf8) == committed.replacing("0.5", with: "0.25"))
    guard case .finished = try store.state(of: cell) else {
      Issue.record("the committed result is no longer finished")
      return
    }
  }

  @Test func tellsWhatIsDamaged() throws {
    let record = "\(cellFolder)/result.json"
    let rounds = "\(cellFolder)/rounds.csv"
    try Toy.finish(cell, in: scratch.path, [0.5])
    let good = (record: try scratch.text(record), rounds: try scratch.text(rounds))

    try scratch.write(good.rounds.replacing("0.5", with: "0.6"), rounds)
    #expect(try damagedReason() == "rounds.csv does not have the SHA-256 of its record")
    try scratch.write("", rounds)
    #expect(try damagedReason() == "rounds.csv has 0 bytes, not \(good.rounds.utf8.count)")
    try FileManager.default.removeItem(atPath: scratch.path + "/" + rounds)
    #expect(try damagedReason() == "rounds.csv is missing")
    try scratch.write(good.rounds, rounds)
    #expect(try damagedReason() == nil)

    func reseal(_ old: String, _ new: String) throws {
      let object = good.record.prefix(upTo: try #require(good.record.range(of: ",\n  \"sha256\" : ")).lowerBound)
      let changed = Array(object.replacing(old, with: new).utf8)
      try scratch.write(String(decoding: RecordSeal.sealed(changed), as: UTF8.self), record)
    }
    try reseal(cell.key, Toy.cell(9).key)
    #expect(try damagedReason() == "result.json is that of cell \(Toy.cell(9).key)")
    try reseal("rounds.csv", "../rounds.csv")
    #expect(try damagedReason() == "result.json does not list rounds.csv")
    try scratch.write("{\"format\": 1, \"key\": \"of an older version\"}\n", record)
    #expect(try damagedReason() == "result.json has format 1, not 2")
    for length in stride(from: 0, to: good.record.utf8.count, by: 7) {
      try scratch.write(String(good.record.prefix(length)), record)
      #expect(try damagedReason() == "result.json cannot be read as a result")
    }
  }

  @Test func runsADamagedCellAgain() throws {
    try Toy.finish(cell, in: scratch.path, [0.5])
    let good = try scratch.text("\(cellFolder)/rounds.csv")
    try scratch.write("nonsense", "\(cellFolder)/rounds.csv")
    #expect(try Toy.finish(cell, in: scratch.path, [0.5]) == .committed)
    #expect(try scratch.text("\(cellFolder)/rounds.csv") == good)
  }

  @Test func startsAfreshAfterAnInterruptedAttempt() throws {
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
    try writer.append(Toy.metrics(0, accuracy: 0.9))
    try scratch.write("left over", "\(cellFolder)/.rounds.csv.abc.tmp")
    try scratch.write("left over", "\(cellFolder)/rounds.csv")
    try Toy.finish(cell, in: scratch.path, [0.5])
    #expect(
      try scratch.files() == ["cell.json", "log.txt", "result.json", "rounds.csv"].map { "\(cellFolder)/\($0)" })
    #expect(try scratch.text("\(cellFolder)/rounds.csv").contains("\n0,0.5,"))
  }

  @Test func twoWritersAtOnceAgree() throws {
    let first = try CellWriter(cell: cell, root: scratch.path, name: "t")
    try first.append(Toy.metrics(0, accuracy: 0.5))
    let second = try CellWriter(cell: cell, root: scratch.path, name: "t")
    try first.append(Toy.metrics(1, accuracy: 0.75))
    for round in 0...1 { try second.append(Toy.metrics(round, accuracy: [0.5, 0.75][round])) }
    #expect(try first.finish(provenance: Provenance()) == .committed)
    #expect(try second.finish(provenance: Provenance()) == .alreadyCommitted)
    #expect(try scratch.text("\(cellFolder)/rounds.csv").hasSuffix("\n0,0.5,,,,,,,\n1,0.75,,,,,,,\n"))
  }

  @Test func tellsHowFarARunningCellIs() throws {
    #expect(store.progress(of: cell) == nil)
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
    #expect(store.progress(of: cell) == nil)
    try writer.advance(to: 5, of: 40)
    try writer.advance(to: 10, of: 40)
    #expect(store.progress(of: cell) == 0.25)
    try scratch.write("10/", "\(cellFolder)/progress.txt")
    #expect(store.progress(of: cell) == nil)
  }

  @Test func capsTheLog() throws {
    let writer = try CellWriter(cell: cell, root: scratch.path, name: "t")
    let line = String(repeating: "x", count: 1023)
    for _ in 0..<2000 { try writer.log(line) }
    let log = try scratch.text("\(cellFolder)/log.txt")
    #expect(log.utf8.count == CellWriter.logLimit + 42)
    #expect(log.hasSuffix("x\nthe log is full; what follows is left out\n"))
  }

  @Test func remembersAFailureUntilTheNextAttempt() throws {
    let failure = FailureRecord(end: "signal 9 (SIGKILL)", lastLines: ["a", "b \"quoted\""])
    try store.recordFailure(of: cell, failure)
    try scratch.write("of the last attempt", "\(cellFolder)/log.txt")
    #expect(try store.failure(of: cell) == failure)
    #expect(try store.state(of: cell) == .absent)
    try store.begin(cell)
    #expect(try store.failure(of: cell) == nil)
    #expect(try scratch.files() == ["\(cellFolder)/cell.json"])
    #expect(store.logFile(of: cell) == "\(scratch.path)/\(cellFolder)/log.txt")
  }

  @Test func readsBackTheCellThatItBegan() throws {
    let cell = Toy.cell(5, ["local_lr": .number(0.6), "quirks": .list([]), "data_seed": .null])
    try store.begin(cell)
    #expect(try store.cell(key: cell.key) == cell)
    #expect(
      throws: StoreError.damaged(
        path: "\(scratch.path)/\(cellFolder)/cell.json", reason: "it is missing")
    ) { try store.cell(key: self.cell.key) }
  }
}
