internal import Catalogue

/// max(x, 0).
struct ReLULayer: LayerKind {
  static let name = "relu"
  static let summary = "max(x, 0)"

  func layer(classes: Int) -> Layer { .relu }
}
