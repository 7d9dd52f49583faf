import Federated
import Foundation
import Synchronization
import Testing

@testable import Experiments

/// Checkpoints in the folder of a cell.
struct CheckpointSlotsTests {
  private let scratch: ScratchFolder
  private let store: ResultStore
  private let cell = Toy.cell(7)
  private let slots: CheckpointSlots

  init() throws {
    scratch = try ScratchFolder()
    store = ResultStore(root: scratch.path, name: "t")
    slots = CheckpointSlots(folder: store.folder(of: cell.key), fileSystem: Disk())
  }

  private var cellFolder: String { "t/cells/\(cell.key.prefix(2))/\(cell.key)" }

  private func state(_ round: Int) -> SimulationState {
    SimulationState(round: round, parameters: [Float(round), 1])
  }

  private func writer(recording: [SideFile] = []) throws -> CellWriter {
    try CellWriter(cell: cell, root: scratch.path, name: "t", recording: recording)
  }

  /// Three checkpoints, after rounds 1, 2 and 3; the first is written over.
  private func begin() throws {
    let writer = try writer()
    for round in 0..<3 {
      try writer.append(Toy.metrics(round, accuracy: Double(round) / 8))
      try writer.checkpoint(state(round + 1), Effort())
    }
  }

  private func flip(_ file: String) throws {
    let path = "\(scratch.path)/\(cellFolder)/\(file)"
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    bytes[bytes.count / 2 + 40] ^= 4
    try Data(bytes).write(to: URL(filePath: path))
  }

  @Test func theNewestIsTaken() throws {
    try begin()
    let files = try scratch.files().filter { $0.contains("checkpoint") }
    #expect(files == ["\(cellFolder)/checkpoint.a", "\(cellFolder)/checkpoint.b"])
    let found = try slots.newest()
    #expect(found.checkpoint?.state == state(3))
    #expect(found.slot == 0)
    #expect(found.refused == [])
    #expect(try store.checkpointRound(of: cell) == 3)
  }

  @Test func theOtherIsTakenWhenTheNewestIsDamaged() throws {
    try begin()
    try flip("checkpoint.a")
    let found = try slots.newest()
    #expect(found.checkpoint?.state == state(2))
    #expect(found.slot == 1)
    #expect(found.refused == ["checkpoint.a: it does not have its SHA-256"])
  }

  @Test func theOtherIsTakenWhenTheNewestIsCutOrEmpty() throws {
    try begin()
    let path = "\(scratch.path)/\(cellFolder)/checkpoint.a"
    let bytes = try Data(contentsOf: URL(filePath: path))
    for length in [0, 1, 135, 136, bytes.count - 1] {
      try bytes.prefix(length).write(to: URL(filePath: path))
      let found = try slots.newest()
      #expect(found.checkpoint?.state == state(2))
      let reason = length < 136 ? "it has only \(length) bytes" : "it has \(length) bytes, not \(bytes.count)"
      #expect(found.refused == ["checkpoint.a: \(reason)"])
      #expect(try store.checkpointRound(of: cell) == 2)
    }
  }

