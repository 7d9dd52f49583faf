import CSystemCalls
import SystemPackage

/// The error numbers that the store tells apart, as patterns.
enum FileErrno {
  static let exists = Errno.fileExists.rawValue
  static let missing = Errno.noSuchFileOrDirectory.rawValue
  static let notFolder = Errno.notDirectory.rawValue
  static let notPermitted = Errno.permissionDenied.rawValue
  static let held = Errno.wouldBlock.rawValue
}

/// The real file system.
package struct Disk: FileSystem {
  package init() {}

  package func kind(of path: String) throws -> FileKind? {
    var kind: Int32 = 0
    var size: Int64 = 0
    try check(durable_kind(path, &kind, &size), path, .look)
    return switch kind {
    case 0: nil
    case 1: .file(size: Int(size))
    case 2: .folder
    default: .other
    }
  }

  package func read(_ path: String) throws -> [UInt8] {
    try attempt(path, .read) {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      // Nothing that was read is lost by how the file closes.
      defer { _ = durable_close(file.rawValue) }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
      }
    }
  }

  package func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8] {
    try attempt(path, .read) {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { _ = durable_close(file.rawValue) }
      return try [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
        while filled < count {
          let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[filled...])
          let taken = try file.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
          if taken == 0 { return }
          filled += taken
        }
      }
    }
  }

  package func names(in folder: String) throws -> [String] {
    var status: Int32 = 0
    let stream = durable_open_folder(folder, &status)
    try check(status, folder, .list)
    guard let stream else { return [] }
    defer { durable_close_folder(stream) }
    var names: [String] = []
    while let name = durable_next_name(stream, &status) { names.append(String(cString: name)) }
    try check(status, folder, .list)
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func makeFolder(_ path: String) throws { try check(durable_make_folder(path), path, .makeFolder) }

  package func create(_ path: String) throws -> OpenFile {
    try open(path, .create, [.create, .exclusiveCreate, .closeOnExec])
  }

  package func openForAppending(_ path: String) throws -> OpenFile {
    try open(path, .open, [.create, .append, .closeOnExec])
  }

  package func write(_ bytes: [UInt8], to file: OpenFile) throws {
    try attempt(file.path, .write) { _ = try FileDescriptor(rawValue: file.descriptor).writeAll(bytes) }
  }

  package func sync(_ file: OpenFile) throws { try check(durable_sync_file(file.descriptor), file.path, .sync) }

  package func close(_ file: OpenFile) throws { try check(durable_close(file.descriptor), file.path, .close) }

  package func rename(_ path: String, to other: String) throws {
    try check(durable_rename(path, other), other, .rename)
  }

  package func renameExclusively(_ path: String, to other: String) throws {
    try check(durable_rename_exclusive(path, other), other, .renameExclusively)
  }

  package func syncFolder(_ path: String) throws { try check(durable_sync_folder(path), path, .syncFolder) }

  package func remove(_ path: String) throws { try check(durable_remove_file(path), path, .remove) }

  package func tryLock(_ file: OpenFile) throws -> Bool {
    let status = durable_try_lock(file.descriptor)
    if status == FileErrno.held { return false }
    try check(status, file.path, .lock)
    return true
  }

  package func unlock(_ file: OpenFile) throws { try check(durable_unlock(file.descriptor), file.path, .unlock) }

  package func truncate(_ file: OpenFile) throws { try check(durable_truncate(file.descriptor), file.path, .truncate) }

  private func open(_ path: String, _ call: FileCall, _ options: FileDescriptor.OpenOptions) throws -> OpenFile {
    try attempt(path, call) {
      let permissions: FilePermissions = [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
      let file = try FileDescriptor.open(FilePath(path), .readWrite, options: options, permissions: permissions)
      return OpenFile(descriptor: file.rawValue, path: path)
    }
  }

  private func check(_ status: Int32, _ path: String, _ call: FileCall) throws {
    if status != 0 { throw StoreError.file(path: path, doing: call.doing, errno: status) }
  }

  private func attempt<Result>(_ path: String, _ call: FileCall, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let code as Errno {
      throw StoreError.file(path: path, doing: call.doing, errno: code.rawValue)
    }
  }
}
