package import Experiments

/// The rows of a summary whose numbers say less than they seem to: cells diverged, or the rule remarked something, such
/// as that it used none of the updates.
package struct SweepRemarks: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    var cells: [Table.Pair]
    /// Of so many seeds.
    var diverged: Int
    var finished: Int
    /// Of so many rounds; nil where results of an earlier version do not tell.
    var fallbackRounds: Int?
    var playedRounds: Int
    /// Such as `nobody is kept: the root update stands in (30 rounds)`.
    var remarks: String
  }

  let rows: [Row]
  /// How many rows the summary has.
  private let all: Int

  /// - Parameter summary: the content of `summary.csv`.
  package init(_ summary: CSVTable) throws {
    let names = ["n_diverged", "n", "fallback_rounds", "played_rounds", "remarks"]
    let columns = try names.map { try summary.column($0, of: "summary.csv") }
    let parameters = Array(summary.header.prefix { $0 != "n" })
    let varying = Parameters.outer(Parameters.varying(parameters, in: summary, beside: []))
    let shown = (varying.isEmpty ? ["attack", "aggregator"] : varying).compactMap { name in
      summary.header.firstIndex(of: name).map { (name: name, index: $0) }
    }
    all = summary.rows.count
    rows = summary.rows.compactMap { line in
      let row = Row(
        cells: shown.map { Table.Pair(name: $0.name, value: line[$0.index]) }, diverged: Int(line[columns[0]]) ?? 0,
        finished: Int(line[columns[1]]) ?? 0, fallbackRounds: Int(line[columns[2]]),
        playedRounds: Int(line[columns[3]]) ?? 0, remarks: line[columns[4]])
      return row.diverged > 0 || !row.remarks.isEmpty ? row : nil
    }
  }

  /// The most rows that a terminal shows.
  private static let mostLines = 8

  /// A warning about the rows that diverged or in which the rule fell back; nil for none.
  package var warning: String? {
    let serious = rows.filter { $0.diverged > 0 || $0.fallbackRounds ?? 0 > 0 }
    if serious.isEmpty { return nil }
    var lines = [
      "warning: \(serious.count) of \(all) rows of summary.csv have cells that diverged, or rounds in which the rule used "
        + "no update:"
    ]
    lines += serious.prefix(SweepRemarks.mostLines).map { "  \($0.cells.text): \($0.text)" }
    if serious.count > SweepRemarks.mostLines {
      lines.append("  and \(serious.count - SweepRemarks.mostLines) more; report.html lists all of them")
    }
    return lines.joined(separator: "\n")
  }
}

extension SweepRemarks.Row {
  /// Such as `2 of 3 seeds diverged; no update used in 30 of 90 rounds: nobody is kept (30 rounds)`.
  var text: String {
    var parts: [String] = []
    if diverged > 0 { parts.append("\(diverged) of \(finished) seeds diverged") }
    if let fallbackText { parts.append("no update used in \(fallbackText) rounds: \(remarks)") }
    return parts.joined(separator: "; ")
  }

  /// Such as `30 of 90`; nil for none.
  var fallbackText: String? {
    guard let fallbackRounds, fallbackRounds > 0 else { return nil }
    return "\(fallbackRounds) of \(playedRounds)"
  }
}
