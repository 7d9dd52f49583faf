internal import Catalogue

/// A linear layer with a bias; one that names no outputs has one for each class.
struct LinearLayer: LayerKind {
  static let name = "linear"
  static let summary = "linear layer with a bias; its input is taken as a vector"
  static let parameters = [
    Parameter("out", .optional(.integer(1...1_000_000)), "outputs; none = one for each class")
  ]
  static let shorthand: String? = "out"

  var out: Int?

  func layer(classes: Int) -> Layer { .linear(out: out ?? classes) }
}
