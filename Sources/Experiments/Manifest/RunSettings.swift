internal import Catalogue
internal import YAML

/// How a sweep is run; no part of any result.
package struct RunSettings: Sendable, Equatable {
  /// Cells at once; nil for as many as there are cores.
  package var jobs: Int?
  /// Threads of one cell.
  package var threads = 1
  /// nil for no limit.
  package var timeoutSeconds: Double?
  /// Further attempts at a cell after a failure that may pass.
  package var retries = 2
  package var checkpointEverySeconds = 60.0

  package init() {}

  static let keys = ["jobs", "threads", "timeout", "retries", "checkpoint_every"]

  init(_ node: Node, _ diagnostics: Diagnostics) {
    guard let entries = node.mapping else {
      diagnostics.error(at: node.mark, "'run' must be a map, but is \(node.description)")
      return
    }
    let reader = ValueReader(diagnostics: diagnostics)
    for entry in entries {
      let value = entry.value
      switch entry.key {
      case "jobs":
        if value.scalar?.text == "auto" { continue }
        if let integer = Int(value.scalar?.text ?? ""), value.scalar?.isPlain == true, (1...10_000).contains(integer) {
          jobs = integer
        } else {
          diagnostics.error(
            at: value.mark, "'jobs' must be a whole number from 1 to 10000, or auto, but is \(value.description)")
        }
      case "threads":
        if let number = reader.read(value, .integer(1...1024), "'threads'")?.asInt { threads = number }
        if threads > 1 {
          diagnostics.warning(
            at: value.mark, "'threads' has no effect in this version: a cell runs in one thread; raise 'jobs' instead")
        }
      case "retries":
        if let number = reader.read(value, .integer(0...1000), "'retries'")?.asInt { retries = number }
      case "timeout":
        if value.scalar?.text == "none" { continue }
        timeoutSeconds = duration(value, "'timeout'", orNone: true, diagnostics)
      case "checkpoint_every":
        if let seconds = duration(value, "'checkpoint_every'", orNone: false, diagnostics) {
          checkpointEverySeconds = seconds
        }
      default:
        diagnostics.error(
          at: entry.keyMark, "unknown key '\(entry.key)' of 'run'",
          hint: Suggestion.line(for: entry.key, among: RunSettings.keys))
      }
    }
  }

  private func duration(_ node: Node, _ subject: String, orNone: Bool, _ diagnostics: Diagnostics) -> Double? {
    if let text = node.scalar?.text, let seconds = RunSettings.seconds(text) { return seconds }
    let form = "a time such as 90s, 30m, 6h, 2d or 1h30m" + (orNone ? ", or none" : "")
    diagnostics.error(at: node.mark, "\(subject) must be \(form), but is \(node.description)")
    return nil
  }

  /// The seconds of `1h30m`: numbers, each with its unit, largest unit first; nil for anything else or for nothing.
  static func seconds(_ text: String) -> Double? {
    let units: [(unit: Character, seconds: Double)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    var rest = text[...]
    var next = 0
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let unit = rest.popFirst(),
        let index = units[next...].firstIndex(where: { $0.unit == unit })
      else { return nil }
      total += number * units[index].seconds
      next = index + 1
    }
    return total > 0 && total <= 366 * 86_400 ? total : nil
  }
}
