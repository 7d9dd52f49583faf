extension Table {
  /// Whether more is better of a measurement; nil where neither is.
  static func isMoreBetter(_ value: String) -> Bool? {
    switch value.hasSuffix("_last10") ? String(value.dropLast(7)) : value {
    case "test_accuracy", "malicious_rejected": true
    case "test_loss", "attack_success_rate", "benign_rejected", "malicious_accepted": false
    default: nil
    }
  }

  /// The columns with the best means of a row, among the complete entries; those alike to three decimals share the place.
  ///
  /// Empty where fewer than two entries can be compared, or where more is neither better nor worse.
  func best(inRow row: Int) -> Set<Int> {
    guard let isMoreBetter = Table.isMoreBetter(value) else { return [] }
    let means = entries[row].enumerated().compactMap { column, entry -> (column: Int, mean: Double)? in
      guard let entry, entry.isComplete, let mean = entry.mean, mean.isFinite else { return nil }
      return (column, (mean * 1000).rounded())
    }
    guard means.count > 1, let best = isMoreBetter ? means.map(\.mean).max() : means.map(\.mean).min() else {
      return []
    }
    return Set(means.filter { $0.mean == best }.map(\.column))
  }
}
