package import Catalogue

/// The layers that a manifest can name, one line each.
package enum LayerKinds {
  package static let all: [any Layer.Type] = [
    Conv.self, Linear.self, ReLU.self, MaxPool.self, AveragePool.self, BatchNorm.self, Flatten.self, Residual.self,
  ]
  package static let family = Family("layer", all)
}