  @Test func nothingIsTakenWhenBothAreDamaged() throws {
    try begin()
    try flip("checkpoint.a")
    try scratch.write("", "\(cellFolder)/checkpoint.b")
    let found = try slots.newest()
    #expect(found.checkpoint == nil)
    #expect(
      found.refused == ["checkpoint.b: it has only 0 bytes", "checkpoint.a: it does not have its SHA-256"])
    let writer = try writer()
    #expect(try writer.newestCheckpoint() == nil)
    #expect(
      try scratch.text("\(cellFolder)/log.txt") == """
        a checkpoint is damaged and not used: checkpoint.b: it has only 0 bytes
        a checkpoint is damaged and not used: checkpoint.a: it does not have its SHA-256

        """)
    try writer.startAnew()
    #expect(try scratch.files().filter { $0.contains("checkpoint") } == [])
  }

  @Test func thatOfAnotherCellIsNotTaken() throws {
    try begin()
    let other = Toy.cell(8)
    let folder = store.folder(of: other.key)
    try Disk().makeFolders(folder.path)
    try FileManager.default.copyItem(atPath: slots.folder.checkpoints[0], toPath: folder.checkpoints[0])
    let found = try CheckpointSlots(folder: folder, fileSystem: Disk()).newest()
    #expect(found.checkpoint == nil)
    #expect(found.refused == ["checkpoint.a: it is that of another cell"])
  }

  @Test func aFolderInItsPlaceIsNotTaken() throws {
    try begin()
    try FileManager.default.removeItem(atPath: slots.folder.checkpoints[0])
    try FileManager.default.createDirectory(atPath: slots.folder.checkpoints[0], withIntermediateDirectories: false)
    let found = try slots.newest()
    #expect(found.checkpoint?.state == state(2))
    #expect(found.refused == ["checkpoint.a: it is no file"])
    #expect(try store.checkpointRound(of: cell) == 2)
  }

  /// Were the newest written over, a kill in between would leave the older one, or nothing.
  @Test func theNewestIsNeverWrittenOver() throws {
    try begin()
    for round in 4...7 {
      let newest = try #require(try slots.newest().slot)
      let before = try Data(contentsOf: URL(filePath: slots.folder.checkpoints[newest]))
      // Each in an attempt of its own.
      let writer = try writer()
      try writer.goOn(from: #require(try writer.newestCheckpoint()))
      try writer.checkpoint(state(round), Effort())
      #expect(try Data(contentsOf: URL(filePath: slots.folder.checkpoints[newest])) == before)
      #expect(try slots.newest().checkpoint?.state == state(round))
    }
  }

  @Test func beginningAnAttemptKeepsThem() throws {
    #expect(try store.checkpointRound(of: cell) == nil)
    try begin()
    #expect(try store.state(of: cell) == .partial)
    try store.begin(cell)
    #expect(try store.checkpointRound(of: cell) == 3)
    #expect(try store.state(of: cell) == .partial)
    #expect(try scratch.files().filter { $0.contains("partial") } == [])
  }

  @Test func theResultIsThatOfAnUndisturbedRun() throws {
    func play(_ rounds: Range<Int>, _ writer: CellWriter) throws {
      for round in rounds {
        writer.append([SelectionRow(round: round, client: 1, malicious: false, kept: true)])
        try writer.append(Toy.metrics(round, accuracy: Double(round) / 8))
        try writer.advance(to: round + 1, of: 5)
      }
    }
    let whole = ScratchCell(try ScratchFolder(), cell)
    let undisturbed = try CellWriter(cell: cell, root: whole.scratch.path, name: "t", recording: [.selection])
    try play(0..<5, undisturbed)
    _ = try undisturbed.finish(provenance: Provenance())

    let first = try writer(recording: [.selection])
    try play(0..<3, first)
    try first.checkpoint(state(3), Effort())
    // Lost with the process that had no time for another checkpoint.
    try play(3..<4, first)
    try store.begin(cell)
    let second = try writer(recording: [.selection])
    let checkpoint = try #require(try second.newestCheckpoint())
    #expect(checkpoint.state == state(3))
    try second.goOn(from: checkpoint)
    #expect(try scratch.text("\(cellFolder)/rounds.partial.csv").split(separator: "\n").count == 4)
    try play(3..<5, second)
    #expect(try scratch.text("\(cellFolder)/rounds.partial.csv") == whole.text("rounds.csv"))
    #expect(try second.finish(provenance: Provenance()) == .committed)
    for file in ["cell.json", "rounds.csv", "selection.csv", "result.json"] {
      #expect(try scratch.text("\(cellFolder)/\(file)") == whole.text(file))
    }
    let names = ["cell.json", "log.txt", "result.json", "rounds.csv", "selection.csv"]
    #expect(try scratch.files() == names.map { "\(cellFolder)/\($0)" })
  }

  /// One of a version that recorded other things would give a result without them.
  @Test func oneWithoutTheSelectionIsNotTakenWhereThereIsOne() throws {
    try begin()
    #expect(try writer(recording: [.selection]).newestCheckpoint() == nil)
    #expect(try writer().newestCheckpoint()?.state == state(3))
  }

  /// Dies at any call that changes something; what was saved before is gone on from, and the result is the same.
  @Test func aKillAtAnyCallLosesNoCheckpoint() throws {
    func play(in scratch: ScratchFolder, on disk: DyingDisk, saved: inout Int) throws -> Int {
      let store = ResultStore(root: scratch.path, name: "t", fileSystem: disk)
      if case .finished = try store.state(of: cell) {
        try disk.confirmCommit(in: store.folder(of: cell.key))
        return 4
      }
      try store.begin(cell)
      let writer = try CellWriter(cell: cell, root: scratch.path, name: "t", fileSystem: disk)
      var first = 0
      if let checkpoint = try writer.newestCheckpoint() {
        try writer.goOn(from: checkpoint)
        first = checkpoint.state.round
        #expect(checkpoint.state == state(first))
      } else {
        try writer.startAnew()
      }
      for round in first..<4 {
        try writer.append(Toy.metrics(round, accuracy: Double(round) / 8))
        try writer.advance(to: round + 1, of: 4)
        try writer.checkpoint(state(round + 1), Effort())
        saved = round + 1
      }
      _ = try writer.finish(provenance: Provenance())
      return first
    }
    func contents(of scratch: ScratchFolder) throws -> [String: String] {
      var contents: [String: String] = [:]
      for file in try scratch.files() where !file.hasSuffix("log.txt") && !file.contains("checkpoint") {
        contents[file] = try scratch.text(file)
      }
      return contents
    }
    let undisturbed = try ScratchFolder()
    let counter = DyingDisk(at: .max)
    var saved = 0
    _ = try play(in: undisturbed, on: counter, saved: &saved)
    let expected = try contents(of: undisturbed)
    #expect(expected.count == 3)
    #expect(counter.count > 40)
    var firsts: Set<Int> = []
    for number in 1...counter.count {
      let scratch = try ScratchFolder()
      saved = 0
      #expect(throws: DyingDisk.Death.self) { try play(in: scratch, on: DyingDisk(at: number), saved: &saved) }
      var later = 0
      let first = try play(in: scratch, on: DyingDisk(at: .max), saved: &later)
      #expect(first >= saved, "call \(number)")
      firsts.insert(first)
      #expect(try contents(of: scratch) == expected, "call \(number)")
      #expect(try scratch.files().filter { $0.contains("checkpoint") } == [], "call \(number)")
    }
    #expect(firsts == [0, 1, 2, 3, 4])
  }
}

