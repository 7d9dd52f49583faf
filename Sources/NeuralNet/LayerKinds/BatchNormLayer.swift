internal import Catalogue

/// Batch normalisation by channel: momentum 0.1, ε 1e-5.
struct BatchNormLayer: LayerKind {
  static let name = "batch-norm"
  static let summary = "batch normalisation by channel, momentum 0.1"
  static let source = "Ioffe and Szegedy, Batch normalization, ICML 2015"

  func layer(classes: Int) -> Layer { .batchNorm }
}
