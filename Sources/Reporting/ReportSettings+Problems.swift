package import Experiments

extension ReportSettings {
  /// What cannot be made of the results, whatever they will be.
  ///
  /// - Parameter plan: `summary.csv` as it is before any cell is run.
  package func problems(in plan: CSVTable) -> [(entry: Entry, message: String)] {
    var problems: [(entry: Entry, message: String)] = []
    func attempt(_ entry: Entry, _ work: () throws -> Void) {
      do { try work() } catch { problems.append((entry, "\(error)")) }
    }
    for (index, request) in tableRequests(in: plan).enumerated() where !tables.isEmpty {
      attempt(.table(index)) { _ = try Reporting.Table.tables(from: plan, request) }
    }
    let firstRounds = ReportSettings.firstRounds(of: plan)
    for (index, request) in curveRequests(in: plan).enumerated() where !plots.isEmpty {
      attempt(.plot(index)) { _ = try Curves(rounds: firstRounds, summary: plan, request) }
    }
    for index in reference.indices {
      attempt(.reference(index)) { _ = try Comparison.conditions(of: reference[index], in: plan) }
    }
    return problems
  }

  /// A `rounds.csv` with one round of each cell, where nothing is measured.
  private static func firstRounds(of plan: CSVTable) -> CSVTable {
    let parameters = plan.header.prefix { $0 != "n" }
    let metrics = SummaryReader.measurements(in: plan)
    var rounds = CSVTable(header: ["key"] + parameters + ["seed", "round"] + metrics)
    for row in plan.rows {
      rounds.append([""] + row.prefix(parameters.count) + ["", "0"] + metrics.map { _ in "" })
    }
    return rounds
  }
}
