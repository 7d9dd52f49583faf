/// The two files that hold a cell's checkpoints; written by turns, so that one is whole at every instant.
struct CheckpointSlots: Sendable {
  let folder: CellFolder
  let fileSystem: any FileSystem

  /// What the two files held.
  struct Found {
    /// The newest that is whole.
    var checkpoint: Checkpoint?
    /// Its place.
    var slot: Int?
    /// Of each file that is not as it was written: its name, and why.
    var refused: [String] = []
  }

  /// The round of the newest checkpoint, by the headers alone; nil when neither file has one.
  func newestRound() throws -> Int? {
    // A file may vanish or be replaced between two looks at it; then it has none at this moment.
    try folder.checkpoints.compactMap { path in
      do {
        return try header(of: path)?.round
      } catch is CheckpointDamage {
        return nil
      } catch StoreError.file(_, _, FileErrno.missing) {
        return nil
      }
    }.max()
  }

  /// Reads the newest checkpoint; one that is cut, changed or empty is refused and the other one used.
  ///
  /// - Throws: `StoreError.file` when a file cannot be read, which says nothing about its content.
  func newest() throws -> Found {
    var found = Found()
    var candidates: [(slot: Int, header: CheckpointHeader)] = []
    for (slot, path) in folder.checkpoints.enumerated() {
      do {
        if let header = try header(of: path) { candidates.append((slot, header)) }
      } catch let damage as CheckpointDamage {
        found.refused.append("\(PathText.name(of: path)): \(damage.reason)")
      }
    }
    for (slot, header) in candidates.sorted(by: { $0.header.round > $1.header.round }) {
      let path = folder.checkpoints[slot]
      do {
        found.checkpoint = try Checkpoint(key: folder.key, fileSize: header.fileSize) {
          try fileSystem.read(path, from: $0, count: $1)
        }
        found.slot = slot
        return found
      } catch let damage as CheckpointDamage {
        found.refused.append("\(PathText.name(of: path)): \(damage.reason)")
      }
    }
    return found
  }

  /// Writes a checkpoint in one step: whatever happens on the way, the file is the old one or all of the new one.
  func write(_ checkpoint: Checkpoint, to slot: Int) throws {
    try fileSystem.replace(folder.checkpoints[slot]) { file in
      try checkpoint.write(key: folder.key) { try fileSystem.write($0, to: file) }
    }
  }

  func remove() throws {
    for path in folder.checkpoints { try fileSystem.removeIfPresent(path) }
  }

  /// - Returns: nil when there is no file.
  private func header(of path: String) throws -> CheckpointHeader? {
    switch try fileSystem.kind(of: path) {
    case nil: nil
    case .folder, .other: throw CheckpointDamage(reason: "it is no file")
    case .file(let size):
      try CheckpointHeader(
        try fileSystem.read(path, from: 0, count: CheckpointHeader.size), key: folder.key, fileSize: size)
    }
  }
}
