internal import Experiments

/// What a picture of curves shows.
package struct CurveRequest: Sendable, Equatable {
  /// `round`, or a parameter whose values are numbers.
  package var x = CurveRequest.round
  /// A measurement: of each evaluated round, or of the last one by a parameter.
  package var y = "test_accuracy"
  /// What tells the lines apart.
  package var series: String
  /// One panel for each combination of these; nil for all that vary beside the series and x.
  package var split: [String]?

  package static let round = "round"

  /// - Parameter series: nil for the aggregator, or the attack where x is inside the aggregator: a rule's label tells its
  ///   parameters, and by one of them every rule would be a line of one point.
  package init(
    x: String = CurveRequest.round, y: String = "test_accuracy", series: String? = nil, split: [String]? = nil
  ) {
    (self.x, self.y, self.split) = (x, y, split)
    self.series = series ?? (x.hasPrefix("aggregator.") ? "attack" : "aggregator")
  }

  var isByRound: Bool { x == CurveRequest.round }
}

/// A measurement over the seeds, by round or by a parameter: panels of lines.
struct Curves: Equatable {
  struct Point: Equatable {
    var x: Double
    var mean: Double
    /// Nil for a single seed.
    var deviation: Double?
    var seeds: Int
  }

  struct Line: Equatable {
    var name: String
    /// Ascending in x; none where the mean is not finite.
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

  /// - Parameters:
  ///   - rounds: the content of `rounds.csv`.
  ///   - summary: the content of `summary.csv`.
  /// - Throws: `ReportError` for a name that the tables lack, for an x that is no number, or when points would fall
  ///   together.
  init(rounds: CSVTable, summary: CSVTable, _ request: CurveRequest = CurveRequest()) throws {
    self.request = request
    let columns =
      try request.isByRound ? CurveColumns(rounds: rounds, summary, request) : CurveColumns(summary: summary, request)
    var names: [String] = []
    var panels: [GatheredPanel] = []
    var places: [[String]: Int] = [:]
    for row in request.isByRound ? rounds.rows : summary.rows {
      let shared = columns.split.map { row[$0.index] }
      let place = places[shared] ?? panels.count
      if place == panels.count {
        places[shared] = place
        panels.append(GatheredPanel(shared: shared))
      }
      let name = row[columns.series]
      if !names.contains(name) { names.append(name) }
      guard let x = try columns.x(of: row) else { continue }
      let differing = panels[place].differing(columns.others, in: row, line: name, x: request.isByRound ? nil : x)
      if !differing.isEmpty { throw ReportError.ambiguous(differing: differing, remedy: "split the plot by them") }
      guard let value = Double(row[columns.y]) else { continue }
      panels[place].values[name, default: [:]][x, default: []].append(value)
      if let (deviation, seeds) = columns.spread(of: row) {
        panels[place].points[name, default: []].append(Point(x: x, mean: value, deviation: deviation, seeds: seeds))
      }
    }
    self.names = names
    var isThinned = false
    self.panels = panels.map { panel in
      let lines = names.compactMap { name -> Line? in
        guard let values = panel.values[name] else { return nil }
        let points = (panel.points[name].map { $0.sorted { $0.x < $1.x } } ?? Curves.points(values))
          .filter(\.mean.isFinite)
        isThinned = isThinned || points.count > Curves.mostPoints
        return Line(name: name, points: Curves.thinned(points))
      }
      return Panel(shared: zip(columns.split, panel.shared).map { Table.Pair(name: $0.name, value: $1) }, lines: lines)
    }
    self.isThinned = isThinned
  }

  /// The mean over the seeds of each round.
  private static func points(_ values: [Double: [Double]]) -> [Point] {
    // Sorted, as a dictionary has no order.
    values.sorted { $0.key < $1.key }.compactMap { x, values in
      Statistics(values).map { Point(x: x, mean: $0.mean, deviation: $0.standardDeviation, seeds: values.count) }
    }
  }

