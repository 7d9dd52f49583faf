package import Catalogue
internal import Federated
package import YAML

/// The tables and figures that a manifest asks for, and published values to stand beside them.
package struct ReportSettings: Sendable, Equatable {
  /// A metric of the last round, by two parameters, in a table for each combination of the `split` parameters; nil for
  /// all that vary beside them.
  package struct Table: Sendable, Equatable {
    package let rows: String
    package let columns: String
    package let value: String
    package let split: [String]?
  }

  /// A metric against the round or a parameter, one line per value of `series`, a figure for each `split`, as in a table.
  package struct Plot: Sendable, Equatable {
    package let x: String
    package let y: String
    package let series: String?
    package let split: [String]?
  }

  /// Published values of metrics at parameters.
  package struct Reference: Sendable, Equatable {
    package let source: String
    package let parameters: [String: Value]
    package let metrics: [String: Double]
  }

  package var tables: [Table] = []
  package var plots: [Plot] = []
  package var reference: [Reference] = []

  /// One of the entries.
  package enum Entry: Sendable, Hashable {
    case table(Int), plot(Int), reference(Int)
  }

  /// Where the entries stand.
  private var marks: [Entry: Mark] = [:]

  package init() {}

  /// Whether both ask for the same, wherever it stands.
  package static func == (a: ReportSettings, b: ReportSettings) -> Bool {
    a.tables == b.tables && a.plots == b.plots && a.reference == b.reference
  }

  init(_ node: Node, _ diagnostics: Diagnostics) {
    let reader = ReportReader(diagnostics: diagnostics)
    for entry in reader.map(node, "'report'", keys: ["tables", "plots", "reference"]) {
      let nodes = reader.entries(entry)
      func note(_ kind: (Int) -> Entry) {
        for (index, node) in nodes.enumerated() { marks[kind(index)] = node.mark }
      }
      switch entry.key {
      case "tables":
        tables = nodes.compactMap(reader.table)
        note(Entry.table)
      case "plots":
        plots = nodes.compactMap(reader.plot)
        note(Entry.plot)
      default:
        reference = nodes.compactMap(reader.reference)
        note(Entry.reference)
      }
    }
  }

  /// What is wrong with an entry in this sweep, at its line.
  package func diagnostic(
    _ entry: Entry, _ message: String, severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    guard let mark = marks[entry] else { return Diagnostic(file: "report", severity: severity, message: message) }
    return Diagnostic(at: mark, severity: severity, message: message)
  }
}

/// Reads the entries of `report`.
private struct ReportReader {
  let diagnostics: Diagnostics

  static let metrics = RoundMetrics.columns.map(\.name)

  /// The known entries of a map.
  func map(_ node: Node, _ subject: String, keys: [String]) -> [Node.Entry] {
    guard let entries = node.mapping else {
      diagnostics.error(at: node.mark, "\(subject) must be a map, but is \(node.description)")
      return []
    }
    for entry in entries where !keys.contains(entry.key) {
      diagnostics.error(
        at: entry.keyMark, "unknown key '\(entry.key)' of \(subject)",
        hint: Suggestion.line(for: entry.key, among: keys))
    }
    return entries.filter { keys.contains($0.key) }
  }

  func entries(_ entry: Node.Entry) -> [Node] {
    if let nodes = entry.value.sequence { return nodes }
    diagnostics.error(at: entry.value.mark, "'\(entry.key)' must be a list of maps, but is \(entry.value.description)")
    return []
  }

  func table(_ node: Node) -> ReportSettings.Table? {
    let given = map(node, "a table", keys: ["rows", "columns", "value", "split"])
    let rows = required("rows", given, node, "a table").flatMap { parameter($0, "'rows'") }
    let columns = required("columns", given, node, "a table").flatMap { parameter($0, "'columns'") }
    let value = required("value", given, node, "a table").flatMap { metric($0, "'value'") }
    let split = split(given)
    guard let rows, let columns, let value else { return nil }
    return ReportSettings.Table(rows: rows, columns: columns, value: value, split: split)
  }

