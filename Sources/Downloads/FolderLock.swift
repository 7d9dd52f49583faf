internal import Foundation

/// Keeps a second process from getting files into a folder. The lock is gone with the process, however it ends.
struct FolderLock {
  private let descriptor: Int32

  /// - Throws: `DownloadError.busy`, or `disk` where there can be no lock.
  init(_ folder: String) throws {
    let path = folder + "/.fetching"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw DownloadError.disk(path: path, reason: "cannot be opened: \(String(cString: strerror(errno)))")
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    let reason = errno
    close(descriptor)
    if reason == EWOULDBLOCK { throw DownloadError.busy(folder: folder) }
    throw DownloadError.disk(path: path, reason: "cannot be locked: \(String(cString: strerror(reason)))")
  }

  func release() { close(descriptor) }
}