  /// Evenly chosen, the first and the last among them.
  static func thinned(_ points: [Point]) -> [Point] {
    if points.count <= mostPoints { return points }
    return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
  }
}

/// The measurements of a panel, by line and x.
private struct GatheredPanel {
  let shared: [String]
  var values: [String: [Double: [Double]]] = [:]
  /// By a parameter: what the summary says already.
  var points: [String: [Curves.Point]] = [:]
  /// For each line, or each point of it, the values of what varies in the sweep beside split, series and x.
  private var others: [Place: [String]] = [:]

  private struct Place: Hashable {
    let line: String
    let x: Double?
  }

  init(shared: [String]) { self.shared = shared }

  /// The names of what differs from the row that was there before.
  mutating func differing(_ columns: [CurveColumns.Column], in row: [String], line: String, x: Double?) -> [String] {
    if columns.isEmpty { return [] }
    let texts = columns.map { row[$0.index] }
    let place = Place(line: line, x: x)
    guard let before = others[place] else {
      others[place] = texts
      return []
    }
    return zip(columns, zip(texts, before)).filter { $1.0 != $1.1 }.map(\.0.name)
  }
}

/// Where the columns of a picture stand in a table.
private struct CurveColumns {
  typealias Column = (name: String, index: Int)

  let y: Int
  let series: Int
  let split: [Column]
  let others: [Column]
  private let x: Column
  /// Of the standard deviation and the number of seeds, where the table has them.
  private let spread: (deviation: Int, seeds: Int)?

  /// - Parameter summary: has the cells without results too, so that what varies is known before the sweep is finished.
  init(rounds: CSVTable, _ summary: CSVTable, _ request: CurveRequest) throws {
    let round = try rounds.column("round", of: "rounds.csv")
    let measurements = Array(rounds.header[(round + 1)...])
    guard measurements.contains(request.y) else {
      throw ReportError.unknown(request.y, what: "measurement", known: measurements)
    }
    try self.init(
      rounds, parameters: rounds.header[..<round].filter { $0 != "key" && $0 != "seed" }, summary, request,
      x: ("round", round), y: try rounds.column(request.y, of: "rounds.csv"), spread: nil)
  }

  init(summary: CSVTable, _ request: CurveRequest) throws {
    let seeds = try summary.column("n", of: "summary.csv")
    guard let x = summary.header[..<seeds].firstIndex(of: request.x) else {
      throw ReportError.unknown(request.x, what: "parameter", known: Array(summary.header[..<seeds]))
    }
    try self.init(
      summary, parameters: Array(summary.header[..<seeds]), summary, request, x: (request.x, x),
      y: try summary.column("\(request.y)_final_mean", of: "summary.csv"),
      spread: (try summary.column("\(request.y)_final_std", of: "summary.csv"), seeds))
  }

  private init(
    _ table: CSVTable, parameters: [String], _ summary: CSVTable, _ request: CurveRequest, x: Column, y: Int,
    spread: (deviation: Int, seeds: Int)?
  ) throws {
    func column(_ name: String) throws -> Column {
      guard parameters.contains(name), let index = table.header.firstIndex(of: name) else {
        throw ReportError.unknown(name, what: "parameter", known: parameters)
      }
      return (name, index)
    }
    let axes = [request.series, request.x]
    let varying = Parameters.varying(summary.header, in: summary, beside: axes).filter(parameters.contains)
    // A rule's label tells its threshold too: with the threshold as x, the label is no difference of its own.
    let usual = Parameters.outer(varying).filter { name in !axes.contains { $0.hasPrefix(name + ".") } }
    let wanted = request.split ?? usual
    (self.x, self.y, self.spread) = (x, y, spread)
    series = try column(request.series).index
    split = try wanted.map(column)
    others = try varying.filter { !wanted.contains($0) }.map(column)
  }

  /// Nil where the cell has no such parameter.
  func x(of row: [String]) throws -> Double? {
    let text = row[x.index]
    if text.isEmpty { return nil }
    guard let number = Double(text), number.isFinite else { throw ReportError.notANumber(text, x: x.name) }
    return number
  }

  /// The standard deviation and the number of seeds, where the table tells them.
  func spread(of row: [String]) -> (deviation: Double?, seeds: Int)? {
    guard let spread else { return nil }
    return (Double(row[spread.deviation]), Int(row[spread.seeds]) ?? 0)
  }
}
