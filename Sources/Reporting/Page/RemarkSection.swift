/// Which cells diverged, and what the rules remarked.
struct RemarkSection {
  struct Row {
    let at: String
    let cells: String
    let diverged: String
    let fallback: String
    let remarks: String
  }

  let rows: [Row]

  /// Nil where there is nothing to say.
  init?(_ remarks: SweepRemarks) {
    if remarks.rows.isEmpty { return nil }
    rows = remarks.rows.map { row in
      Row(
        at: row.cells.json, cells: row.cells.text,
        diverged: row.diverged > 0 ? "\(row.diverged) of \(row.finished)" : "",
        fallback: row.fallbackText ?? "", remarks: row.remarks)
    }
  }
}
