package import Catalogue

/// A layer as a manifest writes it, in the list of the model `layers`.
///
/// Contract: the same layer for the same number of classes; the shapes are checked when the model is put together.
package protocol LayerKind: Component {
  /// - Parameter classes: the outputs of a linear layer that names none.
  func layer(classes: Int) throws -> Layer
}

/// The layers that a manifest can name, one line each.
package enum LayerKinds {
  package static let all: [any LayerKind.Type] = [
    Conv.self, LinearLayer.self, ReLULayer.self, MaxPool.self, AveragePool.self, BatchNormLayer.self, Flatten.self,
    Residual.self,
  ]
  package static let family = Family("layer", all)
}
