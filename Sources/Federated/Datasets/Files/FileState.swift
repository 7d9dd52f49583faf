internal import Foundation

/// What tells, without reading it, that a file is still the one that was read.
///
/// The system sets `changed` itself and lets nobody set it back, so that content which was put in place with its old
/// times and size is told too.
struct FileState: Codable, Equatable {
  let path: String
  let size: Int64
  let inode: UInt64
  /// Nanoseconds since 1970: of the content's last change, and of the content's or the entry's.
  let modified: Int64
  let changed: Int64

  /// - Parameter name: what the state calls the file.
  /// - Throws: `DatasetError.unreadable`.
  init(of path: String, as name: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw DatasetError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    self.path = name
    size = Int64(status.st_size)
    inode = UInt64(status.st_ino)
    #if canImport(Darwin)
      let (content, entry) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (content, entry) = (status.st_mtim, status.st_ctim)
    #endif
    modified = Int64(content.tv_sec) * 1_000_000_000 + Int64(content.tv_nsec)
    changed = Int64(entry.tv_sec) * 1_000_000_000 + Int64(entry.tv_nsec)
  }
}
