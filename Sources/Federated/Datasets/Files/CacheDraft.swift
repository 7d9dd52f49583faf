internal import Foundation

/// A cache file that is being written, under a name that nobody else has.
struct CacheDraft {
  private let target: String
  private let path: String
  private let descriptor: Int32
  /// When it was made, by the file system's clock: nanoseconds since 1970.
  let created: Int64

  /// Nil where nothing can be written.
  init?(for target: String, in folder: String) {
    // The caller goes on without a cache, whatever the reason.
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var name = (target + ".XXXXXX").utf8CString
    let descriptor = name.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard descriptor >= 0 else { return nil }
    path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    self.target = target
    self.descriptor = descriptor
    guard let state = try? FileState(of: path, as: path) else {
      close(descriptor)
      unlink(path)
      return nil
    }
    created = state.modified
    removeAbandoned(in: folder)
  }

  /// Writes the content and puts the file in place; false when that fails, with nothing left behind.
  func commit(_ content: CacheContent) -> Bool {
    do {
      try content.write { try write($0) }
    } catch {
      discard()
      return false
    }
    // Others who share the data may read the cache, and the system's mask need not be asked for that.
    guard fchmod(descriptor, 0o644) == 0, close(descriptor) == 0 else {
      unlink(path)
      return false
    }
    guard rename(path, target) == 0 else {
      unlink(path)
      return false
    }
    return true
  }

  func discard() {
    close(descriptor)
    unlink(path)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if count == 0 || errno != EINTR {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    }
  }

  /// Removes drafts of the same cache that somebody left an hour ago and more: their makers were killed.
  private func removeAbandoned(in folder: String) {
    let start = (target as NSString).lastPathComponent + "."
    // Only tidying: what cannot be listed or removed stays.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(start) {
      let other = folder + "/" + name
      if let state = try? FileState(of: other, as: other), state.modified + 3_600_000_000_000 < created {
        unlink(other)
      }
    }
  }
}
