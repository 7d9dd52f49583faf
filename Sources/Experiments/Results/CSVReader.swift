extension CSVTable {
  /// Reads a table strictly; lines may end in LF or CR LF.
  ///
  /// - Parameter name: what errors call the text, such as its path.
  /// - Throws: `StoreError.csv` for no header, a column named twice, a line with too few or too many fields, a quote out
  ///   of place, or bytes that are not UTF-8.
  package init(_ bytes: [UInt8], name: String) throws {
    var reader = CSVReader(bytes: bytes, name: name)
    guard let header = try reader.record() else { throw reader.error("no header: the text is empty") }
    self.init(header: header)
    for (index, column) in header.enumerated() where header[..<index].contains(column) {
      throw reader.error("two columns are named '\(column)'", line: 1)
    }
    while true {
      let line = reader.line
      guard let record = try reader.record() else { return }
      guard record.count == header.count else {
        throw reader.error("\(record.count) fields, but the header has \(header.count)", line: line)
      }
      append(record)
    }
  }
}

/// Splits bytes into records.
private struct CSVReader {
  let bytes: [UInt8]
  let name: String
  var position = 0
  /// The line of `position`, from 1.
  var line = 1

  init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  func error(_ problem: String, line: Int? = nil) -> StoreError {
    .csv(name: name, line: line ?? self.line, problem: problem)
  }

  /// The fields up to the end of a line; nil at the end of the text.
  mutating func record() throws -> [String]? {
    guard position < bytes.count else { return nil }
    var fields: [String] = []
    while true {
      fields.append(bytes[position...].first == CSV.quote ? try quotedField() : try plainField())
      guard position < bytes.count else { throw error("the last line does not end; the file may be cut") }
      let separator = bytes[position]
      position += 1
      if separator == UInt8(ascii: ",") { continue }
      line += 1
      return fields
    }
  }

  /// Bytes up to a comma or the end of the line, on which `position` then stands.
  private mutating func plainField() throws -> String {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != CSV.lf {
      if bytes[position] == CSV.quote { throw error("a quote inside a field that does not begin with one") }
      if bytes[position] == CSV.cr { return try endingInCarriageReturn(bytes[start..<position]) }
      position += 1
    }
    return try string(bytes[start..<position])
  }

  private mutating func quotedField() throws -> String {
    let start = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == CSV.quote {
        if position < bytes.count, bytes[position] == CSV.quote {
          position += 1
        } else {
          return try afterClosingQuote(content[...])
        }
      }
      if byte == CSV.lf { line += 1 }
      content.append(byte)
    }
    throw error("a quoted field does not end", line: start)
  }

  private mutating func afterClosingQuote(_ content: ArraySlice<UInt8>) throws -> String {
    guard position < bytes.count else { return try string(content) }
    if bytes[position] == CSV.cr { return try endingInCarriageReturn(content) }
    guard bytes[position] == UInt8(ascii: ",") || bytes[position] == CSV.lf else {
      throw error("something follows a closing quote")
    }
    return try string(content)
  }

  private mutating func endingInCarriageReturn(_ content: ArraySlice<UInt8>) throws -> String {
    guard position + 1 < bytes.count, bytes[position + 1] == CSV.lf else {
      throw error("a carriage return without a line feed")
    }
    position += 1
    return try string(content)
  }

  private func string(_ content: ArraySlice<UInt8>) throws -> String {
    guard let text = String(validating: content, as: UTF8.self) else { throw error("bytes that are not UTF-8") }
    return text
  }
}
