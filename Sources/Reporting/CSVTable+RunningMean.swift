import Experiments

extension CSVTable {
  /// A `rounds.csv` with a column for a measurement that ends in `_last10`, if `measurement` does: at each evaluation that
  /// measured it, its mean over the last ten evaluations of the cell, as `summary.csv` has it for the last round.
  func withRunningMean(for measurement: String) throws -> CSVTable {
    guard measurement.hasSuffix("_last10"), !header.contains(measurement),
      let column = header.firstIndex(of: String(measurement.dropLast("_last10".count)))
    else { return self }
    let key = try self.column("key", of: "rounds.csv")
    var extended = CSVTable(header: header + [measurement])
    var cell: String?
    var last: [Double?] = []
    for row in rows {
      if row[key] != cell { (cell, last) = (row[key], []) }
      last = last.suffix(9) + [Double(row[column])]
      let measured = last.compactMap { $0 }
      let isMeasured = (last.last ?? nil) != nil
      extended.append(
        row + [isMeasured ? CSV.number(measured.reduce(0, +) / Double(measured.count)) : ""])
    }
    return extended
  }
}
