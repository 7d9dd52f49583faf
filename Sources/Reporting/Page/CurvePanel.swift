/// Draws the panels of a picture over common axes, as inline SVG that takes its colours from the page.
struct CurvePanel {
  private let xAxis: Axis
  private let yAxis: Axis
  private let left: Double
  private let xName: String
  private let yName: String
  private let curves: Curves

  static let width = 360.0
  static let height = 240.0
  private static let right = 348.0
  private static let top = 10.0
  private static let base = 198.0
  /// Of the font of ticks, which is 11 pixels.
  private static let letterWidth = 6.4

  init(_ curves: Curves) {
    let xs = curves.panels.flatMap { $0.lines.flatMap(\.points) }.map(\.x)
    let yAxis = Axis(
      covering: curves.heights, length: CurvePanel.top - CurvePanel.base, start: CurvePanel.base, tight: false)
    let longest = Double(yAxis.ticks.map { yAxis.text($0).count }.max() ?? 1)
    left = 28 + CurvePanel.letterWidth * longest
    xAxis = Axis(covering: xs, length: CurvePanel.right - left, start: left, tight: true)
    self.yAxis = yAxis
    xName = curves.request.x.replacing("_", with: " ")
    yName = curves.request.yText
    self.curves = curves
  }

  /// The panel as text; the same panel gives the same bytes.
  func svg(_ panel: Curves.Panel, label: String, series: String) -> String {
    let size = "\(SVG.number(CurvePanel.width)) \(SVG.number(CurvePanel.height))"
    let about = #"data-x="\#(PageText.escaped(xName))" aria-label="\#(PageText.escaped(label))""#
    var parts = [#"<svg class="panel" viewBox="0 0 \#(size)" role="img" \#(about)>"#]
    parts += frame
    // Bands first, so that none hides a line.
    for line in panel.lines { parts += band(line, series) }
    for line in panel.lines { parts += [drawn(line, series)] }
    parts.append(#"<circle class="spot" r="5" cx="0" cy="0"/>"#)
    return parts.joined(separator: "\n") + "\n</svg>"
  }

  /// A short piece of a line with its marker, for the legend.
  func sample(_ name: String) -> String {
    let style = LineStyle(curves.look(of: name))
    return #"<svg class="sample" viewBox="0 0 34 12" aria-hidden="true"><g style="--line: \#(colour(name))">"#
      + #"<polyline points="1,6 33,6"\#(dash(style))/>\#(marker(.init(x: 17, y: 6), style))</g></svg>"#
  }

  private var frame: [String] {
    let (left, right, base) = (SVG.number(left), SVG.number(CurvePanel.right), SVG.number(CurvePanel.base))
    var parts: [String] = []
    for tick in yAxis.ticks {
      let y = SVG.number(yAxis.position(tick))
      parts.append(#"<line class="tick" x1="\#(left)" y1="\#(y)" x2="\#(right)" y2="\#(y)"/>"#)
      parts.append(text(yAxis.text(tick), x: self.left - 6, y: yAxis.position(tick) + 4, anchor: "end"))
    }
    parts.append(#"<line class="axis" x1="\#(left)" y1="\#(base)" x2="\#(right)" y2="\#(base)"/>"#)
    for (index, tick) in xAxis.ticks.enumerated() {
      let x = SVG.number(xAxis.position(tick))
      parts.append(
        #"<line class="axis" x1="\#(x)" y1="\#(base)" x2="\#(x)" y2="\#(SVG.number(CurvePanel.base + 4))"/>"#)
      if index.isMultiple(of: labelStep) {
        parts.append(text(xAxis.text(tick), x: xAxis.position(tick), y: CurvePanel.base + 17, anchor: "middle"))
      }
    }
    let middle = (CurvePanel.top + CurvePanel.base) / 2
    parts.append(text(xName, x: (self.left + CurvePanel.right) / 2, y: CurvePanel.height - 7, anchor: "middle"))
    parts.append(text(yName, x: 12, y: middle, anchor: "middle", turned: true))
    return parts
  }

  /// Every tick has a label, or every second or third, so that none touches the next.
  private var labelStep: Int {
    guard xAxis.ticks.count > 1 else { return 1 }
    let distance = xAxis.position(xAxis.ticks[1]) - xAxis.position(xAxis.ticks[0])
    let widest = Double(xAxis.ticks.map { xAxis.text($0).count }.max() ?? 1) * CurvePanel.letterWidth + 8
    return max(1, Int((widest / distance).rounded(.up)))
  }

  private func text(_ text: String, x: Double, y: Double, anchor: String, turned: Bool = false) -> String {
    let (x, y) = (SVG.number(x), SVG.number(y))
    let turn = turned ? #" transform="rotate(-90 \#(x) \#(y))""# : ""
    return #"<text x="\#(x)" y="\#(y)" text-anchor="\#(anchor)"\#(turn)>\#(PageText.escaped(text))</text>"#
  }

  private func band(_ line: Curves.Line, _ series: String) -> [String] {
    let points = line.points.compactMap { point in curves.band(point).map { (x: point.x, band: $0) } }
    if points.count < 2 { return [] }
    let upper = points.map { place($0.x, $0.band.high) }
    let lower = points.reversed().map { place($0.x, $0.band.low) }
    return [
      #"<polygon class="band" data-at="\#(at(line, series))" style="--line: \#(colour(line.name))" "#
        + #"points="\#((upper + lower).joined(separator: " "))"/>"#
    ]
  }

  private func drawn(_ line: Curves.Line, _ series: String) -> String {
    let style = LineStyle(curves.look(of: line.name))
    let places = line.points.map { place($0.x, $0.mean) }.joined(separator: " ")
    let marked = marks(line).map { marker(position($0.x, $0.mean), style) }.joined()
    return #"<g class="line" data-at="\#(at(line, series))" data-name="\#(PageText.escaped(line.name))" "#
      + #"data-x="\#(numbers(line.points.map(\.x)))" data-means="\#(numbers(line.points.map(\.mean)))" "#
      + #"data-deviations="\#(numbers(line.points.map(\.deviation)))" data-seeds="\#(seeds(line))" "#
      + #"style="--line: \#(colour(line.name))"><polyline points="\#(places)"\#(dash(style))/>\#(marked)</g>"#
  }

  /// About six points, other ones for each line so that markers do not hide each other.
  private func marks(_ line: Curves.Line) -> [Curves.Point] {
    let step = max(1, line.points.count / 6)
    let names = curves.names
    let first = (names.firstIndex(of: line.name) ?? 0) * step / max(1, names.count)
    return stride(from: first, to: line.points.count, by: step).map { line.points[$0] }
  }

  private func marker(_ point: SVG.Point, _ style: LineStyle) -> String {
    if style.marker.isEmpty {
      return #"<circle class="mark" cx="\#(SVG.number(point.x))" cy="\#(SVG.number(point.y))" r="3"/>"#
    }
    // Smaller than in a picture for print, which is larger.
    let corners = style.marker.map { "\(SVG.number(point.x + 0.8 * $0.x)),\(SVG.number(point.y + 0.8 * $0.y))" }
    return #"<polygon class="mark" points="\#(corners.joined(separator: " "))"/>"#
  }

  private func dash(_ style: LineStyle) -> String {
    style.dash.isEmpty ? "" : #" stroke-dasharray="\#(style.dash)""#
  }

  private func colour(_ name: String) -> String { "var(--line-\(curves.look(of: name) % LineStyle.colours.count))" }

  private func at(_ line: Curves.Line, _ series: String) -> String {
    PageText.escaped([Table.Pair(name: series, value: line.name)].json)
  }

  private func position(_ x: Double, _ value: Double) -> SVG.Point {
    SVG.Point(x: xAxis.position(x), y: yAxis.position(value))
  }

  private func place(_ x: Double, _ value: Double) -> String {
    let point = position(x, value)
    return "\(SVG.number(point.x)),\(SVG.number(point.y))"
  }

  /// Four significant digits; empty where there is none.
  private func numbers(_ values: [Double?]) -> String {
    values.map { $0.map(PageNumber.short) ?? "" }.joined(separator: ",")
  }

  /// One number where it is the same all along, as it nearly always is.
  private func seeds(_ line: Curves.Line) -> String {
    let counts = line.points.map(\.seeds)
    return Set(counts).count == 1 ? "\(counts[0])" : counts.map(String.init).joined(separator: ",")
  }
}
