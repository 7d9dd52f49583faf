extension Table {
  /// A Markdown table with a bold heading; ends in a line feed.
  var markdown: String {
    var text = "**" + title + (shared.isEmpty ? "" : "; " + sharedText) + "**\n\n"
    text += Table.markdownLine([rowName] + columnNames)
    text += Table.markdownLine([":--"] + columnNames.map { _ in "--:" })
    for (name, row) in zip(rowNames, entries) {
      let texts = row.map { entry in
        guard let (number, marks) = entry?.texts else { return "" }
        return marks.isEmpty ? number : number + " " + marks
      }
      text += Table.markdownLine([name] + texts)
    }
    for note in notes { text += "\n" + Table.escaped(note) + "\n" }
    return text
  }

  private static func markdownLine(_ fields: [String]) -> String {
    "| " + fields.map(escaped).joined(separator: " | ") + " |\n"
  }

  /// Keeps characters that mean something to Markdown as they are.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "\\|*_~`<".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
