import Foundation

/// Lines over a common axis as an SVG picture, such as the accuracy of each rule by round.
///
/// Each line has a colour that colour-blind people tell apart (Okabe and Ito, 2008), a dash pattern and a marker of its
/// own, so that it is known also in black and white, and its name stands at its end with a sample of it. A band behind
/// it shows the standard deviation over the seeds.
struct LinePlot {
  let title: String
  let curves: Curves
  private let lines: [Curves.Line]

  /// - Parameter panel: the one of `curves` that is drawn.
  init(title: String, _ curves: Curves, _ panel: Curves.Panel) {
    (self.title, self.curves) = (title, curves)
    lines = panel.lines.filter { !$0.points.isEmpty }
  }

  private static let leastHeight = 420.0
  private static let plotWidth = 520.0
  private static let left = 64.0
  private static let top = 48.0
  private static let bottom = 56.0
  /// Between the right end of the axis and the names: room for the leader and the sample.
  private static let sampleStart = 20.0
  private static let sampleWidth = 30.0
  private static let fontSize = 13.0
  private static let titleSize = 15.0
  private static let noteSize = 11.0
  private static let lineHeight = 18.0
  /// A generous mean width of a letter, in font sizes.
  private static let letterWidth = 0.6

  /// High enough for all the names.
  private var height: Double {
    max(LinePlot.leastHeight, LinePlot.top + LinePlot.bottom + LinePlot.lineHeight * Double(lines.count))
  }

  /// The picture as text; the same plot gives the same bytes.
  var svg: String {
    let xs = lines.flatMap(\.points).map(\.x)
    let xAxis = Axis(covering: xs, length: LinePlot.plotWidth, start: LinePlot.left, tight: true)
    let yLength = height - LinePlot.top - LinePlot.bottom
    let yAxis = Axis(covering: curves.heights, length: -yLength, start: height - LinePlot.bottom, tight: false)
    let longest = Double(lines.map(\.name.count).max() ?? 0)
    let namesStart = LinePlot.left + LinePlot.plotWidth + LinePlot.sampleStart + LinePlot.sampleWidth + 6
    let namesWidth = longest * LinePlot.fontSize * LinePlot.letterWidth
    let titleWidth = Double(title.count) * LinePlot.titleSize * LinePlot.letterWidth
    let width = (max(namesStart + namesWidth, LinePlot.left + titleWidth) + 12).rounded(.up)

    var svg = SVG(width: width, height: height)
    svg.text(
      title, x: LinePlot.left, y: 26, anchor: "start", size: LinePlot.titleSize, weight: "bold")
    if let meaning = curves.bandMeaning {
      svg.text(meaning, x: LinePlot.left, y: 41, anchor: "start", size: LinePlot.noteSize, colour: "#555555")
    }
    draw(xAxis, yAxis, in: &svg)
    // Bands first, so that none hides a line.
    for line in lines {
      let points = line.points.compactMap { point in curves.band(point).map { (x: point.x, band: $0) } }
      if points.count < 2 { continue }
      func edge(_ height: (Double, Double) -> Double) -> [SVG.Point] {
        points.map { SVG.Point(x: xAxis.position($0.x), y: yAxis.position(height($0.band.low, $0.band.high))) }
      }
      svg.band(edge { $1 }, edge { low, _ in low }, colour: LineStyle(curves.look(of: line)).colour)
    }
    for (index, line) in lines.enumerated() {
      let style = LineStyle(curves.look(of: line))
      let path = line.points.map { SVG.Point(x: xAxis.position($0.x), y: yAxis.position($0.mean)) }
      svg.line(path, style)
      for point in LinePlot.marked(path, offset: index, of: lines.count) { svg.marker(point, style) }
    }
    label(xAxis, yAxis, namesStart, in: &svg)
    return svg.document
  }

