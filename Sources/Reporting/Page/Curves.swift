internal import Experiments

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
  /// What tells the lines apart.
  let series: String
  /// The names of all lines, in the order of the plan.
  let names: [String]
  private let looks: Looks
  let panels: [Panel]
  /// Whether a line had more than `mostPoints`.
  let isThinned: Bool

  /// - Parameters:
  ///   - rounds: the content of `rounds.csv`.
  ///   - summary: the content of `summary.csv`.
  ///   - looks: those of the whole sweep, where the tables are of a part of it.
  /// - Throws: `ReportError` for a name that the tables lack, for an x that is no number, or when points would fall
  ///   together.
  init(rounds: CSVTable, summary: CSVTable, _ request: CurveRequest = CurveRequest(), looks: Looks? = nil) throws {
    self.request = request
    let looks = looks ?? Looks(plan: summary)
    let rounds = request.isByRound ? try rounds.withRunningMean(for: request.y) : rounds
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
      let name = row[columns.series.index]
      if !names.contains(name) { names.append(name) }
      guard let x = try columns.x(of: row) else { continue }
      let differing = panels[place].differing(columns.others, in: row, line: name, x: request.isByRound ? nil : x)
      if !differing.isEmpty {
        throw ReportError.ambiguous(
          differing: differing, remedy: "split the plot by \(differing.count == 1 ? "it" : "them")")
      }
      guard let value = Double(row[columns.y]) else { continue }
      panels[place].values[name, default: [:]][x, default: []].append(value)
      if let (deviation, seeds) = columns.spread(of: row) {
        panels[place].points[name, default: []].append(Point(x: x, mean: value, deviation: deviation, seeds: seeds))
      }
    }
    let series = columns.series.name
    names.sort { looks.place(of: $0, in: series) < looks.place(of: $1, in: series) }
    (self.series, self.names, self.looks) = (series, names, looks)
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

  /// The number of a line's style: that of the sweep, so that a line looks the same in every picture.
  func look(of line: Line) -> Int { look(of: line.name) }

  func look(of name: String) -> Int { looks.place(of: name, in: series) }

  /// The mean plus and minus the standard deviation, as far as the measurement can be there; nil for a single seed.
  func band(_ point: Point) -> (low: Double, high: Double)? {
    guard let deviation = point.deviation, deviation.isFinite else { return nil }
    let low = request.isShare || point.mean >= 0 ? max(0, point.mean - deviation) : point.mean - deviation
    return (low, request.isShare ? min(1, point.mean + deviation) : point.mean + deviation)
  }

  /// What an axis must have room for.
  var heights: [Double] {
    panels.flatMap(\.lines).flatMap(\.points).flatMap { point in
      [point.mean] + (band(point).map { [$0.low, $0.high] } ?? [])
    }
  }

  /// What the bands are; nil where there is none.
  var bandMeaning: String? {
    let seeds = panels.flatMap(\.lines).flatMap(\.points).filter { $0.deviation != nil }.map(\.seeds)
    guard let most = seeds.max() else { return nil }
    return "band: the mean ± one standard deviation over \(most) seeds"
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
  let series: Column
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
    let prefix = try SummaryReader.prefix(of: request.y, in: summary)
    try self.init(
      summary, parameters: Array(summary.header[..<seeds]), summary, request, x: (request.x, x),
      y: try summary.column(prefix + "_mean", of: "summary.csv"),
      spread: (
        try summary.column(prefix + "_std", of: "summary.csv"), try summary.column(prefix + "_n", of: "summary.csv")
      ))
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
    let dimensions = Dimensions(parameters, in: summary)
    series = try column(request.series ?? dimensions.series(beside: request.x, split: request.split ?? []))
    let axes = [series.name] + (request.isByRound ? [] : [request.x])
    // A rule's label tells its threshold too: with the threshold as x, the label is no difference of its own.
    let usual = dimensions.beside(axes).filter { name in !axes.contains { $0.hasPrefix(name + ".") } }
    let wanted = request.split ?? usual
    (self.x, self.y, self.spread) = (x, y, spread)
    split = try wanted.map(column)
    others = try Parameters.varying(parameters, in: summary, beside: axes).filter { !wanted.contains($0) }.map(column)
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
