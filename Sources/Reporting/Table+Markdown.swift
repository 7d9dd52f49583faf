import Foundation

extension Table {
  /// A Markdown table with a bold heading, the best bold; ends in a line feed.
  var markdown: String {
    var text = "**" + heading + "**\n\n"
    text += Markdown.line([rowName] + columnNames)
    text += ":--".withBars(columnNames.map { _ in "--:" })
    let best = best
    for (row, name) in rowNames.enumerated() {
      let fields = entries[row].enumerated().map { column, entry in
        guard let (number, marks) = entry?.texts else { return "" }
        let shown = best.contains(Place(row: row, column: column)) ? "**\(number)**" : Markdown.escaped(number)
        return marks.isEmpty ? shown : shown + " " + Markdown.escaped(marks)
      }
      text += Markdown.escaped(name).withBars(fields)
    }
    if let bestMeaning { text += "\n**bold** " + bestMeaning + "\n" }
    for note in notes { text += "\n" + Markdown.escaped("\(note.mark) \(note.meaning)") + "\n" }
    return text
  }
}

extension Comparison {
  /// A Markdown table, a row for each published value; empty for none.
  var markdown: String {
    if rows.isEmpty { return "" }
    var text = "**Beside published values**\n\n"
    text += Markdown.line(Comparison.header)
    text += ":--".withBars([":--", "--:", "--:", "--:", "--:", ":--"])
    for row in rows { text += Markdown.line(row.fields) }
    return text
  }

  static let header = ["cells", "measurement", "ours", "seeds", "published", "difference", "source"]
}

extension Comparison.Row {
  /// What a table says of it, under `Comparison.header`.
  var fields: [String] {
    [
      parameters.text, measurement, ours.map { String(format: "%.3f", $0) } ?? "not measured", "\(seeds)",
      String(format: "%.3f", published), ours.map { String(format: "%+.3f", $0 - published) } ?? "", source,
    ]
  }
}

private enum Markdown {
  static func line(_ fields: [String]) -> String {
    let shown = fields.map(escaped)
    return shown.isEmpty ? "" : shown[0].withBars(Array(shown.dropFirst()))
  }

  /// Keeps characters that mean something to Markdown as they are.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "\\|*_~`<".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}

extension String {
  /// A line of a table: this and the other fields, as they are.
  fileprivate func withBars(_ others: [String]) -> String {
    "| " + ([self] + others).joined(separator: " | ") + " |\n"
  }
}
