package import Experiments

/// What a table shows.
package struct TableRequest: Sendable, Equatable {
  /// Nil for the attack, or what else varies where there is one attack only.
  package var rows: String?
  /// Nil for the rule, or what else varies where there is one rule only.
  package var columns: String?
  /// A metric for its last round, such as `test_accuracy`; with `_last10` for the mean of its last 10 evaluations.
  package var value: String
  /// One table for each combination of these; nil for all that vary of themselves beside rows and columns.
  package var split: [String]?

  package init(
    rows: String? = nil, columns: String? = nil, value: String = "test_accuracy", split: [String]? = nil
  ) {
    self.rows = rows
    self.columns = columns
    self.value = value
    self.split = split
  }
}

/// Rows × columns of one measurement, each over the seeds; every format renders this.
package struct Table: Sendable, Equatable {
  /// What one place of the table says.
  package struct Entry: Sendable, Equatable {
    /// Nil where nothing was measured.
    package var mean: Double?
    /// Nil for fewer than two seeds.
    package var standardDeviation: Double?
    /// The seeds that the mean is over: a finished one may lack the measurement.
    package var measured: Int
    package var finished: Int
    package var expected: Int
    package var failed: Int
    package var diverged: Int
    /// The rounds of all finished seeds, without those after they diverged.
    package var playedRounds: Int
    /// Those of them in which the rule used none of the updates.
    package var fallbackRounds: Int
    /// What the manifest's `report: reference` has for it.
    package var published: [Published] = []

    package var isComplete: Bool { finished == expected }

    /// Whether all seeds came to their end without this measurement, as with a backdoor's success where there is none.
    var doesNotApply: Bool { mean == nil && finished > 0 && isComplete && diverged == 0 }
  }

  /// A published value and who published it.
  package struct Published: Sendable, Equatable {
    package var value: Double
    package var source: String
  }

  package var value: String
  /// The parameters that all of the table shares, by which it was split.
  package var shared: [Pair]
  package var rowName: String
  package var columnName: String
  package var columnNames: [String]
  package var rowNames: [String]
  /// The rows and columns that are not shown, since their cells do not have this measurement.
  package var leftOut: [String] = []
  /// As many rows as `rowNames`, each as long as `columnNames`; nil where the sweep has no such cells.
  package var entries: [[Entry?]]

  package struct Pair: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) { (self.name, self.value) = (name, value) }
  }

  /// The most seeds of any entry.
  package var seeds: Int { entries.joined().map { $0?.expected ?? 0 }.max() ?? 0 }
}

extension Table {
  /// The tables of a sweep, in the order of its plan.
  ///
  /// - Parameters:
  ///   - summary: the content of `summary.csv`.
  ///   - references: published values, of which an entry gets those that fit its row of the summary.
  /// - Throws: `ReportError` for a name that the summary lacks, or when entries would fall together.
  package static func tables(
    from summary: CSVTable, _ request: TableRequest = TableRequest(), references: [ReportSettings.Reference] = []
  ) throws -> [Table] {
    let reader = try SummaryReader(summary, value: request.value)
    let (rowName, columnName) = reader.dimensions.axes(
      rows: request.rows, columns: request.columns, split: request.split ?? [])
    let row = try reader.parameter(rowName)
    let column = try reader.parameter(columnName)
    let split = request.split ?? reader.dimensions.beside([rowName, columnName])
    let splitColumns = try split.map(reader.parameter)

    let conditions = try references.map { try Comparison.conditions(of: $0, in: summary) }

    var tables: [Table] = []
    for line in summary.rows {
      let shared = zip(split, splitColumns).map { Pair(name: $0, value: line[$1]) }
      let index: Int
      if let found = tables.firstIndex(where: { $0.shared == shared }) {
        index = found
      } else {
        index = tables.count
        tables.append(
          Table(
            value: request.value, shared: shared, rowName: rowName, columnName: columnName, columnNames: [],
            rowNames: [], entries: []))
      }
      var entry = try reader.entry(line)
      for (reference, conditions) in zip(references, conditions) {
        guard let value = reference.metrics[request.value], conditions.allSatisfy({ line[$0.column] == $0.text }) else {
          continue
        }
        entry.published.append(Published(value: value, source: reference.source))
      }
      guard tables[index].place(entry, row: line[row], column: line[column]) else {
        let differing = reader.dimensions.beside([rowName, columnName] + split)
        throw ReportError.ambiguous(
          differing: differing, remedy: "split the table by \(differing.count == 1 ? "it" : "them")")
      }
    }
    for index in tables.indices { tables[index].leaveOutWhatDoesNotApply() }
    return tables
  }

  /// Drops the rows and then the columns that say nothing but that; a table of nothing else stays as it is.
  private mutating func leaveOutWhatDoesNotApply() {
    func says(_ entries: [Entry?]) -> Bool { entries.contains { $0.map { !$0.doesNotApply } ?? false } }
    let rows = entries.indices.filter { says(entries[$0]) }
    guard !rows.isEmpty else { return }
    let columns = columnNames.indices.filter { column in says(entries.map { $0[column] }) }
    leftOut = rowNames.indices.filter { !rows.contains($0) }.map { rowNames[$0] }
    leftOut += columnNames.indices.filter { !columns.contains($0) }.map { columnNames[$0] }
    entries = rows.map { row in columns.map { entries[row][$0] } }
    rowNames = rows.map { rowNames[$0] }
    columnNames = columns.map { columnNames[$0] }
  }

  /// Puts an entry in its place, adding the row and the column when they are new; false when the place is taken.
  private mutating func place(_ entry: Entry, row: String, column: String) -> Bool {
    if !columnNames.contains(column) {
      columnNames.append(column)
      for index in entries.indices { entries[index].append(nil) }
    }
    if !rowNames.contains(row) {
      rowNames.append(row)
      entries.append([Entry?](repeating: nil, count: columnNames.count))
    }
    guard let i = rowNames.firstIndex(of: row), let j = columnNames.firstIndex(of: column), entries[i][j] == nil else {
      return false
    }
    entries[i][j] = entry
    return true
  }
}