  func plot(_ node: Node) -> ReportSettings.Plot? {
    let given = map(node, "a plot", keys: ["x", "y", "series", "split"])
    let x = required("x", given, node, "a plot").flatMap { x in
      x.scalar?.text == "round" ? "round" : parameter(x, "'x'", also: ["round"])
    }
    let y = required("y", given, node, "a plot").flatMap { metric($0, "'y'") }
    let series = given.first { $0.key == "series" }.flatMap { parameter($0.value, "'series'") }
    let split = split(given)
    guard let x, let y else { return nil }
    return ReportSettings.Plot(x: x, y: y, series: series, split: split)
  }

  func reference(_ node: Node) -> ReportSettings.Reference? {
    guard let entries = node.mapping else {
      diagnostics.error(at: node.mark, "a reference must be a map, but is \(node.description)")
      return nil
    }
    let reader = ValueReader(diagnostics: diagnostics)
    var source: String?
    var parameters: [String: Value] = [:]
    var metrics: [String: Double] = [:]
    for entry in entries {
      if entry.key == "source" {
        source = reader.read(entry.value, .text, "'source'")?.asString
      } else if ReportReader.metrics.contains(entry.key) {
        let range = NumberRange(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
        metrics[entry.key] = reader.read(entry.value, .number(range), "'\(entry.key)'")?.asDouble
      } else if let path = Schema.path(of: entry.key) {
        if let setting = Setting.read(path, entry.value, diagnostics) { parameters[path.key] = setting.value }
      } else {
        diagnostics.error(
          at: entry.keyMark, "unknown key '\(entry.key)' of a reference",
          hint: Suggestion.line(
            for: entry.key, among: ["source"] + ReportReader.metrics, spellings: Schema.parameters.map(\.name)))
      }
    }
    if metrics.isEmpty {
      diagnostics.error(
        at: node.mark, "a reference needs the value of a metric",
        hint: "metrics: " + ReportReader.metrics.joined(separator: ", "))
    }
    guard let source else {
      diagnostics.error(at: node.mark, "a reference needs a 'source'")
      return nil
    }
    return ReportSettings.Reference(source: source, parameters: parameters, metrics: metrics)
  }

  private func required(_ key: String, _ given: [Node.Entry], _ node: Node, _ subject: String) -> Node? {
    if let entry = given.first(where: { $0.key == key }) { return entry.value }
    if node.mapping != nil { diagnostics.error(at: node.mark, "\(subject) needs '\(key)'") }
    return nil
  }

  private func split(_ given: [Node.Entry]) -> [String]? {
    guard let value = given.first(where: { $0.key == "split" })?.value else { return nil }
    return (value.sequence ?? [value]).compactMap { parameter($0, "'split'") }
  }

  private func parameter(_ node: Node, _ subject: String, also: [String] = []) -> String? {
    guard let text = node.scalar?.text, !node.isNull else {
      diagnostics.error(at: node.mark, "\(subject) must be a parameter, but is \(node.description)")
      return nil
    }
    if let path = Schema.path(of: text) { return path.key }
    diagnostics.error(
      at: node.mark, "\(subject) must be a parameter, but is '\(text)'",
      hint: Suggestion.line(
        for: text, among: also + Schema.parameters.map(\.name), spellings: Schema.parameters.flatMap(\.aliases)))
    return nil
  }

  /// The name of a metric; with `_last10`, its mean over the last 10 evaluations.
  private func metric(_ node: Node, _ subject: String) -> String? {
    if let text = node.scalar?.text, ReportReader.metrics.contains(where: { [$0, $0 + "_last10"].contains(text) }) {
      return text
    }
    diagnostics.error(
      at: node.mark, "\(subject) must be a metric, but is \(node.description)",
      hint: Suggestion.line(for: node.scalar?.text ?? "", among: ReportReader.metrics))
    return nil
  }
}
