internal import Experiments

/// What a picture of curves shows.
struct CurveRequest: Equatable {
  var y = "test_accuracy"
  /// What tells the lines apart.
  var series = "aggregator"
  /// One panel for each combination of these; nil for all that vary beside the series.
  var split: [String]?
}

/// A measurement by round, over the seeds: panels of lines.
struct Curves: Equatable {
  struct Point: Equatable {
    var round: Double
    var mean: Double
    /// Nil for a single seed.
    var deviation: Double?
    var seeds: Int
  }

  struct Line: Equatable {
    var name: String
    /// Ascending in the round; none where the mean is not finite.
    var points: [Point]
  }

  struct Panel: Equatable {
    /// What all its lines have in common.
    var shared: [Table.Pair]
    var lines: [Line]
  }

  /// More points than this are not to be told apart, and make the page slow.
  static let mostPoints = 200

  let request: CurveRequest
  /// The names of all lines, in the order of the plan; a line looks the same in every panel.
  let names: [String]
  let panels: [Panel]
  /// Whether a line had more than `mostPoints`.
  let isThinned: Bool

  /// - Parameter rounds: the content of `rounds.csv`.
  /// - Throws: `ReportError` for a name that the rounds lack, or when lines would fall together.
  init(_ rounds: CSVTable, _ request: CurveRequest = CurveRequest()) throws {
    self.request = request
    let columns = try CurveColumns(rounds, request)
    var names: [String] = []
    var panels: [GatheredPanel] = []
    var places: [[String]: Int] = [:]
    for row in rounds.rows {
      let shared = columns.split.map { row[$0.index] }
      let place = places[shared] ?? panels.count
      if place == panels.count {
        places[shared] = place
        panels.append(GatheredPanel(shared: shared, others: columns.others.map { row[$0.index] }))
      }
      let differing = zip(columns.others, panels[place].others).filter { row[$0.index] != $1 }.map(\.0.name)
      if !differing.isEmpty { throw ReportError.ambiguous(differing: differing, remedy: "split the plot by them") }
      let name = row[columns.series]
      if !names.contains(name) { names.append(name) }
      guard let round = Double(row[columns.round]), let value = Double(row[columns.y]) else { continue }
      panels[place].values[name, default: [:]][round, default: []].append(value)
    }
    self.names = names
    var isThinned = false
    self.panels = panels.map { panel in
      let lines = names.compactMap { name -> Line? in
        guard let values = panel.values[name] else { return nil }
        let points = Curves.points(values)
        isThinned = isThinned || points.count > Curves.mostPoints
        return Line(name: name, points: Curves.thinned(points))
      }
      return Panel(shared: zip(columns.split, panel.shared).map { Table.Pair(name: $0.name, value: $1) }, lines: lines)
    }
    self.isThinned = isThinned
  }

  private static func points(_ values: [Double: [Double]]) -> [Point] {
    // Sorted, as a dictionary has no order.
    values.sorted { $0.key < $1.key }.compactMap { round, values in
      guard let found = Statistics(values), found.mean.isFinite else { return nil }
      return Point(round: round, mean: found.mean, deviation: found.standardDeviation, seeds: values.count)
    }
  }

  /// Evenly chosen, the first and the last among them.
  static func thinned(_ points: [Point]) -> [Point] {
    if points.count <= mostPoints { return points }
    return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
  }
}

/// The measurements of a panel, by line and round.
private struct GatheredPanel {
  let shared: [String]
  /// The values of what varies in the sweep and must not vary in a panel.
  let others: [String]
  var values: [String: [Double: [Double]]] = [:]
}

/// Where the columns of a picture stand in `rounds.csv`.
private struct CurveColumns {
  typealias Column = (name: String, index: Int)

  let round: Int
  let y: Int
  let series: Int
  let split: [Column]
  let others: [Column]

  init(_ rounds: CSVTable, _ request: CurveRequest) throws {
    let round = try rounds.column("round", of: "rounds.csv")
    let parameters = rounds.header[..<round].filter { $0 != "key" && $0 != "seed" }
    func column(_ name: String) throws -> Column {
      guard parameters.contains(name), let index = rounds.header.firstIndex(of: name) else {
        throw ReportError.unknown(name, what: "parameter", known: parameters)
      }
      return (name, index)
    }
    let measurements = Array(rounds.header[(round + 1)...])
    guard measurements.contains(request.y), let y = rounds.header.firstIndex(of: request.y) else {
      throw ReportError.unknown(request.y, what: "measurement", known: measurements)
    }
    let varying = Parameters.varying(rounds.header, in: rounds, beside: [request.series]).filter(parameters.contains)
    let wanted = request.split ?? Parameters.outer(varying)
    (self.round, self.y) = (round, y)
    series = try column(request.series).index
    split = try wanted.map(column)
    others = try varying.filter { !wanted.contains($0) }.map(column)
  }
}
