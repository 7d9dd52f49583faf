/// Something to tell the author of a manifest: what, where, and the choices.
package struct Diagnostic: Sendable, Equatable {
  package enum Severity: String, Sendable {
    case error, warning
  }

  package let file: String
  /// From 1; nil when the whole file is meant, or a flag, whose value is one line.
  package let line: Int?
  /// From 1, in characters as an editor counts them.
  package let column: Int?
  /// Characters that the caret line underlines.
  package let length: Int
  package let severity: Severity
  package let message: String
  /// One more line, such as `did you mean 'alie'?  known: alie, dba`.
  package let hint: String?
  /// The line of the text that is meant.
  let sourceLine: String?

  /// About a file as a whole.
  package init(file: String, severity: Severity = .error, message: String, hint: String? = nil) {
    self.file = file
    (line, column, length, sourceLine) = (nil, nil, 0, nil)
    (self.severity, self.message, self.hint) = (severity, message, hint)
  }

  /// About a place in a text.
  package init(at mark: Mark, severity: Severity = .error, message: String, hint: String? = nil) {
    let scalars = mark.source.line(mark.line) ?? Substring().unicodeScalars
    /// Characters before a column: a letter with its combining accents counts once.
    func characters(before column: Int) -> Int {
      String(String.UnicodeScalarView(scalars.prefix(max(0, column - 1)))).count
    }
    let before = characters(before: mark.column)
    file = mark.source.name
    line = mark.source.isFlag ? nil : mark.line
    column = before + 1
    length = max(1, characters(before: mark.endColumn) - before)
    sourceLine = String(String.UnicodeScalarView(scalars))
    (self.severity, self.message, self.hint) = (severity, message, hint)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The message, the line with its place underlined, the hint; no newline at the end.
  package var description: String {
    guard let column, let sourceLine else {
      return "\(Diagnostic.printable(file)): \(severity.rawValue): \(Diagnostic.printable(message))" + hintLine
    }
    let number = line.map(String.init) ?? ""
    let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: gutter.count)
    let (shown, underline) = Diagnostic.excerpt(of: sourceLine, column: column, length: length)
    let place = line.map { "\(file):\($0):\(column)" } ?? file
    return """
      \(Diagnostic.printable(place)): \(severity.rawValue): \(Diagnostic.printable(message))
      \(gutter) | \(shown)
      \(blank) | \(underline)
      """ + hintLine
  }

  private var hintLine: String { hint.map { "\n      " + Diagnostic.printable($0) } ?? "" }

  /// The line, or what of a long one is around the column, and the carets below it.
  private static func excerpt(of line: String, column: Int, length: Int) -> (line: String, underline: String) {
    let widest = 160
    let characters = Array(line)
    let at = min(column - 1, characters.count)
    var first = 0
    var end = characters.count
    if characters.count > widest {
      first = max(0, at - widest / 2)
      end = min(characters.count, first + widest)
    }
    let shown = (first > 0 ? "…" : "") + String(characters[first..<end]) + (end < characters.count ? "…" : "")
    // A tab stays a tab, so that the caret is below its character at any width of tabs.
    let indent = (first > 0 ? " " : "") + String(characters[first..<at].map { $0 == "\t" ? "\t" : " " })
    let tildes = String(repeating: "~", count: max(0, min(length, end - at) - 1))
    return (printable(shown), indent + "^" + tildes)
  }

  /// The text without what would steer a terminal.
  private static func printable(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let steers = scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
      clean.append(steers ? "\u{FFFD}" : scalar)
    }
    return String(clean)
  }
}

/// The text cannot be used; everything that is wrong with it.
package struct Failure: Error, CustomStringConvertible {
  /// In the order of the text.
  package let diagnostics: [Diagnostic]
  /// How many more there were.
  package let more: Int

  package init(_ diagnostics: [Diagnostic], more: Int = 0) {
    self.diagnostics = diagnostics
    self.more = more
  }

  package var description: String {
    let told = diagnostics.map(\.description).joined(separator: "\n")
    return more == 0 ? told : told + "\n… and \(more) more"
  }
}

/// Gathers what is wrong, so that all of it is told at once.
package final class Diagnostics {
  private struct Finding {
    let mark: Mark
    let severity: Diagnostic.Severity
    let message: String
    let hint: String?
  }

  /// What one `Failure` tells at most.
  static let most = 20

  private var findings: [Finding] = []
  private var seen: Set<String> = []
  /// Files in the order in which something about them was noted.
  private var files: [String] = []

  package init() {}

  package var hasErrors: Bool { findings.contains { $0.severity == .error } }

  /// Notes an error. The same words about the same place are noted once: an alias may bring them up again.
  package func error(at mark: Mark, _ message: String, hint: String? = nil) {
    note(.error, at: mark, message, hint)
  }

  package func warning(at mark: Mark, _ message: String, hint: String? = nil) {
    note(.warning, at: mark, message, hint)
  }

  private func note(_ severity: Diagnostic.Severity, at mark: Mark, _ message: String, _ hint: String?) {
    guard seen.insert("\(mark.source.name) \(mark.line) \(mark.column) \(message)").inserted else { return }
    if !files.contains(mark.source.name) { files.append(mark.source.name) }
    findings.append(Finding(mark: mark, severity: severity, message: message, hint: hint))
  }

  /// - Throws: `Failure` with the first 20 errors in the order of the text, if there is any.
  package func throwErrors() throws {
    let errors = ordered(.error)
    guard !errors.isEmpty else { return }
    throw Failure(errors.prefix(Diagnostics.most).map(diagnostic), more: max(0, errors.count - Diagnostics.most))
  }

  package var warnings: [Diagnostic] { ordered(.warning).prefix(Diagnostics.most).map(diagnostic) }

  private func diagnostic(_ finding: Finding) -> Diagnostic {
    Diagnostic(at: finding.mark, severity: finding.severity, message: finding.message, hint: finding.hint)
  }

  private func ordered(_ severity: Diagnostic.Severity) -> [Finding] {
    let order = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($0.element, $0.offset) })
    return findings.enumerated().filter { $0.element.severity == severity }.sorted {
      let (a, b) = ($0.element.mark, $1.element.mark)
      let (fileA, fileB) = (order[a.source.name] ?? 0, order[b.source.name] ?? 0)
      return (fileA, a.line, a.column, $0.offset) < (fileB, b.line, b.column, $1.offset)
    }.map(\.element)
  }
}
