import Federated
import Foundation
import Testing

@testable import Experiments

/// A sweep of three cells as `run` goes through it: a plain one, one that records its selection, and one that fails.
struct SmallSweep {
  let root: String
  let plain = Toy.cell(7)
  let selective = Toy.cell(8, ["aggregator": .map(["toy-rule": .map(["threshold": .number(0.25)])])])
  let failing = Toy.cell(9)

  var cells: [Cell] { [plain, selective, failing] }

  /// Does what is not finished, from the lock to the tables.
  func run(on fileSystem: any FileSystem) throws {
    let store = ResultStore(root: root, name: "t", fileSystem: fileSystem)
    let lock = try store.lock(as: LockOwner(host: "h", process: 1, started: "now"))
    do {
      try store.prepare(manifestText: "name: t\n", cells: cells)
      for cell in cells {
        if case .finished = try store.state(of: cell) { continue }
        try store.begin(cell)
        switch cell {
        case plain: try Toy.finish(cell, in: root, [0.1, 0.2], divergedAt: 1, fileSystem: fileSystem)
        case selective: try finishSelective(on: fileSystem)
        default:
          try store.recordFailure(of: cell, FailureRecord(end: "exit status 65", lastLines: ["error: no", "samples"]))
        }
      }
      try store.export(cells, varying: ["aggregator"], families: Toy.families)
    } catch {
      // As the end of the process would; the first error is the one to tell.
      try? lock.release()
      throw error
    }
    try lock.release()
  }

  /// Two attempts, the first of which stops after its second checkpoint.
  private func finishSelective(on fileSystem: any FileSystem) throws {
    _ = try attempt(upTo: 2, on: fileSystem)
    _ = try attempt(upTo: 3, on: fileSystem).finish(provenance: Provenance())
  }

  /// What a worker does: goes on from the newest checkpoint, and writes one after each round.
  private func attempt(upTo rounds: Int, on fileSystem: any FileSystem) throws -> CellWriter {
    let writer = try CellWriter(
      cell: selective, root: root, name: "t", recording: [.selection], fileSystem: fileSystem)
    var begin = 0
    if let checkpoint = try writer.newestCheckpoint() {
      try writer.goOn(from: checkpoint)
      begin = checkpoint.state.round
      #expect(checkpoint.state == state(begin))
    } else {
      try writer.startAnew()
    }
    for round in begin..<max(begin, rounds) {
      try writer.append(Toy.metrics(round, accuracy: 0.5 + Double(round) / 8))
      writer.append([SelectionRow(round: round, client: 3, malicious: true, kept: false, score: 0.5)])
      try writer.advance(to: round + 1, of: 3)
      try writer.checkpoint(state(round + 1), Effort())
    }
    return writer
  }

  private func state(_ round: Int) -> SimulationState {
    SimulationState(round: round, parameters: [Float(round), 1.5])
  }

  /// Every file that must not depend on what happened on the way, by its path below `root`.
  ///
  /// Not among them: the log, which tells of all attempts; who held the lock; what an attempt leaves that the power cut
  /// ended, and nothing reads.
  func contents(of fileSystem: any FileSystem) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    func walk(_ folder: String, _ prefix: String) throws {
      for name in try fileSystem.names(in: folder) {
        let path = folder + "/" + name
        switch try fileSystem.kind(of: path) {
        case .folder: try walk(path, prefix + name + "/")
        case .file where !isPassing(name): contents[prefix + name] = try fileSystem.read(path)
        default: continue
        }
      }
    }
    try walk(root, "")
    return contents
  }

  private func isPassing(_ name: String) -> Bool {
    ["log.txt", "LOCK", "rounds.partial.csv", "progress.txt"].contains(name) || name.hasPrefix("checkpoint.")
      || name.hasSuffix(".tmp")
  }

  /// What an undisturbed run leaves.
  static func undisturbed() throws -> (contents: [String: [UInt8]], changes: Int) {
    let disk = ForgetfulDisk()
    let sweep = SmallSweep(root: "/results")
    try sweep.run(on: disk)
    let contents = try sweep.contents(of: disk)
    #expect(contents.count == 15)
    return (contents, disk.changes)
  }

  /// Records an issue unless every cell that counts as finished is what it is in `expected`, and none is damaged.
  func expectNothingBelievedThatIsNotWhole(
    on fileSystem: any FileSystem, _ expected: [String: [UInt8]], _ what: @autoclosure () -> String
  ) throws {
    let store = ResultStore(root: root, name: "t", fileSystem: fileSystem)
    for cell in cells {
      switch try store.state(of: cell) {
      case .damaged(let reason): Issue.record("\(what()): \(reason)")
      case .partial, .absent: continue
      case .finished(let record):
        for file in record.files.map(\.name) + ["result.json"] {
          let path = store.folder(of: cell.key).path + "/" + file
          #expect(try fileSystem.read(path) == expected[String(path.dropFirst(root.count + 1))], "\(what()): \(file)")
        }
      }
    }
  }
}
