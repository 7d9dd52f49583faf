internal import Foundation

/// The content of a data set's files, for their digest.
package enum DataContent {
  private static let pieceLength = 1 << 20

  /// Calls `body` with the bytes of a file in order, a piece at a time; those of a `.gz` file are unpacked.
  ///
  /// - Throws: `DatasetError` when the file is damaged or cannot be read.
  package static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    if path.hasSuffix(".gz") {
      let reader = try GzipReader(path: path)
      try forEachPiece(reader.read, body)
      try reader.expectNothingBehind()
    } else {
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw DatasetError.unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      try forEachPiece({ Array(try file.read(upToCount: $0) ?? Data()) }, body)
    }
  }

  private static func forEachPiece(_ read: (Int) throws -> [UInt8], _ body: ([UInt8]) throws -> Void) throws {
    while true {
      let piece = try read(pieceLength)
      if piece.isEmpty { return }
      try body(piece)
    }
  }
}
