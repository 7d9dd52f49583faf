import Foundation

/// The ways to write a table down; each has a file of its own.
package enum TableFormat: String, Sendable, CaseIterable {
  case text
  case markdown
  case latex
  case csv

  /// All tables, and what a manifest's `report: reference` has beside them.
  ///
  /// In CSV, which is one table, the published values stand in columns of their own, which `tables` brings along.
  package func render(_ tables: [Table], _ comparison: Comparison = Comparison(rows: [])) -> String {
    let render: (Table) -> String
    let compared: String
    switch self {
    case .text: (render, compared) = (\.text, comparison.text)
    case .markdown: (render, compared) = (\.markdown, comparison.markdown)
    case .latex: (render, compared) = (\.latex, comparison.latex)
    case .csv: return Table.csv(tables)
    }
    return (tables.map(render) + (compared.isEmpty ? [] : [compared])).joined(separator: "\n")
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

  /// The title and what the table shares.
  var heading: String { shared.isEmpty ? title : title + "; " + sharedText }

  /// What the marks that occur mean, but for that of the best, which each format has its own of.
  var notes: [(mark: Character, meaning: String)] {
    var notes = Mark.allCases.compactMap { mark -> (mark: Character, meaning: String)? in
      let listed = places { mark.count(of: $0).map { "\($0.marked) of \($0.all)" } }
      return listed.isEmpty ? nil : (mark.rawValue, mark.meaning + ": " + listed)
    }
    if !leftOut.isEmpty { notes.append(("–", "without this measurement: " + leftOut.joined(separator: ", "))) }
    return notes
  }

  /// Such as `2 of 3 (min-max × krum), 0 of 3 (none × krum, none × fltrust and 4 more)`; empty where no entry has a count.
  private func places(with count: (Entry) -> String?) -> String {
    let most = 3
    var groups: [(count: String, places: [String])] = []
    for (rowName, row) in zip(rowNames, entries) {
      for (columnName, entry) in zip(columnNames, row) {
        guard let count = entry.flatMap(count) else { continue }
        let index = groups.firstIndex { $0.count == count } ?? groups.count
        if index == groups.count { groups.append((count, [])) }
        groups[index].places.append("\(rowName) × \(columnName)")
      }
    }
    return groups.map { count, places in
      let rest = places.count - most
      return "\(count) (" + places.prefix(most).joined(separator: ", ") + (rest > 0 ? " and \(rest) more)" : ")")
    }.joined(separator: ", ")
  }
}

extension Table.Entry {
  /// The number and its marks, apart, so that numbers can be aligned.
  var texts: (number: String, marks: String) {
    let marks = String(Table.Mark.allCases.filter { $0.count(of: self) != nil }.map(\.rawValue))
    guard let mean else { return (finished > 0 ? "n/a" : failed > 0 ? "failed" : "not run", marks) }
    guard let standardDeviation else { return (Table.Entry.decimal(mean), marks) }
    return ("\(Table.Entry.decimal(mean)) ± \(Table.Entry.decimal(standardDeviation))", marks)
  }

  /// Three decimals, which is what seeds leave certain of an accuracy.
  static func decimal(_ number: Double) -> String {
    number.isFinite ? String(format: "%.3f", number) : "\(number)"
  }
}

extension [Table.Pair] {
  /// Such as `attack none, bias 0.5`.
  var text: String { map { "\($0.name) \($0.value.isEmpty ? "(none)" : $0.value)" }.joined(separator: ", ") }
}
