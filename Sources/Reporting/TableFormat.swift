import Foundation

/// The ways to write a table down; each has a file of its own.
package enum TableFormat: String, Sendable, CaseIterable {
  case text
  case markdown

  package func render(_ tables: [Table]) -> String {
    let render: (Table) -> String =
      switch self {
      case .text: { $0.text }
      case .markdown: { $0.markdown }
      }
    return tables.map(render).joined(separator: "\n")
  }
}

/// The wording that formats share.
extension Table {
  /// Such as `test_accuracy at the last round, mean ± standard deviation over 3 seeds`.
  var title: String {
    seeds > 1 ? "\(plainTitle), mean ± standard deviation over \(seeds) seeds" : plainTitle
  }

  /// Such as `test_accuracy at the last round`.
  var plainTitle: String {
    value.hasSuffix("_last10")
      ? "\(value.dropLast(7)), mean of the last 10 evaluations" : "\(value) at the last round"
  }

  /// Such as `bias 0.5, clients 100`; empty when there is one table only.
  var sharedText: String { shared.text }

  /// Explains the marks that occur.
  var notes: [String] {
    let present = entries.joined().compactMap { $0 }
    var notes: [String] = []
    if present.contains(where: { !$0.isComplete }) { notes.append("* not all seeds are finished") }
    if present.contains(where: { $0.failed > 0 }) { notes.append("! some seeds failed") }
    if present.contains(where: { $0.diverged > 0 }) { notes.append("~ some seeds diverged") }
    return notes
  }
}

extension Table.Entry {
  /// The number and its marks, apart, so that numbers can be aligned.
  var texts: (number: String, marks: String) {
    let marks = (isComplete ? "" : "*") + (failed > 0 ? "!" : "") + (diverged > 0 ? "~" : "")
    guard let mean else { return (finished > 0 ? "n/a" : failed > 0 ? "failed" : "not run", marks) }
    guard let standardDeviation else { return (Table.Entry.decimal(mean), marks) }
    return ("\(Table.Entry.decimal(mean)) ± \(Table.Entry.decimal(standardDeviation))", marks)
  }

  /// Three decimals, which is what seeds leave certain of an accuracy.
  private static func decimal(_ number: Double) -> String {
    number.isFinite ? String(format: "%.3f", number) : "\(number)"
  }
}

extension [Table.Pair] {
  /// Such as `attack none, bias 0.5`.
  var text: String { map { "\($0.name) \($0.value.isEmpty ? "(none)" : $0.value)" }.joined(separator: ", ") }
}
