internal import Foundation

/// A text file of one sample a line, its fields separated by commas or blanks.
struct TextTable {
  let path: String
  /// The whole file and a zero behind it.
  private let bytes: [UInt8]

  enum Separator {
    case comma, blanks
  }

  /// - Parameter hash: takes the whole file.
  /// - Throws: `DatasetError.unreadable`.
  init(path: String, _ hash: inout ContentHash) throws {
    self.path = path
    let content = try FileBytes.read(path)
    hash.update(content)
    bytes = content + [0]
  }

  /// The lines that hold anything, by number from 1 and place; the ends of lines are `\n` or `\r\n`.
  func lines() -> [(number: Int, range: Range<Int>)] {
    var lines: [(number: Int, range: Range<Int>)] = []
    var (number, start) = (1, 0)
    let end = bytes.count - 1
    bytes.withUnsafeBufferPointer { bytes in
      while start < end {
        var stop = start
        while stop < end, bytes[stop] != 10 { stop += 1 }
        let line = start..<(stop > start && bytes[stop - 1] == 13 ? stop - 1 : stop)
        if !line.isEmpty { lines.append((number, line)) }
        (number, start) = (number + 1, stop + 1)
      }
    }
    return lines
  }

  /// The places of a line's fields, which know no quotes.
  func fields(_ line: Range<Int>, _ separator: Separator) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { bytes in
      var start = line.lowerBound
      for place in line {
        let isEnd = separator == .comma ? bytes[place] == 44 : bytes[place] == 32 || bytes[place] == 9
        guard isEnd else { continue }
        if separator == .comma || place > start { fields.append(start..<place) }
        start = place + 1
      }
      if separator == .comma || line.upperBound > start { fields.append(start..<line.upperBound) }
    }
    return fields
  }

  /// The names of a first line; a name in quotes may hold commas.
  func names(_ line: Range<Int>) -> [String] {
    var names = [""]
    var isQuoted = false
    for character in text(line) {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    return names
  }

  /// A field without quotes round it.
  func text(_ field: Range<Int>) -> String {
    let text = String(decoding: bytes[field], as: UTF8.self)
    return text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
  }

  /// - Throws: `DatasetError.damaged` unless the field is a finite number and nothing else.
  func number(_ field: Range<Int>, line: Int) throws -> Float {
    let value = bytes.withUnsafeBufferPointer { bytes -> Float? in
      guard let first = bytes.baseAddress, !field.isEmpty, bytes[field.lowerBound] > 32 else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      return (first + field.lowerBound).withMemoryRebound(to: CChar.self, capacity: field.count + 1) { start in
        let value = strtof(start, &end)
        return end == UnsafeMutablePointer(mutating: start + field.count) && value.isFinite ? value : nil
      }
    }
    guard let value else { throw damaged(.notANumber(text(field), line: line)) }
    return value
  }

  /// - Throws: `DatasetError.damaged` unless the field is a whole number of at least 1.
  func count(_ field: Range<Int>, line: Int) throws -> Int {
    guard let value = Int(text(field)), value > 0 else { throw damaged(.notACount(text(field), line: line)) }
    return value
  }

  func damaged(_ damage: DatasetError.Damage) -> DatasetError { .damaged(path: path, damage) }
}
