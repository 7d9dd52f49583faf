#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// The end of a log.
package enum LogTail {
  /// How many bytes from the end are looked at.
  private static let window = 16_384

  /// The last lines of a file, at most `count`, without empty ones at the end; what cannot be read has none.
  package static func lines(_ count: Int, of path: String) -> [String] {
    guard let bytes = try? tail(of: path) else { return [] }
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.suffix(count).map(String.init)
  }

  private static func tail(of path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    return try file.closeAfter {
      let size = Int(try file.seek(offset: 0, from: .end))
      let start = max(0, size - window)
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: window)
      while bytes.count < size - start {
        let offset = Int64(start + bytes.count)
        let read = try chunk.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
        if read == 0 { break }
        bytes += chunk[..<read]
      }
      return bytes
    }
  }
}
