internal import Foundation

/// A file's bytes in memory that all processes which map it share.
///
/// Whoever changes such a file must put another in its place, not write into it.
///
/// `@unchecked Sendable`: the memory can only be read, and lives as long as the object.
package final class MappedFile: @unchecked Sendable {
  private let start: UnsafeRawPointer
  let count: Int

  /// - Throws: `POSIXError` when it cannot be mapped; an empty file cannot.
  init(path: String) throws {
    let failure = { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    count = Int(status.st_size)
    guard let memory = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
      throw failure()
    }
    start = UnsafeRawPointer(memory)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: start), count) }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}
