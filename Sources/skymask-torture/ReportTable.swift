internal import Foundation

/// The table at the end, in Markdown.
struct ReportTable {
  private var rows: [[String]] = []

  mutating func add(_ what: String, _ often: String, _ lost: String) { rows.append([what, often, lost]) }

  var text: String {
    let all = [["what was done", "how often", "what was lost"], ["---", "---", "---"]] + rows
    return all.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  static func fixed(_ number: Double) -> String { String(format: "%.2f", number) }
}
