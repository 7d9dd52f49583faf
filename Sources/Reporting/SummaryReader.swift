import Experiments

/// Finds its way in the columns of `summary.csv`.
struct SummaryReader {
  private let summary: CSVTable
  private let parameters: [String]
  private let counts: [Int]
  private let fallback: Int
  private let measured: Int
  private let mean: Int
  private let deviation: Int

  init(_ summary: CSVTable, value: String) throws {
    self.summary = summary
    let first = try summary.column("n", of: "summary.csv")
    parameters = Array(summary.header[..<first])
    counts = try ["n", "n_expected", "n_failed", "n_diverged", "played_rounds"].map {
      try summary.column($0, of: "summary.csv")
    }
    fallback = try summary.column("fallback_rounds", of: "summary.csv")
    let prefix = try SummaryReader.prefix(of: value, in: summary)
    measured = try summary.column(prefix + "_n", of: "summary.csv")
    mean = try summary.column(prefix + "_mean", of: "summary.csv")
    deviation = try summary.column(prefix + "_std", of: "summary.csv")
  }

  /// How the columns of a measurement begin: `test_accuracy` is that of the last round.
  static func prefix(of value: String, in summary: CSVTable) throws -> String {
    let prefix = value.hasSuffix("_last10") ? value : value + "_final"
    if summary.header.contains(prefix + "_mean") { return prefix }
    throw ReportError.unknown(value, what: "measurement", known: SummaryReader.measurements(in: summary))
  }

  /// What the sweep measures.
  static func measurements(in summary: CSVTable) -> [String] {
    summary.header.filter { $0.hasSuffix("_final_mean") }.map { String($0.dropLast("_final_mean".count)) }
  }

  /// The parameters that vary, as far as they are dimensions of their own.
  var dimensions: Dimensions { Dimensions(parameters, in: summary) }

  func parameter(_ name: String) throws -> Int {
    guard let index = parameters.firstIndex(of: name) else {
      throw ReportError.unknown(name, what: "parameter", known: parameters)
    }
    return index
  }

  /// The parameters with more than one value, but for `names` and what is inside components that they name.
  func varying(beside names: [String]) -> [String] {
    Parameters.varying(parameters, in: summary, beside: names)
  }

  func entry(_ line: [String]) throws -> Table.Entry {
    var numbers: [Int] = []
    for index in counts + [measured] {
      // No cell is finished where there are no rounds.
      guard let number = line[index].isEmpty ? 0 : Int(line[index]) else {
        throw ReportError.unknown(line[index], what: "count", known: ["whole numbers"])
      }
      numbers.append(number)
    }
    return Table.Entry(
      mean: Double(line[mean]), standardDeviation: Double(line[deviation]), measured: numbers[5], finished: numbers[0],
      expected: numbers[1], failed: numbers[2], diverged: numbers[3], playedRounds: numbers[4],
      fallbackRounds: Int(line[fallback]) ?? 0)
  }
}

enum Parameters {
  static func varying(_ parameters: [String], in table: CSVTable, beside names: [String]) -> [String] {
    parameters.enumerated().filter { index, name in
      // `aggregator.threshold` is told by the aggregator's own label.
      let isInside = names.contains { name.hasPrefix($0 + ".") }
      return !names.contains(name) && !isInside && table.rows.contains { $0[index] != table.rows[0][index] }
    }.map(\.element)
  }

  /// Without what is inside a component that is there itself, as `aggregator.threshold` beside `aggregator`.
  static func outer(_ names: [String]) -> [String] {
    names.filter { name in !names.contains { name.hasPrefix($0 + ".") } }
  }
}
