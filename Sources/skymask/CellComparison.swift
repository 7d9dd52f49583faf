internal import Experiments
internal import Federated

/// Two cells side by side.
struct CellComparison {
  private let a: FoundCell
  private let b: FoundCell
  private let names: (String, String)

  init(_ a: FoundCell, _ b: FoundCell, names: (String, String)) {
    (self.a, self.b, self.names) = (a, b, names)
  }

  /// Tells how they differ; returns whether they are the same.
  func say() throws -> Bool {
    let labels = try Labels(families: CellParameters.families)
    let differences = try b.cell.differences(from: a.cell, labels: labels)
    Output.say("a  \(a.cell.key)  \(a.store.folder)")
    Output.say("b  \(b.cell.key)  \(b.store.folder)")
    if differences.isEmpty { Output.say("the same parameters") }
    if !differences.isEmpty {
      CellComparison.table([("parameter", "a", "b")] + differences.map { ($0.parameter, $0.before, $0.now) })
    }
    guard let first = try measured(a, "a"), let second = try measured(b, "b") else { return false }
    let isSame = try compare(first, second)
    return isSame && differences.isEmpty
  }

  /// What a cell measured; nil, with a word, for one that is not finished.
  private func measured(_ found: FoundCell, _ letter: String) throws -> CSVTable? {
    let standing = try found.store.standing(of: found.cell.cell)
    if case .finished = standing { return try found.store.measured(found.cell.key) }
    Output.say("\(letter) is \(standing.word), so there is nothing to compare")
    return nil
  }

  private func compare(_ first: CSVTable, _ second: CSVTable) throws -> Bool {
    if first == second {
      Output.say("the same measurements in all \(first.rows.count) evaluated rounds")
      return true
    }
    if first.header != second.header {
      Output.say("the columns of rounds.csv differ: they are of different versions of skymask")
    } else {
      let round = try first.column("round", of: "rounds.csv")
      let shorter = min(first.rows.count, second.rows.count)
      let index = (0..<shorter).first { first.rows[$0] != second.rows[$0] } ?? shorter
      let row = index < first.rows.count ? first.rows[index] : second.rows[index]
      Output.say(
        index < shorter
          ? "the measurements differ from round \(row[round]) on, evaluation \(index + 1)"
          : "the same measurements until round \(row[round]), which only \(index < first.rows.count ? "a" : "b") has")
    }
    sayLast(first, second)
    return false
  }

  private func sayLast(_ first: CSVTable, _ second: CSVTable) {
    guard let a = first.rows.last, let b = second.rows.last else { return }
    var rows = [("last round", "a", "b")]
    let names = first.header + second.header.filter { !first.header.contains($0) }
    for name in names {
      let left = first.header.firstIndex(of: name).map { a[$0] } ?? ""
      let right = second.header.firstIndex(of: name).map { b[$0] } ?? ""
      if !left.isEmpty || !right.isEmpty { rows.append((name, left, right)) }
    }
    CellComparison.table(rows)
  }

  private static func table(_ rows: [(String, String, String)]) {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let first = rows.map(\.0.count).max() ?? 0
    let second = rows.map(\.1.count).max() ?? 0
    for row in rows { Output.say("  \(padded(row.0, first))  \(padded(row.1, second))  \(row.2)") }
  }
}
