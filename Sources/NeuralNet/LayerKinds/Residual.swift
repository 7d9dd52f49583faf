internal import Catalogue

/// The sum of two branches that start from one input.
struct Residual: LayerKind {
  static let name = "residual"
  static let summary = "the sum of two branches of layers; without a shortcut, of a branch and the input itself"
  static let source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"
  static let parameters = [
    Parameter("main", .list(.component(LayerKinds.family)), "the layers of the one branch"),
    Parameter("shortcut", .list(.component(LayerKinds.family)), "those of the other; empty = the input itself"),
  ]
  static let shorthand: String? = "main"

  var main: [ListedLayer] = []
  var shortcut: [ListedLayer] = []

  func layer(classes: Int) throws -> Layer {
    .residual(
      main: try main.map { try $0.kind.layer(classes: classes) },
      shortcut: try shortcut.map { try $0.kind.layer(classes: classes) })
  }
}