/// The folder of a cell of its own.
private struct ScratchCell {
  let scratch: ScratchFolder
  let folder: String

  init(_ scratch: ScratchFolder, _ cell: Cell) {
    self.scratch = scratch
    folder = "t/cells/\(cell.key.prefix(2))/\(cell.key)"
  }

  func text(_ file: String) throws -> String { try scratch.text("\(folder)/\(file)") }
}

/// The real disk until call number `last` of those that change something; from that on nothing can be done, as for a
/// process that was killed.
private final class DyingDisk: FileSystem {
  struct Death: Error {}

  private let disk = Disk()
  private let last: Int
  private let calls = Mutex(0)

  init(at last: Int) { self.last = last }

  var count: Int { calls.withLock { $0 } }

  private func step() throws {
    let number = calls.withLock { count in
      count += 1
      return count
    }
    if number >= last { throw Death() }
  }

  func kind(of path: String) throws -> FileKind? { try disk.kind(of: path) }
  func read(_ path: String) throws -> [UInt8] { try disk.read(path) }
  func names(in folder: String) throws -> [String] { try disk.names(in: folder) }
  func makeFolder(_ path: String) throws {
    try step()
    try disk.makeFolder(path)
  }
  func create(_ path: String) throws -> OpenFile {
    try step()
    return try disk.create(path)
  }
  func openForAppending(_ path: String) throws -> OpenFile {
    try step()
    return try disk.openForAppending(path)
  }
  /// The last write leaves half of the bytes.
  func write(_ bytes: [UInt8], to file: OpenFile) throws {
    do {
      try step()
    } catch {
      if count == last { try disk.write(Array(bytes.prefix(bytes.count / 2)), to: file) }
      throw error
    }
    try disk.write(bytes, to: file)
  }
  func sync(_ file: OpenFile) throws { try step() }
  func close(_ file: OpenFile) throws { try disk.close(file) }
  func rename(_ path: String, to other: String) throws {
    try step()
    try disk.rename(path, to: other)
  }
  func renameExclusively(_ path: String, to other: String) throws {
    try step()
    try disk.renameExclusively(path, to: other)
  }
  func syncFolder(_ path: String) throws { try step() }
  func remove(_ path: String) throws {
    try step()
    try disk.remove(path)
  }
  func tryLock(_ file: OpenFile) throws -> Bool { try disk.tryLock(file) }
  func unlock(_ file: OpenFile) throws { try disk.unlock(file) }
  func truncate(_ file: OpenFile) throws {
    try step()
    try disk.truncate(file)
  }
}
