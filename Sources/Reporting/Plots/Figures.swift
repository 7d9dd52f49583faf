package import Experiments

/// The figures of a sweep.
package enum Figures {
  /// What a manifest asks for: curves for each of its `plots`, a heat map of each of its `tables`, and the masks that
  /// cells recorded; the usual ones where it names none.
  ///
  /// - Parameters:
  ///   - looks: those of the whole sweep.
  ///   - curve: one picture of curves in place of all of those.
  /// - Throws: `ReportError` or `StoreError` for a request that does not fit the results.
  package static func figures(
    _ settings: ReportSettings, rounds: CSVTable, summary: CSVTable, masks: [MaskCloud], looks: Looks,
    only curve: CurveRequest? = nil
  ) throws -> [Figure] {
    var names = FigureNames()
    if let curve { return try Curves(rounds: rounds, summary: summary, curve, looks: looks).figures(&names) }
    var figures = try settings.curveRequests(in: summary).flatMap {
      try Curves(rounds: rounds, summary: summary, $0, looks: looks).figures(&names)
    }
    for request in settings.tableRequests(in: summary) {
      let tables = try Table.tables(from: summary, request)
      let means = tables.flatMap { $0.entries.joined().compactMap { $0?.mean } }
      guard let scale = HeatScale(means) else { continue }
      figures += tables.compactMap { $0.figure(scale, PageNumber.alike(means), &names) }
    }
    return figures + masks.compactMap { $0.figure(&names) }
  }

  /// One picture of curves as SVG, drawn without gnuplot.
  ///
  /// - Parameters:
  ///   - title: what the tables are a part of; what else the lines have in common follows.
  ///   - looks: those of the whole sweep.
  /// - Throws: `ReportError.ambiguous` when the curves make more than one picture.
  package static func picture(
    _ request: CurveRequest, title: String, rounds: CSVTable, summary: CSVTable, looks: Looks
  ) throws -> String {
    let curves = try Curves(rounds: rounds, summary: summary, request, looks: looks)
    let panels = curves.panels.filter { $0.lines.contains { !$0.points.isEmpty } }
    guard let panel = panels.first else { throw ReportError.nothingToShow("'\(request.y)' was not measured") }
    let differing = panel.shared.indices.filter { index in panels.contains { $0.shared[index] != panel.shared[index] } }
      .map { panel.shared[$0].name }
    if !differing.isEmpty {
      throw ReportError.ambiguous(
        differing: differing, remedy: "choose a value for each, such as --only \(differing[0])=VALUE")
    }
    let titles = [title, panel.shared.text].filter { !$0.isEmpty }
    return LinePlot(title: titles.joined(separator: ", "), curves, panel).svg
  }
}
