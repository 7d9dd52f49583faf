import Catalogue
import Foundation
import Synchronization
import Testing

@testable import Experiments

/// The real disk, and how often it was asked.
private final class CountingDisk: FileSystem {
  private let disk = Disk()
  private let calls = Mutex(0)

  var count: Int { calls.withLock { $0 } }

  private func step() { calls.withLock { $0 += 1 } }

  func kind(of path: String) throws -> FileKind? {
    step()
    return try disk.kind(of: path)
  }
  func read(_ path: String) throws -> [UInt8] {
    step()
    return try disk.read(path)
  }
  func names(in folder: String) throws -> [String] {
    step()
    return try disk.names(in: folder)
  }
  func makeFolder(_ path: String) throws { try disk.makeFolder(path) }
  func create(_ path: String) throws -> OpenFile { try disk.create(path) }
  func openForAppending(_ path: String) throws -> OpenFile { try disk.openForAppending(path) }
  func write(_ bytes: [UInt8], to file: OpenFile) throws { try disk.write(bytes, to: file) }
  func sync(_ file: OpenFile) throws {}
  func close(_ file: OpenFile) throws { try disk.close(file) }
  func rename(_ path: String, to other: String) throws { try disk.rename(path, to: other) }
  func renameExclusively(_ path: String, to other: String) throws { try disk.renameExclusively(path, to: other) }
  func syncFolder(_ path: String) throws {}
  func remove(_ path: String) throws { try disk.remove(path) }
  func tryLock(_ file: OpenFile) throws -> Bool { try disk.tryLock(file) }
  func unlock(_ file: OpenFile) throws { try disk.unlock(file) }
  func truncate(_ file: OpenFile) throws { try disk.truncate(file) }
}

@Suite struct StandingTests {
  private let scratch: ScratchFolder
  private let store: ResultStore

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
  }

  private func path(_ cell: Cell) -> String { "t/cells/\(cell.key.prefix(2))/\(cell.key)" }

  @Test func tellsEachStateOfACell() throws {
    let cells = (1...5).map { Toy.cell($0) }
    try Toy.finish(cells[0], in: scratch.path, [0.5])
    let begun = try CellWriter(cell: cells[1], root: scratch.path, name: "t")
    try begun.append(Toy.metrics(0, accuracy: 0.5))
    try begun.advance(to: 1, of: 4)
    try store.recordFailure(of: cells[2], FailureRecord(end: "exit status 65", lastLines: []))
    try Toy.finish(cells[3], in: scratch.path, [0.5])
    try scratch.write("", path(cells[3]) + "/rounds.csv")

    let standings = try store.standings(of: cells)
    guard case .finished(let record) = standings[0] else {
      Issue.record("not finished")
      return
    }
    #expect(record.key == cells[0].key)
    #expect(Array(standings[1...2]) == [.unfinished, .failed(end: "exit status 65")])
    guard case .damaged(let reason) = standings[3] else {
      Issue.record("not damaged")
      return
    }
    #expect(reason.hasPrefix("rounds.csv has 0 bytes, not "))
    #expect(standings[4] == .new)
    #expect(
      try cells.map(store.glance) == [
        .finished(diverged: false), .begun(share: 0.25), .failed(end: "exit status 65"), .finished(diverged: false),
        .new,
      ])
  }

  @Test func aGlanceTellsADivergedCellAndARecordThatIsCut() throws {
    let cells = [Toy.cell(1), Toy.cell(2), Toy.cell(3)]
    try Toy.finish(cells[0], in: scratch.path, [0.5], divergedAt: 0)
    for cell in cells.dropFirst() { try Toy.finish(cell, in: scratch.path, [0.5]) }
    let record = path(cells[1]) + "/result.json"
    try scratch.write(String(try scratch.text(record).dropLast(2)), record)
    try scratch.write("", path(cells[2]) + "/result.json")
    let damaged = CellGlance.damaged(reason: "result.json cannot be read as a result")
    #expect(try cells.map(store.glance) == [.finished(diverged: true), damaged, damaged])
  }

  @Test func cellsWithoutAFolderCostNothing() throws {
    let disk = CountingDisk()
    let counted = ResultStore(root: scratch.path, name: "t", fileSystem: disk)
    let cells = (0..<10_000).map { Toy.cell($0) }
    #expect(try counted.standings(of: cells) == Array(repeating: .new, count: 10_000))
    #expect(disk.count == 1)
    try Toy.finish(cells[17], in: scratch.path, [0.5])
    let before = disk.count
    let standings = try counted.standings(of: cells)
    #expect(standings.count { $0 == .new } == 9_999)
    // The folder, its listing, one folder in it and its listing; then the files of one cell.
    #expect(disk.count - before < 20)
  }

  @Test func onlyFoldersOfKeysAreCells() throws {
    let cell = Toy.cell(1)
    try Toy.finish(cell, in: scratch.path, [0.5])
    for name in ["t/cells/README", "t/cells/ab", "t/cells/\(cell.key.prefix(2))/notes.txt"] {
      try scratch.write("x", name)
    }
    #expect(try store.presentKeys() == [cell.key])
  }

  @Test func aFileWhereTheResultsMustBeIsTold() throws {
    try scratch.write("", "file")
    #expect(throws: StoreError.wrongKind(path: scratch.path + "/file", wanted: "a folder", found: "a file")) {
      try ResultStore(root: scratch.path + "/file", name: "t").presentKeys()
    }
  }

  @Test func saysWhoTookTheLockLast() throws {
    #expect(try store.lockOwner() == nil)
    let owner = LockOwner(host: "here", process: 4, started: "2026-01-01T00:00:00Z")
    let lock = try store.lock(as: owner)
    #expect(try store.lockOwner() == owner)
    try lock.release()
  }
}
