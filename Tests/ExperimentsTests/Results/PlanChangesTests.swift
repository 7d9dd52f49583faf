import Catalogue
import Federated
import Testing

@testable import Experiments

@Suite struct PlanChangesTests {
  private let scratch: ScratchFolder
  private let store: ResultStore
  private let labels: Labels

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
    labels = try Labels(families: CellParameters.families)
  }

  private static let sweep = """
    name: t
    defaults: {dataset: synthetic-images, model: lr}
    grid:
      attack: [none, {scaling: {factor: 1}}]
      aggregator: [fedavg, median]

    """

  private func cells(_ text: String, digest: String? = nil) throws -> [Cell] {
    try manifest(text).cells { _ in digest }
  }

  private func changes(_ cells: [Cell]) throws -> PlanChanges {
    try PlanChanges(of: cells, asked: Set(cells.map(\.key)), in: store, labels: labels)
  }

  /// The reason of each cell, `-` for one that was known, `new` for one that is like nothing before.
  private func told(_ changes: PlanChanges, _ cells: [Cell], before: [Cell]) -> [String] {
    cells.map { cell in
      guard changes.unknown.contains(cell.key) else { return "-" }
      guard let reason = changes.reasons[cell.key] else { return "new" }
      let against = before.firstIndex { $0.key == reason.against }.map(String.init) ?? "?"
      return reason.differences.map { "\($0.parameter) \($0.before) → \($0.now)" }.joined(separator: ", ")
        + " as against \(against)"
    }
  }

  @Test func oneParameterOfOneAttackMakesItsCellsNewAndNoOther() throws {
    let before = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: before)
    let now = try cells(Self.sweep.replacing("factor: 1", with: "factor: 2"))
    let changes = try changes(now)
    #expect(
      told(changes, now, before: before) == [
        "-", "-", "attack.factor 1 → 2 as against 2", "attack.factor 1 → 2 as against 3",
      ])
    #expect(changes.dropped == [before[2].key, before[3].key])
    #expect(changes.droppedWithFiles == 0)
  }

  @Test func cellsOnTheDiskAreKnownWithoutAPlan() throws {
    let before = try cells(Self.sweep)
    for cell in before { try Toy.finish(cell, in: scratch.path, [0.5]) }
    let now = try cells(Self.sweep.replacing("factor: 1", with: "factor: none"))
    let changes = try changes(now)
    #expect(
      told(changes, now, before: before) == [
        "-", "-", "attack.factor 1 → none as against 2", "attack.factor 1 → none as against 3",
      ])
    #expect(Set(changes.dropped) == [before[2].key, before[3].key])
    #expect(changes.droppedWithFiles == 2)
  }

  @Test func anotherValueOfAnAxisIsToldAgainstTheOneBefore() throws {
    let before = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: before)
    let now = try cells(Self.sweep + "  bias: [0.5, 0.9]\n")
    let told = told(try changes(now), now, before: before)
    #expect(
      told == ["-", "bias 0.5 → 0.9 as against 0", "-", "bias 0.5 → 0.9 as against 1"]
        + ["-", "bias 0.5 → 0.9 as against 2", "-", "bias 0.5 → 0.9 as against 3"])
  }

  @Test func seedsDataAndFollowersAreOneDifferenceEach() throws {
    let before = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: before)
    let seeded = try cells(Self.sweep + "seeds: [2]\n")
    #expect(told(try changes(seeded), seeded, before: before)[0] == "seed 1 → 2 as against 0")
    let more = try cells(Self.sweep.replacing("model: lr", with: "model: lr, byzantine: 30"))
    #expect(told(try changes(more), more, before: before)[3] == "byzantine 20 → 30 as against 3")
    let data = try cells(Self.sweep, digest: "0123456789abcdef")
    #expect(told(try changes(data), data, before: before)[1] == "data none → 0123456789ab as against 1")
  }

  @Test func severalParametersThatChangedTogetherAreAllTold() throws {
    let before = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: before)
    let now = try cells(Self.sweep.replacing("model: lr", with: "model: lr, rounds: 9, local_lr: 0.1"))
    let told = told(try changes(now), now, before: before)
    #expect(told == (0..<4).map { "rounds 2500 → 9, local_lr 0.6 → 0.1 as against \($0)" })
  }

  @Test func resultsOfOtherNumericsAreToldAsSuch() throws {
    let before = try cells(Self.sweep)
    let key = String(repeating: "0", count: 64)
    let line = before[0].json.replacing(before[0].key, with: key)
      .replacing("\"numericsVersion\":\(numericsVersion)", with: "\"numericsVersion\":0")
    try store.prepare(manifestText: "", cells: [])
    try scratch.write(line, "t/plan.jsonl")
    let changes = try changes(before)
    #expect(
      changes.reasons[before[0].key]
        == PlanChanges.Reason(
          differences: [CellDifference(parameter: "numericsVersion", before: "0", now: "\(numericsVersion)")],
          against: key))
  }

  @Test func beforeTheFirstRunNothingIsKnown() throws {
    let now = try cells(Self.sweep)
    let changes = try changes(now)
    #expect(told(changes, now, before: []) == ["new", "new", "new", "new"])
    #expect(changes.dropped == [])
  }

  @Test func whatIsOnlyLeftOutForTheMomentIsNotDropped() throws {
    let whole = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: whole)
    let part = Array(whole.prefix(1))
    let asked = try PlanChanges(of: part, asked: Set(whole.map(\.key)), in: store, labels: labels)
    #expect(asked.dropped == [])
    #expect(try PlanChanges(of: part, asked: nil, in: store, labels: labels).dropped == [])
    #expect(try changes(part).dropped == whole.dropFirst().map(\.key))
  }

  @Test func linesOfThePlanThatAreDamagedAreLeftOut() throws {
    let before = try cells(Self.sweep)
    try store.prepare(manifestText: "", cells: before)
    let text = try scratch.text("t/plan.jsonl")
    for length in [0, 1, 100, text.utf8.count / 2, text.utf8.count - 1] {
      try scratch.write(String(text.prefix(length)), "t/plan.jsonl")
      let changes = try changes(before)
      #expect(changes.unknown.count <= 4)
      #expect(changes.dropped == [])
    }
    try scratch.write("\u{0}\u{1}\n{\"key\":\"zz\"}\n[]\n", "t/plan.jsonl")
    #expect(try changes(before).unknown.count == 4)
  }

  @Test func tenThousandChangedCellsAreExplainedSoon() throws {
    let text = { (rate: String) in
      """
      name: t
      defaults: {dataset: synthetic-images, model: lr, local_lr: \(rate)}
      grid:
        aggregator: [fedavg, median]
        rounds: [\((1...50).map(String.init).joined(separator: ","))]
      seeds: [\((1...100).map(String.init).joined(separator: ","))]
      """
    }
    let (before, now) = (try cells(text("0.5")), try cells(text("0.25")))
    try store.prepare(manifestText: "", cells: before)
    var changes: PlanChanges?
    let time = try ContinuousClock().measure { changes = try self.changes(now) }
    #expect(changes?.reasons.count == 10_000)
    #expect(Set(changes?.reasons.values.map(\.differences) ?? []).count == 1)
    // A comparison of each with each would take an hour.
    #expect(time < .seconds(60), "took \(time)")
  }
}
