import Experiments

/// Finds its way in the columns of `summary.csv`.
struct SummaryReader {
  private let summary: CSVTable
  private let parameters: [String]
  private let counts: [Int]
  private let mean: Int
  private let deviation: Int

  init(_ summary: CSVTable, value: String) throws {
    self.summary = summary
    let first = try summary.column("n", of: "summary.csv")
    parameters = Array(summary.header[..<first])
    counts = try ["n", "n_expected", "n_failed", "n_diverged"].map { try summary.column($0, of: "summary.csv") }
    let prefix = value.hasSuffix("_last10") ? value : value + "_final"
    guard let mean = summary.header.firstIndex(of: prefix + "_mean"),
      let deviation = summary.header.firstIndex(of: prefix + "_std")
    else {
      let known = summary.header.filter { $0.hasSuffix("_final_mean") }.map { String($0.dropLast(11)) }
      throw ReportError.unknown(value, what: "measurement", known: known)
    }
    (self.mean, self.deviation) = (mean, deviation)
  }

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
    for index in counts {
      guard let number = Int(line[index]) else {
        throw ReportError.unknown(line[index], what: "count", known: ["whole numbers"])
      }
      numbers.append(number)
    }
    return Table.Entry(
      mean: Double(line[mean]), standardDeviation: Double(line[deviation]), finished: numbers[0], expected: numbers[1],
      failed: numbers[2], diverged: numbers[3])
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
