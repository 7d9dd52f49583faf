internal import Catalogue

/// The largest value of each square window.
struct MaxPool: LayerKind {
  static let name = "max-pool"
  static let summary = "the largest value of each square window"
  static let parameters = [
    Parameter("size", .integer(1...1024), "side of the window"),
    Parameter("stride", .optional(.integer(1...1024)), "step of the window; none = its side"),
  ]
  static let shorthand: String? = "size"

  var size = 2
  var stride: Int?

  func layer(classes: Int) -> Layer { .maxPool(size: size, stride: stride ?? size) }
}
