internal import Foundation

extension Table {
  /// A place of the table.
  struct Place: Hashable {
    let row: Int
    let column: Int
  }

  /// Whether more is better of a measurement; nil where neither is.
  static func isMoreBetter(_ value: String) -> Bool? {
    switch value.hasSuffix("_last10") ? String(value.dropLast(7)) : value {
    case "test_accuracy", "malicious_rejected": true
    case "test_loss", "attack_success_rate", "benign_rejected", "malicious_accepted": false
    default: nil
    }
  }

  /// Where the best means of the compared rules are; those that are printed alike share the place.
  ///
  /// Rules are compared along a row where the columns are rules, along a column where the rows are. Empty where neither
  /// are, where more is neither better nor worse, and for those rules of which fewer than two can be compared or that
  /// are all printed alike.
  var best: Set<Place> {
    guard let isMoreBetter = Table.isMoreBetter(value), let axis = comparedAxis else { return [] }
    var lines: [[Place]] = []
    switch axis {
    case .row: lines = rowNames.indices.map { row in columnNames.indices.map { Place(row: row, column: $0) } }
    case .column: lines = columnNames.indices.map { column in rowNames.indices.map { Place(row: $0, column: column) } }
    }
    return lines.reduce(into: []) { best, line in
      let means = line.compactMap { place in
        entries[place.row][place.column]?.comparableMean.map { (place: place, mean: $0) }
      }
      guard let least = means.map(\.mean).min(), let most = means.map(\.mean).max(), least < most else { return }
      best.formUnion(means.filter { $0.mean == (isMoreBetter ? most : least) }.map(\.place))
    }
  }

  /// What the mark of the best means; nil where the table has none.
  var bestMeaning: String? {
    guard let axis = comparedAxis, let isMoreBetter = Table.isMoreBetter(value), !best.isEmpty else { return nil }
    return
      "the best of its \(axis.rawValue) (the \(isMoreBetter ? "highest" : "lowest")), among complete entries that did"
      + " not diverge"
  }

  private enum Axis: String {
    case row, column
  }

  /// The line along which the entries differ in the rule; nil where none does.
  private var comparedAxis: Axis? {
    func isRule(_ name: String) -> Bool { name == "aggregator" || name.hasPrefix("aggregator.") }
    return isRule(columnName) ? .row : isRule(rowName) ? .column : nil
  }
}

extension Table.Entry {
  /// The mean as printed; nil where it must not be called the best: when a seed is missing or diverged, or when in most
  /// rounds the rule fell back on something else than the updates.
  fileprivate var comparableMean: Double? {
    guard let mean, mean.isFinite, isComplete, measured == finished, diverged == 0, 2 * fallbackRounds <= playedRounds
    else { return nil }
    return Double(Table.Entry.decimal(mean))
  }
}
