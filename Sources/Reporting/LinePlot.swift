import Foundation

/// Lines over a common axis as an SVG picture, such as the accuracy of each rule by round.
///
/// Each line has a colour that colour-blind people tell apart (Okabe and Ito, 2008), a dash pattern and a marker of its
/// own, so that it is known also in black and white, and its name stands at its end with a sample of it.
package struct LinePlot: Sendable {
  package var title: String
  package var xName: String
  package var yName: String
  package var series: [Series]

  package init(title: String, xName: String, yName: String, series: [Series]) {
    self.title = title
    self.xName = xName
    self.yName = yName
    self.series = series
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
  private static let lineHeight = 18.0
  /// A generous mean width of a letter, in font sizes.
  private static let letterWidth = 0.6

  /// High enough for all the names.
  private var height: Double {
    max(LinePlot.leastHeight, LinePlot.top + LinePlot.bottom + LinePlot.lineHeight * Double(series.count))
  }

  /// The picture as text; the same plot gives the same bytes.
  package var svg: String {
    let drawn = series.map { Series(name: $0.name, points: $0.points.filter { $0.x.isFinite && $0.y.isFinite }) }
    let points = drawn.flatMap(\.points)
    let xAxis = Axis(covering: points.map(\.x), length: LinePlot.plotWidth, start: LinePlot.left, tight: true)
    let yLength = height - LinePlot.top - LinePlot.bottom
    let yAxis = Axis(
      covering: points.map(\.y), length: -yLength, start: height - LinePlot.bottom, tight: false)
    let longest = Double(drawn.map(\.name.count).max() ?? 0)
    let namesStart = LinePlot.left + LinePlot.plotWidth + LinePlot.sampleStart + LinePlot.sampleWidth + 6
    let namesWidth = longest * LinePlot.fontSize * LinePlot.letterWidth
    let titleWidth = Double(title.count) * LinePlot.titleSize * LinePlot.letterWidth
    let width = (max(namesStart + namesWidth, LinePlot.left + titleWidth) + 12).rounded(.up)

    var svg = SVG(width: width, height: height)
    svg.text(
      title, x: LinePlot.left, y: 26, anchor: "start", size: LinePlot.titleSize, weight: "bold")
    draw(xAxis, yAxis, in: &svg)
    for (index, line) in drawn.enumerated() {
      let style = LineStyle(index)
      let path = line.points.map { Series.Point(x: xAxis.position($0.x), y: yAxis.position($0.y)) }
      svg.line(path, style)
      for point in LinePlot.marked(path, offset: index, of: drawn.count) { svg.marker(point, style) }
    }
    label(drawn, xAxis, yAxis, namesStart, in: &svg)
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
    svg.text(xName, x: LinePlot.left + LinePlot.plotWidth / 2, y: height - 14, anchor: "middle")
    svg.text(yName, x: 18, y: (LinePlot.top + base) / 2, anchor: "middle", turned: true)
  }

  /// Names at the ends of the lines, moved apart where they would touch and tied to their line by a thin rule.
  private func label(_ drawn: [Series], _ xAxis: Axis, _ yAxis: Axis, _ namesStart: Double, in svg: inout SVG) {
    let ended = drawn.enumerated().compactMap { index, line in line.points.last.map { (index, line.name, $0) } }
      .sorted { (yAxis.position($0.2.y), $0.0) < (yAxis.position($1.2.y), $1.0) }
    let heights = LinePlot.spread(
      ended.map { yAxis.position($0.2.y) }, gap: LinePlot.lineHeight,
      within: LinePlot.top...(height - LinePlot.bottom))
    let sample = LinePlot.left + LinePlot.plotWidth + LinePlot.sampleStart
    for ((index, name, end), height) in zip(ended, heights) {
      let style = LineStyle(index)
      svg.rule(
        from: (xAxis.position(end.x) + 5, yAxis.position(end.y)), to: (sample - 2, height), colour: "#999999")
      let ends = [Series.Point(x: sample, y: height), Series.Point(x: sample + LinePlot.sampleWidth, y: height)]
      svg.line(ends, style)
      svg.marker(Series.Point(x: sample + LinePlot.sampleWidth / 2, y: height), style)
      svg.text(name, x: namesStart, y: height + 4.5, anchor: "start")
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
  private static func marked(_ path: [Series.Point], offset: Int, of count: Int) -> [Series.Point] {
    let step = max(1, path.count / 8)
    let first = count > 1 ? offset * step / count : 0
    return stride(from: first, to: path.count, by: step).map { path[$0] }
  }
}

/// One line of a plot.
package struct Series: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package var name: String
  /// Ascending in x.
  package var points: [Point]

  package init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }
}
