import Foundation

/// What is in a results folder and belongs to no cell that is asked for.
package struct Garbage: Sendable {
  /// The folder of a cell, with all that is in it.
  package struct AbandonedCell: Sendable {
    package let key: String
    package let bytes: Int
    let files: [String]
    let folder: String
  }

  /// What an interrupted write or commit left: a temporary file, or a checkpoint of a cell that is committed.
  package struct Temporary: Sendable {
    package let path: String
    package let bytes: Int
  }

  package let cells: [AbandonedCell]
  package let temporaries: [Temporary]
  private let fileSystem: any FileSystem
  private let cellsFolder: String

  package var isEmpty: Bool { cells.isEmpty && temporaries.isEmpty }
  package var bytes: Int { cells.reduce(0) { $0 + $1.bytes } + temporaries.reduce(0) { $0 + $1.bytes } }

  /// Looks through a results folder; call it with the lock held, or a running cell's temporary files are taken for left.
  ///
  /// - Parameter asked: the keys of the cells that stay.
  package init(in store: ResultStore, asked: Set<String>) throws {
    fileSystem = store.fileSystem
    cellsFolder = store.folder + "/cells"
    var cells: [AbandonedCell] = []
    var temporaries = try Garbage.temporaries(in: store.folder, store.fileSystem)
    for key in try store.presentKeys().sorted() {
      let folder = store.path(of: key)
      if asked.contains(key) {
        temporaries += try Garbage.temporaries(in: folder, store.fileSystem)
        temporaries += try Garbage.checkpoints(ofCommitted: store.folder(of: key), store.fileSystem)
        continue
      }
      // The commit record goes first: without it nothing takes a half removed folder for a result.
      let files = try store.fileSystem.names(in: folder).map { folder + "/" + $0 }
        .sorted { PathText.name(of: $0) == "result.json" && PathText.name(of: $1) != "result.json" }
      let bytes = try files.reduce(0) { $0 + (try Garbage.size(of: $1, store.fileSystem)) }
      cells.append(AbandonedCell(key: key, bytes: bytes, files: files, folder: folder))
    }
    (self.cells, self.temporaries) = (cells, temporaries)
  }

  /// Removes all of it, and what folders that leaves empty.
  ///
  /// - Throws: `StoreError.file`; what was removed until then stays removed, and another call goes on.
  package func remove() throws {
    for temporary in temporaries { try fileSystem.removeIfPresent(temporary.path) }
    for cell in cells {
      for file in cell.files { try fileSystem.removeIfPresent(file) }
      try fileSystem.removeFolder(cell.folder)
    }
    guard try fileSystem.kind(of: cellsFolder) == .folder else { return }
    for prefix in Set(cells.map { $0.key.prefix(2) }).sorted() {
      let folder = cellsFolder + "/" + prefix
      if try fileSystem.names(in: folder).isEmpty { try fileSystem.removeFolder(folder) }
    }
  }

  private static func temporaries(in folder: String, _ fileSystem: any FileSystem) throws -> [Temporary] {
    guard try fileSystem.kindNotingFiles(of: folder) == .folder else { return [] }
    return try fileSystem.names(in: folder).filter(isTemporary).map { name in
      let path = folder + "/" + name
      return Temporary(path: path, bytes: try size(of: path, fileSystem))
    }
  }

  private static func checkpoints(
    ofCommitted folder: CellFolder, _ fileSystem: any FileSystem
  ) throws -> [Temporary] {
    // A damaged result is run again, and a checkpoint is then what that goes on from.
    guard case .finished = try fileSystem.state(of: folder) else { return [] }
    return try folder.checkpoints.filter { try fileSystem.kind(of: $0) != nil }.map { path in
      Temporary(path: path, bytes: try size(of: path, fileSystem))
    }
  }

  private static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

  private static func size(of path: String, _ fileSystem: any FileSystem) throws -> Int {
    if case .file(let size) = try fileSystem.kind(of: path) { size } else { 0 }
  }
}

extension FileSystem {
  /// A folder that is empty.
  fileprivate func removeFolder(_ path: String) throws {
    if rmdir(path) != 0 { throw StoreError.file(path: path, doing: "remove it", errno: errno) }
  }
}
