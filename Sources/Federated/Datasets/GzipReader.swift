internal import CZlib
internal import Foundation

/// Unpacks one gzip file, piece by piece, so that nothing is allocated before the header has been looked at.
final class GzipReader {
  private let path: String
  private let packed: [UInt8]
  private var consumed = 0
  private var stream: z_stream
  private var ended = false

  /// - Throws: `DatasetError.unreadable`, or `.damaged` when it is no gzip file.
  init(path: String) throws {
    self.path = path
    do {
      packed = [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw DatasetError.unreadable(path: path, reason: (error as NSError).localizedDescription)
    }
    guard packed.starts(with: [0x1f, 0x8b]) else { throw DatasetError.damaged(path: path, .notGzip) }
    stream = z_stream()
    // 15 bits of window, and 16 for a gzip header.
    let status = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw DatasetError.unreadable(path: path, reason: "zlib: status \(status)") }
  }

  deinit { inflateEnd(&stream) }

  /// Up to `count` unpacked bytes; fewer only at the end of the data.
  ///
  /// - Throws: `DatasetError.damaged` when the data are damaged or end too early.
  func read(_ count: Int) throws -> [UInt8] {
    guard !ended, count > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, produced in
      produced = try inflate(into: buffer)
    }
  }

  /// - Throws: `DatasetError.damaged` when bytes follow the end of the gzip data.
  func expectNothingBehind() throws {
    if consumed < packed.count { throw DatasetError.damaged(path: path, .trailingGzip(packed.count - consumed)) }
  }

  private func inflate(into output: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
    try packed.withUnsafeBufferPointer { input in
      // zlib never writes to its input; its C declaration merely lacks the const.
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
      stream.avail_in = UInt32(input.count - consumed)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      while stream.avail_out > 0, !ended {
        switch CZlib.inflate(&stream, Z_NO_FLUSH) {
        case Z_OK: break
        case Z_STREAM_END: ended = true
        case Z_BUF_ERROR: throw DatasetError.damaged(path: path, .truncatedGzip)
        case let status:
          let reason = stream.msg.map { String(cString: $0) } ?? "zlib: status \(status)"
          throw DatasetError.damaged(path: path, .badGzip(reason))
        }
      }
      consumed = input.count - Int(stream.avail_in)
      return output.count - Int(stream.avail_out)
    }
  }
}
