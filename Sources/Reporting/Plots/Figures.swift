package import Experiments

/// The figures of a sweep.
package enum Figures {
  /// What a manifest asks for: curves for each of its `plots`, a heat map of each of its `tables`, and the masks that
  /// cells recorded; the usual ones where it names none.
  ///
  /// - Parameter curve: one picture of curves in place of all of those.
  /// - Throws: `ReportError` or `StoreError` for a request that does not fit the results.
  package static func figures(
    _ settings: ReportSettings, rounds: CSVTable, summary: CSVTable, masks: [MaskCloud], only curve: CurveRequest? = nil
  ) throws -> [Figure] {
    var names = FigureNames()
    if let curve { return try Curves(rounds: rounds, summary: summary, curve).figures(&names) }
    var figures = try settings.curveRequests.flatMap {
      try Curves(rounds: rounds, summary: summary, $0).figures(&names)
    }
    for request in settings.tableRequests {
      let tables = try Table.tables(from: summary, request)
      let means = tables.flatMap { $0.entries.joined().compactMap { $0?.mean } }
      guard let scale = HeatScale(means) else { continue }
      figures += tables.compactMap { $0.figure(scale, PageNumber.alike(means), &names) }
    }
    return figures + masks.compactMap { $0.figure(&names) }
  }
}
