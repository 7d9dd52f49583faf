import Testing

@testable import Experiments

/// Each file of a results folder cut, flipped and emptied.
struct StateFileTests {
  private let sweep = SmallSweep(root: "/results")

  /// A sweep that was stopped at a change, or, with 0, was not.
  private func disk(stoppedAt change: Int) throws -> ForgetfulDisk {
    let disk = ForgetfulDisk()
    disk.cut(at: change)
    do { try sweep.run(on: disk) } catch is PowerCut {}
    disk.killProcesses()
    return disk
  }

  /// The first change at which the second cell has both its checkpoints.
  private func changeWithCheckpoints() throws -> Int {
    let changes = try SmallSweep.undisturbed().changes
    return try #require(
      try (1...changes).first { change in
        let disk = try disk(stoppedAt: change)
        return try disk.kind(of: "/results") != nil
          && files(disk, "/results").contains { $0.hasSuffix("/checkpoint.b") }
      })
  }

  /// Every file below a folder.
  private func files(_ disk: ForgetfulDisk, _ folder: String) throws -> [String] {
    try disk.names(in: folder).flatMap { name in
      let path = folder + "/" + name
      return try disk.kind(of: path) == .folder ? try files(disk, path) : [path]
    }
  }

  private func put(_ bytes: [UInt8], _ path: String, on disk: ForgetfulDisk) throws {
    let file = try disk.openForAppending(path)
    try disk.truncate(file)
    try disk.write(bytes, to: file)
    try disk.close(file)
  }

  /// Cuts at every length, and every byte with one bit or all bits flipped.
  private func damages(of bytes: [UInt8]) -> [[UInt8]] {
    let cuts = bytes.indices.map { Array(bytes[..<$0]) }
    let flips = bytes.indices.flatMap { index in
      [UInt8(1) << (index % 8), 0xFF].map { mask in
        var changed = bytes
        changed[index] ^= mask
        return changed
      }
    }
    return cuts + flips + [bytes + [10], [UInt8](repeating: 0, count: bytes.count)]
  }

  @Test(arguments: [false, true])
  func isNoticedAndMadeAgain(stopped: Bool) throws {
    let expected = try SmallSweep.undisturbed().contents
    let change = stopped ? try changeWithCheckpoints() : 0
    let names = try files(try disk(stoppedAt: change), "/results")
    let expectedNames =
      stopped
      ? ["checkpoint.a", "checkpoint.b", "rounds.partial.csv", "progress.txt", "cell.json", "log.txt", "LOCK"]
      : ["result.json", "rounds.csv", "selection.csv", "failure.json", "summary.csv", "manifest.yaml", "plan.jsonl"]
    for name in expectedNames { #expect(names.contains { $0.hasSuffix("/\(name)") }, "\(name)") }
    for path in names {
      var disk = try disk(stoppedAt: change)
      // The names of temporary files differ between runs; nothing reads them.
      guard try disk.kind(of: path) != nil else { continue }
      let good = try disk.read(path)
      for (number, bad) in damages(of: good).enumerated() {
        try put(bad, path, on: disk)
        try sweep.expectNothingBelieved(on: disk, damaged: path, number: number)
        // A whole run after each would take long; the state above is what it decides by.
        guard number % 97 == 0 || bad.isEmpty else { continue }
        try sweep.run(on: disk)
        #expect(try sweep.contents(of: disk) == expected, "\(path), damage \(number)")
        disk = try self.disk(stoppedAt: change)
      }
    }
  }
}

extension SmallSweep {
  /// Records an issue when a cell counts as finished of which `path` is a file; reads all that a command would, which may
  /// neither crash nor throw.
  func expectNothingBelieved(
    on fileSystem: any FileSystem, damaged path: String, number: Int
  ) throws {
    let store = ResultStore(root: root, name: "t", fileSystem: fileSystem)
    for cell in cells {
      let folder = store.folder(of: cell.key)
      let state = try store.state(of: cell)
      if case .finished(let record) = state {
        let files = record.files.map { folder.path + "/" + $0.name } + [folder.result]
        #expect(!files.contains(path), "\(path), damage \(number)")
      }
      if path == folder.cell {
        // The worker's view: the very cell, or an error.
        do {
          #expect(try store.cell(key: cell.key) == cell, "damage \(number)")
        } catch is CellFileError {
        } catch StoreError.damaged {}
      }
      if let round = try store.checkpointRound(of: cell) { #expect((1...3).contains(round), "damage \(number)") }
      if let share = store.progress(of: cell) { #expect((0...1).contains(share)) }
      let failure = try store.failure(of: cell)
      if path == folder.failure {
        #expect(failure == FailureRecord(end: "unknown: failure.json is damaged", lastLines: []), "damage \(number)")
      }
    }
    if number % 13 == 0 { _ = try store.tables(cells, varying: ["aggregator"], families: Toy.families) }
  }
}
