import Foundation

/// The few marks that a plot is made of, written as SVG.
struct SVG {
  /// A place in pixels, from the top left.
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  private var body: [String] = []
  private let width: Double
  private let height: Double

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
    // White, so that it can be read on a dark page too.
    body.append(#"<rect width="\#(SVG.number(width))" height="\#(SVG.number(height))" fill="white"/>"#)
  }

  var document: String {
    let (w, h) = (SVG.number(width), SVG.number(height))
    let head = #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(w)" height="\#(h)" viewBox="0 0 \#(w) \#(h)""#
    return head + #" font-family="Helvetica, Arial, sans-serif">"# + "\n" + body.joined(separator: "\n") + "\n</svg>\n"
  }

  mutating func rule(from: (x: Double, y: Double), to: (x: Double, y: Double), colour: String) {
    let ends = [("x1", from.x), ("y1", from.y), ("x2", to.x), ("y2", to.y)]
    let attributes = ends.map { #"\#($0.0)="\#(SVG.number($0.1))""# }.joined(separator: " ")
    body.append(#"<line \#(attributes) stroke="\#(colour)"/>"#)
  }

  mutating func text(
    _ text: String, x: Double, y: Double, anchor: String, size: Double = 13, weight: String? = nil,
    colour: String? = nil, turned: Bool = false
  ) {
    var attributes = #"x="\#(SVG.number(x))" y="\#(SVG.number(y))" text-anchor="\#(anchor)""#
    attributes += #" font-size="\#(SVG.number(size))""#
    if let weight { attributes += #" font-weight="\#(weight)""# }
    if let colour { attributes += #" fill="\#(colour)""# }
    if turned { attributes += #" transform="rotate(-90 \#(SVG.number(x)) \#(SVG.number(y)))""# }
    body.append("<text \(attributes)>\(SVG.escaped(text))</text>")
  }

  /// What lies between two edges, light enough to see lines through it.
  mutating func band(_ edge: [SVG.Point], _ other: [SVG.Point], colour: String) {
    let path = (edge + other.reversed()).map { "\(SVG.number($0.x)),\(SVG.number($0.y))" }.joined(separator: " ")
    body.append(#"<polygon points="\#(path)" fill="\#(colour)" fill-opacity="0.15"/>"#)
  }

  mutating func line(_ points: [SVG.Point], _ style: LineStyle) {
    if points.isEmpty { return }
    let path = points.map { "\(SVG.number($0.x)),\(SVG.number($0.y))" }.joined(separator: " ")
    let dash = style.dash.isEmpty ? "" : #" stroke-dasharray="\#(style.dash)""#
    body.append(
      #"<polyline points="\#(path)" fill="none" stroke="\#(style.colour)" stroke-width="2"\#(dash)/>"#)
  }

  /// White inside, so that a line is seen to pass below.
  mutating func marker(_ point: SVG.Point, _ style: LineStyle) {
    let corners = style.marker
    let look = #"fill="white" stroke="\#(style.colour)" stroke-width="1.6""#
    if corners.isEmpty {
      body.append(#"<circle cx="\#(SVG.number(point.x))" cy="\#(SVG.number(point.y))" r="3.6" \#(look)/>"#)
      return
    }
    let path = corners.map { "\(SVG.number(point.x + $0.x)),\(SVG.number(point.y + $0.y))" }.joined(separator: " ")
    body.append(#"<polygon points="\#(path)" \#(look)/>"#)
  }

  /// A tenth of a pixel is enough, and keeps last bits out of the file.
  static func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    let short = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    return short == "-0" ? "0" : short
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

/// How the n-th line of a plot looks.
struct LineStyle {
  let colour: String
  /// Lengths of strokes and gaps; empty for a whole line.
  let dash: String
  /// The corners of its marker about a point; empty for a circle.
  let marker: [SVG.Point]

  init(_ index: Int) {
    colour = LineStyle.colours[index % LineStyle.colours.count]
    dash = LineStyle.dashes[index % LineStyle.dashes.count]
    marker = LineStyle.markers[index % LineStyle.markers.count].map { SVG.Point(x: $0.0, y: $0.1) }
  }

  /// Okabe and Ito's, without the yellow, which is too light for a line on white.
  static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"]
  /// The numbers of colours, dashes and markers have no common divisor but for 35 lines, so each line is one of its own.
  private static let dashes = ["", "8 3", "2 3", "9 3 2 3", "14 4"]
  private static let markers: [[(Double, Double)]] = [
    [], [(-3.4, -3.4), (3.4, -3.4), (3.4, 3.4), (-3.4, 3.4)], [(0, -4.4), (4.2, 3.2), (-4.2, 3.2)],
    [(0, -4.8), (4.8, 0), (0, 4.8), (-4.8, 0)], [(0, 4.4), (4.2, -3.2), (-4.2, -3.2)],
    [
      (-1.5, -4), (1.5, -4), (1.5, -1.5), (4, -1.5), (4, 1.5), (1.5, 1.5), (1.5, 4), (-1.5, 4), (-1.5, 1.5), (-4, 1.5),
      (-4, -1.5), (-1.5, -1.5),
    ],
  ]
}
