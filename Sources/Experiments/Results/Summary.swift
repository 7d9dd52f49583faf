import Catalogue
import Federated

/// `summary.csv`: cells that differ in nothing but the seed make one row, with statistics over them.
struct Summary {
  enum Outcome {
    case finished(CSVTable, ResultRecord)
    case failed
    /// Not run yet, or not to the end.
    case missing
  }

  /// The number of last evaluations that the `last10` columns average over.
  private static let lastEvaluations = 10
  static let statistics = ["n", "mean", "std", "ci_low", "ci_high", "min", "median", "max"]

  /// The cells of one row.
  private struct Group {
    var parameters: [String]
    var finished = 0
    var expected = 0
    var failed = 0
    var diverged = 0
    var remarks = SummaryRemarks()
    /// For each metric, the value at the last round of each finished cell that measured it there.
    var final: [[Double]]
    /// For each metric, each finished cell's mean over its last evaluations.
    var lastMean: [[Double]]
  }

  private let columns: ParameterColumns
  private let metrics = RoundMetrics.columns.map(\.name)
  private var groups: [Group] = []
  /// Where the group of given parameters stands in `groups`.
  private var positions: [[String: Value]: Int] = [:]

  init(columns: ParameterColumns) { self.columns = columns }

  /// - Parameter parameters: the texts of `columns`, the seed last.
  mutating func add(_ cell: Cell, _ parameters: [String], _ outcome: Outcome) {
    let position = position(of: cell, parameters)
    groups[position].expected += 1
    switch outcome {
    case .failed: groups[position].failed += 1
    case .missing: break
    case .finished(let measured, let record):
      groups[position].finished += 1
      if record.divergedAt != nil { groups[position].diverged += 1 }
      groups[position].remarks.add(record, rounds: Summary.rounds(of: measured))
      for (index, metric) in metrics.enumerated() {
        guard let column = measured.header.firstIndex(of: metric) else { continue }
        let last = measured.rows.suffix(Summary.lastEvaluations).map { Double($0[column]) }
        // What was measured earlier and not at the end is not the value of the end.
        if let final = last.last ?? nil { groups[position].final[index].append(final) }
        let values = last.compactMap { $0 }
        // After divergence nothing but the accuracy is measured: the mean of the rest would be that of another time.
        if values.isEmpty || (record.divergedAt != nil && values.count < last.count) { continue }
        groups[position].lastMean[index].append(values.reduce(0, +) / Double(values.count))
      }
    }
  }

  /// The last round is always evaluated.
  private static func rounds(of measured: CSVTable) -> Int {
    guard let column = measured.header.firstIndex(of: "round"), let last = measured.rows.last else { return 0 }
    return (Int(last[column]) ?? -1) + 1
  }

  var table: CSVTable {
    var header = columns.names.dropLast() + ["n", "n_expected", "n_failed", "n_diverged", "complete"]
    header += SummaryRemarks.columns
    for metric in metrics {
      header += Summary.statistics.map { "\(metric)_final_\($0)" }
      header += Summary.statistics.map { "\(metric)_last10_\($0)" }
    }
    var table = CSVTable(header: Array(header))
    for group in groups {
      var row = group.parameters
      row += [group.finished, group.expected, group.failed, group.diverged].map(String.init)
      row.append(group.finished == group.expected ? "yes" : "no")
      row += group.remarks.fields
      for index in metrics.indices {
        row += Summary.fields(group.final[index]) + Summary.fields(group.lastMean[index])
      }
      table.append(row)
    }
    return table
  }

  private mutating func position(of cell: Cell, _ parameters: [String]) -> Int {
    var shared = cell.parameters
    // Data that follow the seed are no difference of their own, unless the sweep varies them on their own.
    if shared["data_seed"] == shared["seed"], !columns.names.contains("data_seed") { shared["data_seed"] = .null }
    shared["seed"] = nil
    if let position = positions[shared] { return position }
    let empty = [[Double]](repeating: [], count: metrics.count)
    groups.append(Group(parameters: parameters.dropLast(), final: empty, lastMean: empty))
    positions[shared] = groups.count - 1
    return groups.count - 1
  }

  private static func fields(_ values: [Double]) -> [String] {
    let found = Statistics(values)
    return [String(values.count)]
      + [
        found?.mean, found?.standardDeviation, found?.interval?.low, found?.interval?.high, found?.minimum,
        found?.median, found?.maximum,
      ].map { CSV.number($0) }
  }
}
