import Catalogue

/// Where a cell of a plan stands.
package enum CellStanding: Sendable, Equatable {
  case finished(ResultRecord)
  /// Unfinished, and its checkpoint goes on at `round`.
  case resumable(round: Int)
  /// Begun, with nothing to go on from.
  case unfinished
  /// The last attempt failed; `end` says how.
  case failed(end: String)
  case damaged(reason: String)
  case new
}

/// What a look at a cell's folder tells without reading what its result is made of.
package enum CellGlance: Sendable, Equatable {
  case finished(diverged: Bool)
  /// Begun, with the share of it that is done as far as it has told.
  case begun(share: Double)
  case failed(end: String)
  case damaged(reason: String)
  case new
}

extension ResultStore {
  /// The keys of the cells that have a folder.
  ///
  /// - Complexity: one listing for each of at most 257 folders, however many cells there are.
  package func presentKeys() throws -> Set<String> {
    let cells = folder + "/cells"
    guard try isFolder(cells) else { return [] }
    var keys: Set<String> = []
    for prefix in try fileSystem.names(in: cells) where prefix.utf8.count == 2 {
      guard try fileSystem.kind(of: cells + "/" + prefix) == .folder else { continue }
      for key in try fileSystem.names(in: cells + "/" + prefix) where ResultStore.isKey(key) { keys.insert(key) }
    }
    return keys
  }

  /// Where the cells stand, in their order, every hash of a finished one verified.
  ///
  /// No file is looked at for a cell without a folder.
  package func standings(of cells: [Cell]) throws -> [CellStanding] {
    let present = try presentKeys()
    return try cells.map { present.contains($0.key) ? try standing(of: $0) : .new }
  }

  /// Where one cell stands.
  package func standing(of cell: Cell) throws -> CellStanding {
    let state = try state(of: cell)
    switch state {
    case .finished(let record): return .finished(record)
    case .damaged(let reason): return .damaged(reason: reason)
    case .partial, .absent:
      if let failure = try failure(of: cell) { return .failed(end: failure.end) }
      if let round = try checkpointRound(of: cell) { return .resumable(round: round) }
      return state == .absent ? .new : .unfinished
    }
  }

  /// Where a cell stands as far as its commit record tells: that it is there and whole, not that what it vouches for is.
  ///
  /// In doubt everything is verified. For a status that is shown over and over; whatever builds on a result asks
  /// `standing(of:)`.
  package func glance(at cell: Cell) throws -> CellGlance {
    let folder = folder(of: cell.key)
    if let record = try fileSystem.readIfPresent(folder.result) {
      // Written in one step, it is whole when its end is there; of its keys, in sorted order, this one is the first.
      if record.first == UInt8(ascii: "{"), record.suffix(3).elementsEqual("\n}\n".utf8) {
        return .finished(diverged: record.starts(with: "{\n  \"diverged_at\"".utf8))
      }
      if case .damaged(let reason) = try state(of: cell) { return .damaged(reason: reason) }
    }
    if let failure = try failure(of: cell) { return .failed(end: failure.end) }
    if let share = progress(of: cell) { return .begun(share: share) }
    return try state(of: cell) == .absent ? .new : .begun(share: 0)
  }

  /// Who wrote into `LOCK` last, whether that process still runs or not; nil where nobody did.
  package func lockOwner() throws -> LockOwner? {
    guard try isFolder(folder) else { return nil }
    return try fileSystem.readIfPresent(folder + "/LOCK").flatMap { LockOwner(json: $0) }
  }

  /// Whether the experiment has a folder.
  package func exists() throws -> Bool { try isFolder(folder) }

  /// Whether a folder stands there; also what stands in the way is told.
  private func isFolder(_ path: String) throws -> Bool {
    switch try fileSystem.kindNotingFiles(of: path) {
    case nil: false
    case .folder: true
    case .file, .other: throw StoreError.wrongKind(path: path, wanted: "a folder", found: "a file")
    }
  }

  static func isKey(_ name: String) -> Bool {
    name.utf8.count == 64
      && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
