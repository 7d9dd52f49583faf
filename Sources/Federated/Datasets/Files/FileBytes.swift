internal import Foundation

/// Whole files.
enum FileBytes {
  /// - Throws: `DatasetError.unreadable`.
  static func read(_ path: String) throws -> [UInt8] {
    let unreadable = { DatasetError.unreadable(path: path, reason: String(cString: strerror(errno))) }
    guard let file = fopen(path, "rb") else { throw unreadable() }
    defer { fclose(file) }
    var contents: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      contents += piece[..<count]
      if count < piece.count { break }
    }
    guard ferror(file) == 0 else { throw unreadable() }
    return contents
  }
}
