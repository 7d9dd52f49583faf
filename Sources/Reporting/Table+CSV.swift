import Experiments

extension Table {
  /// One table of all: a row for each entry, and one for each published value beside it where there are several.
  ///
  /// A parameter that some tables do not tell of is empty there; so is what was not measured.
  static func csv(_ tables: [Table]) -> String {
    var parameters: [String] = []
    for name in tables.flatMap({ [$0.rowName, $0.columnName] }) + tables.flatMap({ $0.shared.map(\.name) })
    where !parameters.contains(name) { parameters.append(name) }
    var csv = CSVTable(
      header: parameters + [
        "measurement", "mean", "std", "n_measured", "n", "n_expected", "n_failed", "n_diverged", "played_rounds",
        "fallback_rounds", "best", "published", "difference", "source",
      ])
    for table in tables {
      let best = table.best
      for (row, rowName) in table.rowNames.enumerated() {
        for (column, columnName) in table.columnNames.enumerated() {
          guard let entry = table.entries[row][column] else { continue }
          let pairs =
            table.shared + [Pair(name: table.rowName, value: rowName), Pair(name: table.columnName, value: columnName)]
          let texts = parameters.map { name in pairs.last { $0.name == name }?.value ?? "" }
          let counts = [
            entry.measured, entry.finished, entry.expected, entry.failed, entry.diverged, entry.playedRounds,
            entry.fallbackRounds,
          ].map(String.init)
          let numbers = [CSV.number(entry.mean), CSV.number(entry.standardDeviation)] + counts
          let isBest = best.contains(Place(row: row, column: column))
          let place = texts + [table.value] + numbers + [isBest ? "1" : "0"]
          if entry.published.isEmpty { csv.append(place + ["", "", ""]) }
          for published in entry.published {
            csv.append(
              place + [
                CSV.number(published.value), CSV.number(entry.mean.map { $0 - published.value }), published.source,
              ])
          }
        }
      }
    }
    return csv.text
  }
}
