internal import Experiments

/// The parameters of a sweep that tell its results apart.
///
/// A parameter that follows from others is no dimension of its own: one of two that are zipped, a threshold that its
/// rule's label has, the number of malicious clients where it comes with the attack, the loss that comes with a profile.
struct Dimensions {
  private let parameters: [String]
  private let table: CSVTable

  /// Parameters that usually follow from another; of two that follow from each other, these are never the one that is
  /// kept.
  private static let derived: Set<String> = [
    "model", "partition", "loss", "quirks", "assumed_byzantine", "data_seed",
  ]

  /// - Parameters:
  ///   - parameters: the columns of `table` that are parameters, but for the seed.
  ///   - table: with a row for each group of cells, finished or not.
  init(_ parameters: [String], in table: CSVTable) {
    (self.parameters, self.table) = (parameters, table)
  }

  /// The fewest parameters that, together with `names`, tell all results apart; those that always change along with one
  /// of them stand beside it, as both are names of the same dimension.
  func beside(_ names: [String]) -> [String] {
    let kept = least(beside: names)
    return varying(beside: names).filter { name in
      kept.contains(name)
        || !Dimensions.derived.contains(name)
          && kept.contains { follows(name, from: [$0]) && follows($0, from: [name]) }
    }
  }

  /// What stands along two axes of a table: what is asked for, else the attack and the rule as far as they vary, else
  /// whatever does.
  ///
  /// - Parameter split: what the tables differ in.
  func axes(rows: String?, columns: String?, split: [String]) -> (rows: String, columns: String) {
    var rest = least(beside: [rows, columns].compactMap { $0 } + split)
    func take(_ name: String) -> String? {
      guard let index = rest.firstIndex(of: name) else { return nil }
      return rest.remove(at: index)
    }
    let asked = (rows: rows, columns: columns)
    var (columns, rows) = (columns ?? take("aggregator"), rows ?? take("attack"))
    if rows == nil, !rest.isEmpty { rows = rest.removeFirst() }
    if columns == nil, !rest.isEmpty { columns = rest.removeFirst() }
    return (
      rows ?? (asked.columns == "attack" ? "aggregator" : "attack"),
      columns ?? (asked.rows == "aggregator" ? "attack" : "aggregator")
    )
  }

  /// What tells the lines of a plot apart where nothing else is asked for: the rule, else the attack, else what varies.
  ///
  /// By a parameter of the rule, every rule would be a line of one point.
  ///
  /// - Parameter split: what the panels differ in.
  func series(beside x: String, split: [String] = []) -> String {
    let usual = x.hasPrefix("aggregator.") ? ["attack"] : ["aggregator", "attack"]
    let varying = least(beside: [x] + split).filter { name in !x.hasPrefix(name + ".") }
    return usual.first(where: varying.contains) ?? varying.first ?? usual[0]
  }

  private func varying(beside names: [String]) -> [String] {
    Parameters.outer(Parameters.varying(parameters, in: table, beside: names))
  }

  private func least(beside names: [String]) -> [String] {
    var kept = varying(beside: names)
    // Of two that follow from each other, the one that is usually derived goes, else the later, and never what is compared.
    let compared = ["attack", "aggregator"]
    let order =
      kept.filter(Dimensions.derived.contains)
      + kept.reversed().filter { !Dimensions.derived.contains($0) && !compared.contains($0) } + compared
    for name in order where kept.contains(name) && follows(name, from: names + kept.filter { $0 != name }) {
      kept.removeAll { $0 == name }
    }
    return kept
  }

  /// Whether rows that agree in `others` agree in `name`.
  private func follows(_ name: String, from others: [String]) -> Bool {
    let columns = others.compactMap(index)
    guard let column = index(name) else { return true }
    var known: [[String]: String] = [:]
    return table.rows.allSatisfy { row in
      let place = columns.map { row[$0] }
      guard let value = known[place] else {
        known[place] = row[column]
        return true
      }
      return value == row[column]
    }
  }

  private func index(_ name: String) -> Int? { table.header.firstIndex(of: name) }
}
