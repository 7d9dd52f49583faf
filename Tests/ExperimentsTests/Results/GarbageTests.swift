import Catalogue
import Testing

@testable import Experiments

@Suite struct GarbageTests {
  private let scratch: ScratchFolder
  private let store: ResultStore

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
  }

  @Test func removesWhatIsNotAskedForAndNothingElse() throws {
    let cells = [Toy.cell(1), Toy.cell(2), Toy.cell(3)]
    try store.prepare(manifestText: "name: t\n", cells: cells)
    for cell in cells.prefix(2) { try Toy.finish(cell, in: scratch.path, [0.5]) }
    let unfinished = try CellWriter(cell: cells[2], root: scratch.path, name: "t")
    try unfinished.append(Toy.metrics(0, accuracy: 0.5))
    let kept = store.path(of: cells[0].key).dropFirst(scratch.path.count + 1)
    try scratch.write("half", String(kept) + "/.rounds.csv.1.tmp")
    try scratch.write("half a plan", "t/.plan.jsonl.2.tmp")
    let before = try scratch.files()

    let garbage = try Garbage(in: store, asked: [cells[0].key])
    #expect(garbage.cells.map(\.key) == cells.dropFirst().map(\.key).sorted())
    #expect(garbage.cells.allSatisfy { $0.bytes > 0 })
    #expect(garbage.temporaries.map(\.bytes) == [11, 4])
    #expect(try scratch.files() == before)

    try garbage.remove()
    #expect(
      try scratch.files()
        == ["cell.json", "log.txt", "result.json", "rounds.csv"].map { "\(kept)/\($0)" } + [
          "t/manifest.yaml", "t/plan.jsonl",
        ])
    #expect(try store.presentKeys() == [cells[0].key])
    guard case .finished = try store.state(of: cells[0]) else {
      Issue.record("the cell that is asked for is not finished any more")
      return
    }
    #expect(try Garbage(in: store, asked: [cells[0].key]).isEmpty)
  }

  @Test func aRemovalThatStoppedIsGoneOnWith() throws {
    let cell = Toy.cell(1)
    try Toy.finish(cell, in: scratch.path, [0.5])
    let garbage = try Garbage(in: store, asked: [])
    try store.fileSystem.remove(store.path(of: cell.key) + "/result.json")
    try garbage.remove()
    #expect(try scratch.files() == [])
  }

  @Test func aCheckpointGoesOnceItsCellIsCommitted() throws {
    let cells = [Toy.cell(1), Toy.cell(2)]
    try Toy.finish(cells[0], in: scratch.path, [0.5])
    try store.begin(cells[1])
    let folders = cells.map { String(store.path(of: $0.key).dropFirst(scratch.path.count + 1)) }
    for folder in folders { try scratch.write("a state", folder + "/checkpoint.b") }
    let garbage = try Garbage(in: store, asked: Set(cells.map(\.key)))
    #expect(garbage.temporaries.map(\.path) == [scratch.path + "/" + folders[0] + "/checkpoint.b"])
    #expect(garbage.bytes == 7)
    try garbage.remove()
    #expect(try scratch.files().filter { $0.hasSuffix("/checkpoint.b") } == [folders[1] + "/checkpoint.b"])
    try scratch.write("another state", folders[0] + "/checkpoint.b")
    try scratch.write("damaged", folders[0] + "/rounds.csv")
    #expect(try Garbage(in: store, asked: Set(cells.map(\.key))).isEmpty)
  }

  @Test func anExperimentWithoutAFolderHasNone() throws {
    #expect(try Garbage(in: store, asked: []).isEmpty)
    #expect(try scratch.files() == [])
  }
}
