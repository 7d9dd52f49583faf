/// The file calls that the results store is made of, each of which a test can make fail.
///
/// Contract: a call that fails throws `StoreError.file` with its path and the system's error number.
package protocol FileSystem: Sendable {
  /// What stands at a path, through symbolic links; nil when nothing does.
  func kind(of path: String) throws -> FileKind?
  func read(_ path: String) throws -> [UInt8]
  /// The bytes from `offset` on, `count` of them unless the file ends before.
  func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]
  /// The names in a folder, sorted by their bytes, hidden ones included.
  func names(in folder: String) throws -> [String]
  /// One folder whose parent exists; `EEXIST` when something is there.
  func makeFolder(_ path: String) throws
  /// A new empty file; `EEXIST` when something is there.
  func create(_ path: String) throws -> OpenFile
  /// A file that is written at its end, made when there is none.
  func openForAppending(_ path: String) throws -> OpenFile
  /// All of the bytes, however often the system takes only some.
  func write(_ bytes: [UInt8], to file: OpenFile) throws
  /// Returns when the bytes are on the disk.
  func sync(_ file: OpenFile) throws
  func close(_ file: OpenFile) throws
  func rename(_ path: String, to other: String) throws
  /// `EEXIST`, and nothing touched, when there is a file at `other`.
  func renameExclusively(_ path: String, to other: String) throws
  /// Returns when the names in the folder are on the disk.
  func syncFolder(_ path: String) throws
  func remove(_ path: String) throws
  /// Takes the file's exclusive lock unless another process holds it; the end of this process frees it.
  func tryLock(_ file: OpenFile) throws -> Bool
  func unlock(_ file: OpenFile) throws
  /// Cuts the file to nothing.
  func truncate(_ file: OpenFile) throws
}

package enum FileKind: Sendable, Equatable {
  case file(size: Int)
  case folder
  case other
}

/// A file that one owner has open.
package struct OpenFile: Sendable {
  package let descriptor: Int32
  package let path: String

  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }
}

extension FileSystem {
  package func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8] {
    Array(try read(path).dropFirst(offset).prefix(count))
  }

  /// The folder and those above it that are missing, each durable in its parent.
  ///
  /// - Throws: `StoreError.wrongKind` when a file stands where a folder must be.
  package func makeFolders(_ path: String) throws {
    switch try kindNotingFiles(of: path) {
    case .folder: return try confirmFolder(path)
    case nil: break
    case .file, .other: throw StoreError.wrongKind(path: path, wanted: "a folder", found: "a file")
    }
    let parent = PathText.parent(of: path)
    if parent != path { try makeFolders(parent) }
    do {
      try makeFolder(path)
    } catch StoreError.file(_, _, FileErrno.exists) {
      // Another process was faster, which is as good.
      return
    }
    try syncFolder(parent)
  }

  /// Makes the name of a folder durable that another process may have made and not lived to sync.
  private func confirmFolder(_ path: String) throws {
    do {
      try syncFolder(PathText.parent(of: path))
    } catch StoreError.file(_, _, FileErrno.notPermitted) {
      // A folder that may be passed through and not read; then skymask did not make what is in it.
      return
    }
  }

  /// Writes a file in one step: a reader sees the old bytes or all the new ones, also after a power cut.
  package func replace(_ path: String, with bytes: [UInt8]) throws {
    try replace(path) { try write(bytes, to: $0) }
  }

  /// As `replace(_:with:)`, with what `fill` writes piece by piece.
  package func replace(_ path: String, fill: (OpenFile) throws -> Void) throws {
    let temporary = try writeTemporary(for: path, fill)
    try rename(temporary, to: path)
    try syncFolder(PathText.parent(of: path))
  }

  /// As `replace`, but never over another file: false, and nothing written, when there is one.
  package func createOnce(_ path: String, with bytes: [UInt8]) throws -> Bool {
    let temporary = try writeTemporary(for: path) { try write(bytes, to: $0) }
    do {
      try renameExclusively(temporary, to: path)
    } catch StoreError.file(_, _, FileErrno.exists) {
      try remove(temporary)
      return false
    }
    try syncFolder(PathText.parent(of: path))
    return true
  }

  /// The file's bytes; nil when there is no file.
  package func readIfPresent(_ path: String) throws -> [UInt8]? {
    switch try kindNotingFiles(of: path) {
    case nil: nil
    case .file: try read(path)
    case .folder: throw StoreError.wrongKind(path: path, wanted: "a file", found: "a folder")
    case .other: throw StoreError.wrongKind(path: path, wanted: "a file", found: "neither a file nor a folder")
    }
  }

  package func removeIfPresent(_ path: String) throws {
    do {
      try remove(path)
    } catch StoreError.file(_, _, FileErrno.missing) {
      return
    }
  }

  /// Removes what an interrupted write left in a folder.
  package func removeTemporaries(in folder: String) throws {
    for name in try names(in: folder) where name.hasPrefix(".") && name.hasSuffix(temporarySuffix) {
      try removeIfPresent(folder + "/" + name)
    }
  }

  /// `kind(of:)`, with a file among the folders of the path told as what it is.
  func kindNotingFiles(of path: String) throws -> FileKind? {
    do {
      return try kind(of: path)
    } catch StoreError.file(_, _, FileErrno.notFolder) {
      // Looks upwards for the file, past what fails as this path did.
      var above = PathText.parent(of: path)
      while (try? kind(of: above)) == nil, PathText.parent(of: above) != above { above = PathText.parent(of: above) }
      throw StoreError.wrongKind(path: above, wanted: "a folder", found: "a file")
    }
  }

  private var temporarySuffix: String { ".tmp" }

  private func writeTemporary(for path: String, _ fill: (OpenFile) throws -> Void) throws -> String {
    // The random part keeps two writers of one cell apart; it occurs in no result.
    let nonce = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = PathText.parent(of: path) + "/." + PathText.name(of: path) + "." + nonce + temporarySuffix
    let file = try create(temporary)
    do {
      try fill(file)
      try sync(file)
    } catch {
      try? close(file)
      try? remove(temporary)
      throw error
    }
    try close(file)
    return temporary
  }
}

/// Paths as text, with `/` between names.
enum PathText {
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }
}
