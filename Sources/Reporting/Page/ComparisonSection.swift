internal import Foundation

/// Our means beside published values.
struct ComparisonSection {
  struct Row {
    let at: String
    let cell: String
    let measurement: String
    let ours: String
    let seeds: Int
    let published: String
    let difference: String
    let source: String
  }

  let rows: [Row]

  init(_ comparison: Comparison) {
    rows = comparison.rows.map { row in
      Row(
        at: row.parameters.json, cell: row.parameters.text, measurement: row.measurement,
        ours: row.ours.map { String(format: "%.3f", $0) } ?? "not measured", seeds: row.seeds,
        published: String(format: "%.3f", row.published),
        difference: row.ours.map { String(format: "%+.3f", $0 - row.published) } ?? "", source: row.source)
    }
  }
}
