internal import Catalogue

/// The mean of each square window.
struct AveragePool: LayerKind {
  static let name = "avg-pool"
  static let summary = "the mean of each square window"
  static let parameters = [
    Parameter("size", .integer(1...1024), "side of the window"),
    Parameter("stride", .optional(.integer(1...1024)), "step of the window; none = its side"),
  ]
  static let shorthand: String? = "size"

  var size = 2
  var stride: Int?

  func layer(classes: Int) -> Layer { .averagePool(size: size, stride: stride ?? size) }
}
