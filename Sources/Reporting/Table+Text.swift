extension Table {
  /// Aligned columns for a terminal, the best marked with a star; ends in a line feed.
  var text: String {
    let best = best
    let texts = entries.enumerated().map { row, entries in
      entries.enumerated().map { column, entry in
        let star = best.contains(Place(row: row, column: column)) ? "*" : ""
        return entry.map { (number: $0.texts.number, marks: star + $0.texts.marks) }
      }
    }
    let marks = columnNames.indices.map { column in texts.map { $0[column]?.marks.count ?? 0 }.max() ?? 0 }
    var lines = [[rowName] + columnNames]
    for (name, row) in zip(rowNames, texts) {
      lines.append([name] + zip(row, marks).map { text, width in text.map { Table.padded($0, marks: width) } ?? "" })
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    lines.insert(widths.map { String(repeating: "-", count: $0) }, at: 1)
    var text = title + "\n"
    if !shared.isEmpty { text += sharedText + "\n" }
    text += "\n"
    for line in lines {
      var fields = zip(line, widths).map { $0.paddedAtStart(to: $1) }
      fields[0] = line[0] + String(repeating: " ", count: widths[0] - line[0].count)
      var row = fields.joined(separator: "  ")
      while row.last == " " { row.removeLast() }
      text += row + "\n"
    }
    let meanings = (bestMeaning.map { [("*" as Character, $0)] } ?? []) + notes
    if !meanings.isEmpty { text += "\n" + meanings.map { "\($0.0) \($0.1)\n" }.joined() }
    return text
  }

  /// The number and its marks, the marks filled up to a width.
  private static func padded(_ text: (number: String, marks: String), marks width: Int) -> String {
    let (number, marks) = text
    return width == 0 ? number : number + " " + marks + String(repeating: " ", count: width - marks.count)
  }
}

extension String {
  fileprivate func paddedAtStart(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
