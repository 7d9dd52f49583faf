extension Table {
  /// A `tabular` of the package booktabs, the best bold, and below it what the marks mean; ends in a line feed.
  var latex: String {
    var text = LaTeX.comment(heading)
    text += LaTeX.begin("l" + columnNames.map { _ in "r" }.joined(), header: [rowName] + columnNames)
    let best = best
    for (row, name) in rowNames.enumerated() {
      let fields = entries[row].enumerated().map { column, entry in
        guard let (number, marks) = entry?.texts else { return "" }
        let shown =
          best.contains(Place(row: row, column: column)) ? "\\textbf{\(LaTeX.escaped(number))}" : LaTeX.escaped(number)
        return marks.isEmpty ? shown : shown + "$^{" + marks.map(LaTeX.mark).joined() + "}$"
      }
      text += LaTeX.line([LaTeX.escaped(name)] + fields)
    }
    text += LaTeX.end
    let meanings =
      (bestMeaning.map { ["\\textbf{Bold}: \($0)."] } ?? [])
      + notes.map { "$^{\(LaTeX.mark($0.mark))}$ \(LaTeX.escaped($0.meaning))." }
    if !meanings.isEmpty {
      text += "\\par\\smallskip\n{\\footnotesize " + meanings.joined(separator: "\n") + "\\par}\n"
    }
    return text
  }
}

extension Comparison {
  /// A `tabular`, a row for each published value; empty for none.
  var latex: String {
    if rows.isEmpty { return "" }
    var text = LaTeX.comment("Beside published values")
    text += LaTeX.begin("llrrrrl", header: Comparison.header)
    for row in rows {
      text += LaTeX.line(row.fields.enumerated().map { $0 == 5 ? LaTeX.signed($1) : LaTeX.escaped($1) })
    }
    return text + LaTeX.end
  }
}

private enum LaTeX {
  static func comment(_ heading: String) -> String {
    "% \(heading)\n% Needs \\usepackage{booktabs} in the preamble.\n"
  }

  static func begin(_ columns: String, header: [String]) -> String {
    "\\begin{tabular}{\(columns)}\n\\toprule\n" + line(header.map(escaped)) + "\\midrule\n"
  }

  static let end = "\\bottomrule\n\\end{tabular}\n"

  static func line(_ fields: [String]) -> String { fields.joined(separator: " & ") + " \\\\\n" }

  /// A mark, in mathematics.
  static func mark(_ mark: Character) -> String {
    switch mark {
    case "†": "\\dagger"
    case "‡": "\\ddagger"
    case "§": "\\S"
    case "~": "\\sim"
    case "–": "-"
    default: String(mark)
    }
  }

  /// A number whose sign is to be a minus, no hyphen.
  static func signed(_ text: String) -> String { text.isEmpty ? "" : "$\(text)$" }

  /// Text as it is, whatever its characters mean to LaTeX.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "|": result += "\\textbar{}"
      case "±": result += "$\\pm$"
      case "×": result += "$\\times$"
      case "{", "}", "$", "&", "#", "%", "_": result += "\\\(character)"
      case "\n", "\r", "\r\n": result += " "
      default: result.append(character)
      }
    }
  }
}
