import Experiments

@testable import Reporting

/// A `summary.csv` of the columns that a table reads.
enum Fixture {
  static let header =
    "dataset,attack,aggregator,bias,aggregator.threshold,n,n_expected,n_failed,n_diverged,complete,"
    + "test_accuracy_final_mean,test_accuracy_final_std,test_accuracy_last10_mean,test_accuracy_last10_std\n"

  static func summary(_ rows: String) throws -> CSVTable {
    try CSVTable(Array((header + rows).utf8), name: "summary.csv").completed
  }

  static let plain = """
    d,none,fedavg,0.5,,3,3,0,0,yes,0.873,0.0124,0.87,0.01
    d,none,skymask(threshold=0.6),0.5,0.6,3,3,0,0,yes,0.8601,0.0049,0.85,0.02
    d,fang-trim,fedavg,0.5,,2,3,1,1,no,0.1,0.05,0.1,0.05
    d,fang-trim,skymask(threshold=0.6),0.5,0.6,0,3,0,0,no,,,,

    """

  /// The groups of cells with these parameters, not run yet, each value in a line `name value value …` of its own.
  static func plan(_ names: [String], _ rows: [String]) -> CSVTable {
    var plan = CSVTable(
      header: names + [
        "n", "n_expected", "n_failed", "n_diverged", "test_accuracy_final_mean", "test_accuracy_final_std",
      ]
    )
    for row in rows { plan.append(row.split(separator: " ").map(String.init) + ["0", "1", "0", "0", "", ""]) }
    return plan.completed
  }
}

extension CSVTable {
  /// A summary with the columns that its rows say nothing special in: ten rounds for each finished seed, no fall-back, and
  /// as many measurements as finished seeds.
  var completed: CSVTable {
    guard let finished = header.firstIndex(of: "n") else { return self }
    func lacks(_ name: String) -> Bool { !header.contains(name) }
    let means = header.indices.filter { header[$0].hasSuffix("_mean") && lacks(header[$0].dropLast(4) + "n") }
    let rounds = ["played_rounds", "fallback_rounds", "remarks"].filter(lacks)
    var table = CSVTable(header: header + rounds + means.map { header[$0].dropLast(4) + "n" })
    for row in rows {
      let played = (Int(row[finished]) ?? 0) * 10
      let told = ["played_rounds": "\(played)", "fallback_rounds": "0", "remarks": ""]
      table.append(row + rounds.map { told[$0] ?? "" } + means.map { row[$0].isEmpty ? "0" : row[finished] })
    }
    return table
  }
}
