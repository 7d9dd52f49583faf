import Catalogue
import Foundation
package import YAML

/// The results folder of one experiment, `results/<name>`; the coordinating process holds it.
package struct ResultStore: Sendable {
  package let root: String
  package let name: String
  let fileSystem: any FileSystem

  /// - Parameter root: the folder of all results, such as `results`.
  package init(root: String, name: String, fileSystem: any FileSystem = Disk()) {
    self.root = root
    self.name = name
    self.fileSystem = fileSystem
  }

  package var folder: String { root + "/" + name }

  /// Takes the experiment's lock, which the kernel frees when the process ends, however it ends.
  ///
  /// - Throws: `StoreError.locked`, which says who holds it.
  package func lock(as owner: LockOwner) throws -> StoreLock {
    try fileSystem.makeFolders(folder)
    let file = try fileSystem.openForAppending(folder + "/LOCK")
    do {
      guard try fileSystem.tryLock(file) else {
        throw StoreError.locked(path: file.path, holder: try holder(of: file)?.description ?? "another process")
      }
    } catch {
      // The first error is the one to tell.
      try? fileSystem.close(file)
      throw error
    }
    let lock = StoreLock(file: file, fileSystem: fileSystem)
    do {
      try fileSystem.truncate(file)
      try fileSystem.write(owner.json, to: file)
    } catch {
      try? lock.release()
      throw error
    }
    return lock
  }

  /// Who has written that it holds the lock.
  ///
  /// It writes so a moment after it took the lock, before which the file is empty or tells of the holder before.
  private func holder(of file: OpenFile) throws -> LockOwner? {
    for _ in 0..<20 {
      Thread.sleep(forTimeInterval: 0.05)
      if let owner = LockOwner(json: try fileSystem.read(file.path)) { return owner }
    }
    return nil
  }

  /// Writes `manifest.yaml` and `plan.jsonl`, the resolved cells in order; what is the same already stays untouched.
  package func prepare(manifestText: String, cells: [Cell]) throws {
    try fileSystem.makeFolders(folder + "/cells")
    try fileSystem.removeTemporaries(in: folder)
    try update(folder + "/manifest.yaml", Array(manifestText.utf8))
    try update(folder + "/plan.jsonl", cells.flatMap { Array($0.json.utf8) })
  }

  /// The manifest of the last run; nil before the first.
  package func storedManifest() throws -> Source? {
    let path = folder + "/manifest.yaml"
    guard try fileSystem.kindNotingFiles(of: folder) == .folder else { return nil }
    return try fileSystem.readIfPresent(path).map { Source(name: path, bytes: $0) }
  }

  /// Makes a cell's folder ready for an attempt: clears away a failure, what an unfinished attempt left but for its
  /// checkpoints, or a damaged result, and their log.
  package func begin(_ cell: Cell) throws {
    let folder = folder(of: cell.key)
    try fileSystem.begin(cell, in: folder)
    try fileSystem.removeIfPresent(folder.log)
  }

  /// The path of a cell's `log.txt`.
  package func logFile(of cell: Cell) -> String { folder(of: cell.key).log }

  /// The cell of that key as `begin` wrote it.
  ///
  /// - Throws: `StoreError.damaged` when its description is missing or is not that of the key.
  package func cell(key: String) throws -> Cell {
    let path = folder(of: key).cell
    guard let bytes = try fileSystem.readIfPresent(path) else {
      throw StoreError.damaged(path: path, reason: "it is missing")
    }
    let cell = try Cell(json: bytes, file: path)
    guard cell.key == key else {
      throw StoreError.damaged(path: path, reason: "it is not the description of cell \(key)")
    }
    return cell
  }

  package func state(of cell: Cell) throws -> CellState { try fileSystem.state(of: folder(of: cell.key)) }

  /// The share of its rounds that a running cell has done, 0...1; nil when it has not told.
  package func progress(of cell: Cell) -> Double? {
    // A worker may be replacing or removing the file at this moment; the next look will tell.
    guard let bytes = try? fileSystem.readIfPresent(folder(of: cell.key).progress) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count == 2, let slash = parts[0].firstIndex(of: "/"), let done = Double(parts[0][..<slash]),
      let all = Double(parts[0][parts[0].index(after: slash)...]), all > 0,
      (done / all).isFinite
    else { return nil }
    return min(max(done / all, 0), 1)
  }

  /// The round that an unfinished cell would go on at, without a look at all of the checkpoint; nil when it would start
  /// anew.
  package func checkpointRound(of cell: Cell) throws -> Int? {
    try CheckpointSlots(folder: folder(of: cell.key), fileSystem: fileSystem).newestRound()
  }

  /// Writes down why a cell has no result.
  package func recordFailure(of cell: Cell, _ failure: FailureRecord) throws {
    let folder = folder(of: cell.key)
    try fileSystem.makeFolders(folder.path)
    try fileSystem.replace(folder.failure, with: failure.json)
  }

  package func failure(of cell: Cell) throws -> FailureRecord? {
    let path = folder(of: cell.key).failure
    guard let bytes = try fileSystem.readIfPresent(path) else { return nil }
    // That the cell failed is certain while the file is there; the next run tries it again and removes it.
    return (try? FailureRecord(json: bytes)) ?? FailureRecord(end: "unknown: failure.json is damaged", lastLines: [])
  }

  /// A file that `record` asked for; nil where the cell is not finished or did not record it.
  package func sideFile(_ file: SideFile, of cell: Cell) throws -> CSVTable? {
    guard case .finished(let record) = try state(of: cell), record.files.contains(where: { $0.name == file.name })
    else {
      return nil
    }
    let path = folder(of: cell.key).path + "/" + file.name
    return try CSVTable(try fileSystem.read(path), name: path)
  }

  /// An exported table, such as `summary.csv`.
  package func table(_ file: String) throws -> CSVTable {
    let path = folder + "/" + file
    return try CSVTable(try fileSystem.read(path), name: path)
  }

  func folder(of key: String) -> CellFolder { CellFolder(root: root, name: name, key: key) }

  func update(_ path: String, _ bytes: [UInt8]) throws {
    if try fileSystem.readIfPresent(path) != bytes { try fileSystem.replace(path, with: bytes) }
  }
}
