package import Experiments

extension Series {
  /// One line for each value of a parameter, each point the mean over the seeds.
  ///
  /// - Parameters:
  ///   - rounds: the content of `rounds.csv`.
  ///   - y: a metric; rounds where it was not measured have no point.
  ///   - parameter: what tells the lines apart, such as `aggregator`.
  ///   - chosen: the values of other parameters that the plot is about, such as `attack` and `fang-trim`.
  /// - Throws: `ReportError.ambiguous` when the chosen rows differ in more than the parameter and the seed.
  package static func means(
    of y: String, in rounds: CSVTable, by parameter: String, where chosen: [(name: String, value: String)] = []
  ) throws -> [Series] {
    let roundColumn = try rounds.column("round", of: "rounds.csv")
    let parameters = rounds.header[..<roundColumn].filter { $0 != "key" && $0 != "seed" }
    func index(_ name: String) throws -> Int {
      guard parameters.contains(name), let index = rounds.header.firstIndex(of: name) else {
        throw ReportError.unknown(name, what: "parameter", known: Array(parameters))
      }
      return index
    }
    let seriesColumn = try index(parameter)
    let conditions = try chosen.map { (column: try index($0.name), value: $0.value) }
    guard let yColumn = rounds.header[roundColumn...].dropFirst().firstIndex(of: y) else {
      throw ReportError.unknown(y, what: "measurement", known: Array(rounds.header[(roundColumn + 1)...]))
    }
    var matching = CSVTable(header: rounds.header)
    for row in rounds.rows where conditions.allSatisfy({ row[$0.column] == $0.value }) { matching.append(row) }
    if matching.rows.isEmpty { throw ReportError.nothingToShow("no finished cell fits the plot") }
    let fixed = [parameter] + chosen.map(\.name)
    let differing = Parameters.varying(rounds.header, in: matching, beside: fixed).filter(parameters.contains)
    if !differing.isEmpty {
      throw ReportError.ambiguous(
        differing: differing, remedy: "choose a value for each, such as --only \(differing[0])=VALUE")
    }

    var names: [String] = []
    var sums: [[Double: (sum: Double, count: Double)]] = []
    for row in matching.rows {
      let name = row[seriesColumn]
      if !names.contains(name) {
        names.append(name)
        sums.append([:])
      }
      guard let line = names.firstIndex(of: name), let x = Double(row[roundColumn]), let value = Double(row[yColumn])
      else { continue }
      let before = sums[line][x] ?? (0, 0)
      sums[line][x] = (before.sum + value, before.count + 1)
    }
    return zip(names, sums).map { name, sums in
      // Sorted, as a dictionary has no order.
      let points = sums.sorted { $0.key < $1.key }.map { Point(x: $0.key, y: $0.value.sum / $0.value.count) }
      return Series(name: name, points: points)
    }
  }
}
