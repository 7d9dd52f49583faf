import Catalogue

/// Rows under a fixed header, written and read as RFC 4180: UTF-8, LF, fields quoted only where they must be.
package struct CSVTable: Sendable, Equatable {
  package let header: [String]
  package private(set) var rows: [[String]] = []

  package init(header: [String]) { self.header = header }

  package mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "a row has \(row.count) fields and the header \(header.count)")
    rows.append(row)
  }

  /// The index of a column.
  ///
  /// - Throws: `StoreError.noColumn`, which names the table `name`.
  package func column(_ column: String, of name: String) throws -> Int {
    guard let index = header.firstIndex(of: column) else {
      throw StoreError.noColumn(column, name: name, known: header)
    }
    return index
  }

  /// The whole table as text, each line ended by LF.
  package var text: String {
    var text = CSV.line(header)
    for row in rows { text += CSV.line(row) }
    return text
  }
}

package enum CSV {
  /// One line with its LF.
  package static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\n"
  }

  /// The shortest text that reads back as the same number; `1.0` is `1`, nothing measured is empty.
  package static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    return value.isFinite ? Value.canonical(value).canonicalJSON : "\(value)"
  }

  private static func field(_ text: String) -> String {
    let special = text.utf8.contains { $0 == UInt8(ascii: ",") || $0 == quote || $0 == lf || $0 == cr }
    return special ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  static let quote = UInt8(ascii: "\"")
  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
}
