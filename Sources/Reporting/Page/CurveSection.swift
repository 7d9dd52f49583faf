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
    let series = curves.series
    let drawing = CurvePanel(curves)
    let measurement = curves.request.yText
    let (x, isByRound) = (curves.request.x, curves.request.isByRound)
    let isOfLastRound = !isByRound && !curves.request.y.hasSuffix("_last10")
    heading = curves.request.y + (isOfLastRound ? " at the last round" : "") + " by \(x)"
    legend = curves.names.map {
      Entry(at: [Table.Pair(name: series, value: $0)].json, name: $0, sample: drawing.sample($0))
    }
    blocks = curves.panels.map { panel in
      let label = "\(measurement) by \(x)" + (panel.shared.isEmpty ? "" : ", " + panel.shared.text)
      return Block(
        at: panel.shared.json, caption: panel.shared.isEmpty ? nil : panel.shared.text,
        svg: drawing.svg(panel, label: label, series: series))
    }
    notes =
      (curves.bandMeaning.map { [$0] } ?? [])
      + (curves.isThinned
        ? ["lines of more evaluations are drawn at \(Curves.mostPoints) of them; rounds.csv has them all"] : [])
  }
}
