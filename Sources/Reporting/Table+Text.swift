extension Table {
  /// Aligned columns for a terminal; ends in a line feed.
  var text: String {
    let marks = columnNames.indices.map { column in
      entries.map { $0[column]?.texts.marks.count ?? 0 }.max() ?? 0
    }
    var lines = [[rowName] + columnNames]
    for (name, row) in zip(rowNames, entries) {
      lines.append([name] + zip(row, marks).map { entry, width in entry.map { $0.padded(marks: width) } ?? "" })
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
    if !notes.isEmpty { text += "\n" + notes.map { $0 + "\n" }.joined() }
    return text
  }
}

extension Table.Entry {
  /// The number and its marks, the marks filled up to a width.
  fileprivate func padded(marks width: Int) -> String {
    let (number, marks) = texts
    return width == 0 ? number : number + " " + marks + String(repeating: " ", count: width - marks.count)
  }
}

extension String {
  fileprivate func paddedAtStart(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
