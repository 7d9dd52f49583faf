internal import CZlib
internal import Foundation

/// Unpacks one gzip file, piece by piece, so that nothing is allocated before the header has been looked at.
final class GzipReader {
  private let path: String
  private let packed: [UInt8]
  private var consumed = 0
  private var ended = false
  /// On the heap, since zlib wants it to stay where it was set up.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Throws: `DatasetError.unreadable`, or `.damaged` when it is no gzip file.
  init(path: String) throws {
    self.path = path
    packed = try FileBytes.read(path)
    guard packed.starts(with: [0x1f, 0x8b]) else { throw DatasetError.damaged(path: path, .notGzip) }
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window, and 16 for a gzip header.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw DatasetError.unreadable(path: path, reason: "zlib: status \(status)")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Up to `count` unpacked bytes; fewer only at the end of the data.
  ///
  /// - Throws: `DatasetError.damaged` when the data are damaged or end too early.
  func read(_ count: Int) throws -> [UInt8] {
    guard !ended, count > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, produced in
      produced = try inflate(into: buffer)
    }
  }

  /// Unpacks up to `count` bytes for nothing, and says how many; fewer only at the end of the data.
  func skip(_ count: Int) throws -> Int {
    var skipped = 0
    while skipped < count {
      let piece = try read(min(count - skipped, 1 << 20))
      if piece.isEmpty { break }
      skipped += piece.count
    }
    return skipped
  }

  /// - Throws: `DatasetError.damaged` when bytes follow the end of the gzip data.
  func expectNothingBehind() throws {
    if consumed < packed.count { throw DatasetError.damaged(path: path, .trailingGzip(packed.count - consumed)) }
  }

  private func inflate(into output: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    try packed.withUnsafeBufferPointer { input in
      // zlib never writes to its input; its C declaration merely lacks the const.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
      stream.pointee.avail_in = UInt32(input.count - consumed)
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      while stream.pointee.avail_out > 0, !ended {
        switch CZlib.inflate(stream, Z_NO_FLUSH) {
        case Z_OK: break
        case Z_STREAM_END: ended = true
        case Z_BUF_ERROR: throw DatasetError.damaged(path: path, .truncatedGzip)
        case let status:
          let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib: status \(status)"
          throw DatasetError.damaged(path: path, .badGzip(reason))
        }
      }
      consumed = input.count - Int(stream.pointee.avail_in)
      return output.count - Int(stream.pointee.avail_out)
    }
  }
}
