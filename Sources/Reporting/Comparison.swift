internal import Catalogue
package import Experiments
internal import Foundation

/// Our means beside the published values that a manifest's `report: reference` gives.
package struct Comparison: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package var parameters: [Table.Pair]
    package var measurement: String
    /// The mean over all cells and seeds that fit; nil where none is finished.
    package var ours: Double?
    package var seeds: Int
    package var published: Double
    package var source: String
  }

  package var rows: [Row]

  /// - Parameter summary: the content of `summary.csv`.
  /// - Throws: `ReportError` for a parameter, `StoreError` for a measurement, that the summary lacks.
  package init(summary: CSVTable, references: [ReportSettings.Reference]) throws {
    rows = []
    for reference in references {
      let conditions = try Comparison.conditions(of: reference, in: summary)
      let matching = summary.rows.filter { row in conditions.allSatisfy { row[$0.column] == $0.text } }
      for (metric, published) in reference.metrics.sorted(by: { $0.key < $1.key }) {
        let count = try summary.column("\(metric)_final_n", of: "summary.csv")
        let mean = try summary.column("\(metric)_final_mean", of: "summary.csv")
        let means = matching.compactMap { Double($0[mean]) }
        rows.append(
          Row(
            parameters: conditions.map { Table.Pair(name: $0.name, value: $0.text) }, measurement: metric,
            ours: means.isEmpty ? nil : means.reduce(0, +) / Double(means.count),
            seeds: matching.compactMap { Int($0[count]) }.max() ?? 0, published: published,
            source: reference.source))
      }
    }
  }

  package init(rows: [Row]) { self.rows = rows }

  /// What a row of the summary must say to be what a published value is of.
  static func conditions(
    of reference: ReportSettings.Reference, in summary: CSVTable
  ) throws -> [(name: String, column: Int, text: String)] {
    let known = summary.header.prefix { $0 != "n" }
    return try reference.parameters.sorted { $0.key < $1.key }.map { name, value in
      guard let column = known.firstIndex(of: name) else {
        throw ReportError.unknown(name, what: "parameter", known: Array(known))
      }
      return (name: name, column: column, text: Comparison.text(value))
    }
  }

  /// One line for each published value; empty for none.
  package var text: String {
    rows.map { row in
      let head = "\(row.parameters.text): \(row.measurement) "
      let tail = String(format: "published %.4f (%@)", row.published, row.source)
      guard let ours = row.ours else { return head + "not measured, " + tail }
      return head + String(format: "%.4f over %d seed%@, ", ours, row.seeds, row.seeds == 1 ? "" : "s") + tail
        + String(format: ", difference %+.4f", ours - row.published)
    }.joined(separator: "\n")
  }

  /// A value as the tables write it: a component by its name, a number in its shortest form.
  private static func text(_ value: Value) -> String {
    if let chosen = Chosen(value) { return chosen.name }
    return value.canonicalJSON
  }
}
