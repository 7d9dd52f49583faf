internal import Catalogue

/// Planes as one vector, row by row; a linear layer does so by itself.
struct Flatten: LayerKind {
  static let name = "flatten"
  static let summary = "channels × height × width as one vector; a linear layer does so by itself"

  func layer(classes: Int) -> Layer { .flatten }
}
