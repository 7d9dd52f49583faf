internal import Experiments

/// Cells that failed alike, told once.
struct FailureSection: Equatable {
  /// Such as `3 cells, exit status 1`.
  let heading: String
  let log: String
  let cells: [String]

  /// The last lines of the first one's log are enough to tell what happened.
  private static let mostLines = 10

  /// Groups by how they ended and by the last line of their logs, in the order of the first of each.
  ///
  /// - Parameter failures: the content of `failures.csv`.
  static func sections(_ failures: CSVTable) throws -> [FailureSection] {
    let end = try failures.column("end", of: "failures.csv")
    let log = try failures.column("log", of: "failures.csv")
    let names = failures.header.enumerated().filter { $0.offset < end && $0.element != "key" }
    let varying = Parameters.varying(failures.header, in: failures, beside: ["key", "end", "log"])
    // What tells the cells apart; a single failure is told by its attack and rule.
    let shown = names.filter { varying.contains($0.element) || ["attack", "aggregator", "seed"].contains($0.element) }
    var groups: [(cause: [String], section: FailureSection)] = []
    for row in failures.rows {
      let lines = row[log].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let cause = [row[end], lines.last ?? ""]
      let cell = shown.map { Table.Pair(name: $0.element, value: row[$0.offset]) }.text
      let known = groups.firstIndex { $0.cause == cause }
      let cells = (known.map { groups[$0].section.cells } ?? []) + [cell]
      let section = FailureSection(
        heading: (cells.count == 1 ? "a cell" : "\(cells.count) cells alike") + ": \(row[end])",
        log: known.map { groups[$0].section.log } ?? lines.suffix(mostLines).joined(separator: "\n"), cells: cells)
      if let known { groups[known].section = section } else { groups.append((cause, section)) }
    }
    return groups.map(\.section)
  }
}
