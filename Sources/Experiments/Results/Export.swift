package import Catalogue
import Federated

extension ResultStore {
  /// The names of the exported tables.
  package enum Table: String, Sendable, CaseIterable {
    case rounds = "rounds.csv"
    case summary = "summary.csv"
    case failures = "failures.csv"
    case provenance = "provenance.csv"
  }

  /// Writes `rounds.csv`, `summary.csv`, `failures.csv` and `provenance.csv`: the first three hold nothing but what the
  /// cells and their results say, in the order of `cells`, so that equal results give equal bytes.
  ///
  /// - Parameters:
  ///   - cells: the plan, in order.
  ///   - varying: the parameters that vary in the sweep, which get a column each beside the usual ones.
  ///   - families: those of the component parameters.
  package func export(_ cells: [Cell], varying: [String], families: [Family]) throws {
    for cell in cells { try fileSystem.confirmCommit(in: folder(of: cell.key)) }
    let tables = try self.tables(cells, varying: varying, families: families)
    try fileSystem.makeFolders(folder)
    for (table, content) in tables { try update(folder + "/" + table.rawValue, Array(content.text.utf8)) }
    // What is the same already may be that of a process that was killed before it synced it.
    try fileSystem.syncFolder(folder)
  }

  /// `summary.csv` as it is before any cell is run: its rows and columns, no measurement.
  package static func plannedSummary(
    _ cells: [Cell], varying: [String], families: [Family]
  ) throws -> CSVTable {
    let columns = ParameterColumns(varying: varying, labels: try Labels(families: families))
    var summary = Summary(columns: columns)
    for cell in cells { summary.add(cell, try columns.texts(of: cell), .missing) }
    return summary.table
  }

  /// The tables that `export` writes.
  package func tables(
    _ cells: [Cell], varying: [String], families: [Family]
  ) throws -> [(table: Table, content: CSVTable)] {
    let columns = ParameterColumns(varying: varying, labels: try Labels(families: families))
    let metrics = RoundMetrics.columns.map(\.name)
    var rounds = CSVTable(header: ["key"] + columns.names + ["round"] + metrics)
    var failures = CSVTable(header: ["key"] + columns.names + ["end", "log"])
    var provenance = CSVTable(header: ["key"] + columns.names + Provenance.columns.map(\.name))
    var summary = Summary(columns: columns)
    for cell in cells {
      let parameters = try columns.texts(of: cell)
      switch try state(of: cell) {
      case .finished(let record):
        let measured = try CSVTable(try fileSystem.read(folder(of: cell.key).rounds), name: folder(of: cell.key).rounds)
        let order = ["round"] + metrics
        let indices = order.map { measured.header.firstIndex(of: $0) }
        for row in measured.rows {
          rounds.append([cell.key] + parameters + indices.map { index in index.map { row[$0] } ?? "" })
        }
        provenance.append([cell.key] + parameters + Provenance.columns.map { $0.text(record.provenance) })
        summary.add(cell, parameters, .finished(measured, record))
      case .partial, .absent, .damaged:
        let failure = try failure(of: cell)
        if let failure {
          failures.append([cell.key] + parameters + [failure.end, failure.lastLines.joined(separator: "\n")])
        }
        summary.add(cell, parameters, failure == nil ? .missing : .failed)
      }
    }
    return [(.rounds, rounds), (.summary, summary.table), (.failures, failures), (.provenance, provenance)]
  }
}

/// The columns that say which cell a row is about.
struct ParameterColumns {
  /// Shown in every sweep, whether they vary or not.
  private static let usual = ["dataset", "model", "attack", "aggregator", "bias", "clients", "byzantine"]

  let names: [String]
  private let labels: Labels

  /// The usual parameters, then the others that vary, then the seed.
  init(varying: [String], labels: Labels) {
    let others = varying.filter { !ParameterColumns.usual.contains($0) && $0 != "seed" }
    names = ParameterColumns.usual + others + ["seed"]
    self.labels = labels
  }

  func texts(of cell: Cell) throws -> [String] { try names.map { try labels.text(of: $0, in: cell) } }
}
