/// Curves of one measurement by round or by a parameter.
struct CurveSection {
  struct Entry {
    let at: String
    let name: String
    /// A piece of the line, as SVG.
    let sample: String
  }

  struct Block {
    let at: String
    let caption: String?
    let svg: String
  }

  let heading: String
  let legend: [Entry]
  let blocks: [Block]
  let notes: [String]

  init(_ curves: Curves) {
    let series = curves.request.series
    let drawing = CurvePanel(curves)
    let measurement = curves.request.y.replacing("_", with: " ")
    let (x, isByRound) = (curves.request.x, curves.request.isByRound)
    heading = isByRound ? "\(curves.request.y) by round" : "\(curves.request.y) at the last round by \(x)"
    legend = curves.names.map {
      Entry(at: [Table.Pair(name: series, value: $0)].json, name: $0, sample: drawing.sample($0))
    }
    blocks = curves.panels.map { panel in
      let label = "\(measurement) by \(x)" + (panel.shared.isEmpty ? "" : ", " + panel.shared.text)
      return Block(
        at: panel.shared.json, caption: panel.shared.isEmpty ? nil : panel.shared.text,
        svg: drawing.svg(panel, label: label, series: series))
    }
    let hasBands = curves.panels.contains { $0.lines.contains { $0.points.contains { $0.deviation != nil } } }
    notes =
      (hasBands ? ["band: the mean ± one standard deviation over the seeds"] : [])
      + (curves.isThinned
        ? ["lines of more evaluations are drawn at \(Curves.mostPoints) of them; rounds.csv has them all"] : [])
  }
}
