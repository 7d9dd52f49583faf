internal import Crypto
internal import Foundation

extension Checksums {
  private static let pieceLength = 1 << 20

  /// Reads a file to its end.
  ///
  /// - Throws: `DownloadError.disk`.
  package init(of path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw DownloadError.disk(path: path, reason: String(cString: strerror(errno)))
    }
    var (short, long, size) = (Insecure.MD5(), SHA256(), 0)
    do {
      while let piece = try file.read(upToCount: Checksums.pieceLength), !piece.isEmpty {
        short.update(data: piece)
        long.update(data: piece)
        size += piece.count
      }
    } catch {
      throw DownloadError.disk(path: path, reason: error.localizedDescription)
    }
    self.init(size: size, md5: Checksums.hex(short.finalize()), sha256: Checksums.hex(long.finalize()))
  }

  private static func hex(_ digest: some Sequence<UInt8>) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