  private func draw(_ xAxis: Axis, _ yAxis: Axis, in svg: inout SVG) {
    let right = LinePlot.left + LinePlot.plotWidth
    let base = height - LinePlot.bottom
    for tick in yAxis.ticks {
      let y = yAxis.position(tick)
      svg.rule(from: (LinePlot.left, y), to: (right, y), colour: "#dddddd")
      svg.text(yAxis.text(tick), x: LinePlot.left - 8, y: y + 4.5, anchor: "end")
    }
    svg.rule(from: (LinePlot.left, base), to: (right, base), colour: "#000000")
    svg.rule(from: (LinePlot.left, LinePlot.top), to: (LinePlot.left, base), colour: "#000000")
    for tick in xAxis.ticks {
      let x = xAxis.position(tick)
      svg.rule(from: (x, base), to: (x, base + 5), colour: "#000000")
      svg.text(xAxis.text(tick), x: x, y: base + 20, anchor: "middle")
    }
    svg.text(
      curves.request.x.replacing("_", with: " "), x: LinePlot.left + LinePlot.plotWidth / 2, y: height - 14,
      anchor: "middle")
    svg.text(curves.request.yText, x: 18, y: (LinePlot.top + base) / 2, anchor: "middle", turned: true)
  }

  /// Names at the ends of the lines, moved apart where they would touch and tied to their line by a thin rule.
  private func label(_ xAxis: Axis, _ yAxis: Axis, _ namesStart: Double, in svg: inout SVG) {
    let ended = lines.compactMap { line in
      line.points.last.map { (line: line, x: xAxis.position($0.x), y: yAxis.position($0.mean)) }
    }.sorted { ($0.y, curves.look(of: $0.line)) < ($1.y, curves.look(of: $1.line)) }
    let heights = LinePlot.spread(
      ended.map(\.y), gap: LinePlot.lineHeight,
      within: LinePlot.top...(height - LinePlot.bottom))
    let sample = LinePlot.left + LinePlot.plotWidth + LinePlot.sampleStart
    for (end, height) in zip(ended, heights) {
      let style = LineStyle(curves.look(of: end.line))
      svg.rule(from: (end.x + 5, end.y), to: (sample - 2, height), colour: "#999999")
      let ends = [SVG.Point(x: sample, y: height), SVG.Point(x: sample + LinePlot.sampleWidth, y: height)]
      svg.line(ends, style)
      svg.marker(SVG.Point(x: sample + LinePlot.sampleWidth / 2, y: height), style)
      svg.text(end.line.name, x: namesStart, y: height + 4.5, anchor: "start")
    }
  }

  /// Heights at least `gap` apart, in the same order, as near to the wanted ones (ascending) as can be in the least
  /// squares, and within the range if they fit.
  ///
  /// Less `gap` times their index the heights need only be ascending, so this is isotonic regression: neighbours out of
  /// order are pooled at their mean.
  static func spread(_ wanted: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
    var pools: [(sum: Double, count: Int)] = []
    for (index, height) in wanted.enumerated() {
      var pool = (sum: height - gap * Double(index), count: 1)
      while let last = pools.last, last.sum / Double(last.count) > pool.sum / Double(pool.count) {
        pool = (pool.sum + last.sum, pool.count + last.count)
        pools.removeLast()
      }
      pools.append(pool)
    }
    let highest = max(range.lowerBound, range.upperBound - gap * Double(max(0, wanted.count - 1)))
    let levels = pools.flatMap { [Double](repeating: $0.sum / Double($0.count), count: $0.count) }
    return levels.enumerated().map { min(max($1, range.lowerBound), highest) + gap * Double($0) }
  }

  /// About eight points of a line, other ones for each line so that markers do not hide each other.
  private static func marked(_ path: [SVG.Point], offset: Int, of count: Int) -> [SVG.Point] {
    let step = max(1, path.count / 8)
    let first = count > 1 ? offset * step / count : 0
    return stride(from: first, to: path.count, by: step).map { path[$0] }
  }
}
