import Foundation

/// A YAML text with the name that diagnostics give it.
package final class Source: Sendable {
  /// The path as the user gave it, or another name such as `--set`.
  package let name: String
  let bytes: [UInt8]
  /// Whether it is the value of a flag: a single line, whose number would say nothing.
  let isFlag: Bool

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Files beyond this are refused: a manifest is written by hand.
  static let largestFile = 10_000_000

  package convenience init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

  /// The value of the flag `--name`, as YAML.
  package convenience init(flag name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8), isFlag: true)
  }

  package convenience init(name: String, bytes: [UInt8]) { self.init(name: name, bytes: bytes, isFlag: false) }

  private init(name: String, bytes: [UInt8], isFlag: Bool) {
    self.name = name
    self.isFlag = isFlag
    // A byte order mark is no part of the first line.
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// The content of a file.
  ///
  /// - Throws: `Failure` for a file that is missing, not readable, a folder or larger than 10 MB.
  package static func read(_ path: String) throws -> Source {
    func refuse(_ message: String) -> Failure { Failure([Diagnostic(file: path, message: message)]) }
    var information = stat()
    guard stat(path, &information) == 0 else {
      throw errno == ENOENT ? refuse("no such file") : refuse("cannot be read: \(reason(errno))")
    }
    switch information.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw refuse("is a folder, not a file")
    default: throw refuse("is not a regular file")
    }
    guard information.st_size <= largestFile else {
      throw refuse("is \(information.st_size) bytes long; a manifest has at most \(largestFile)")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refuse("cannot be read: \(reason(errno))") }
    defer { close(descriptor) }
    return try read(descriptor, name: path)
  }

  /// All of standard input.
  ///
  /// - Throws: `Failure` for more than 10 MB, or what cannot be read.
  package static func standardInput() throws -> Source { try read(STDIN_FILENO, name: "standard input") }

  private static func read(_ descriptor: Int32, name: String) throws -> Source {
    func refuse(_ message: String) -> Failure { Failure([Diagnostic(file: name, message: message)]) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = chunk.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw refuse("cannot be read: \(reason(errno))") }
      if count == 0 { break }
      bytes += chunk[..<count]
      // The size that `stat` told may be out of date by now.
      guard bytes.count <= largestFile else { throw refuse("is longer than \(largestFile) bytes") }
    }
    return Source(name: name, bytes: bytes)
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

extension Source {
  /// The line of that number, from 1, without its end; line ends are those of YAML 1.1, so that numbers agree with
  /// libyaml's.
  func line(_ number: Int) -> Substring.UnicodeScalarView? {
    var line = 1
    var start = 0
    while line < number {
      guard let end = lineEnd(from: start), end.next < bytes.count || number == line + 1 else { return nil }
      start = end.next
      line += 1
    }
    let end = lineEnd(from: start)?.end ?? bytes.count
    return Substring(String(decoding: bytes[start..<end], as: UTF8.self)).unicodeScalars
  }

  /// Where the character begins that the byte at `offset` is in, or breaks off.
  func characterStart(at offset: Int) -> Int {
    for start in stride(from: min(offset, bytes.count) - 1, through: max(0, offset - 3), by: -1) {
      switch bytes[start] {
      case 0x80...0xBF: continue
      case 0xC0...0xDF: return start + 2 > offset ? start : offset
      case 0xE0...0xEF: return start + 3 > offset ? start : offset
      case 0xF0...0xF7: return start + 4 > offset ? start : offset
      default: return offset
      }
    }
    return offset
  }

  /// Line and column, both from 1, of a byte; the column counts code points.
  func position(ofByte offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var start = 0
    while let end = lineEnd(from: start), end.next <= offset {
      start = end.next
      line += 1
    }
    let upTo = min(max(offset, start), bytes.count)
    return (line, String(decoding: bytes[start..<upTo], as: UTF8.self).unicodeScalars.count + 1)
  }

  /// Where the line that holds byte `start` ends, and where the next begins; nil for a last line without an end.
  private func lineEnd(from start: Int) -> (end: Int, next: Int)? {
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case 0x0A: return (index, index + 1)
      case 0x0D: return (index, index + 1 < bytes.count && bytes[index + 1] == 0x0A ? index + 2 : index + 1)
      case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85: return (index, index + 2)
      case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8:
        return (index, index + 3)
      default: index += 1
      }
    }
    return nil
  }
}
