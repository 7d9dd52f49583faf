package import Catalogue

/// A network's architecture, which makes a graph of layers for an input shape and a number of classes.
///
/// Contract: the same layers in the same order for the same shapes; the last layer gives one logit per class.
package protocol Model: Component {
  /// - Parameter input: shape of one sample, [C, H, W] or [features].
  /// - Throws: `NetworkError` when the input cannot have that shape.
  func layers(input: [Int], classes: Int) throws -> [Layer]
}

/// The models that a manifest can name, one line each.
package enum Models {
  package static let all: [any Model.Type] = [CNN.self, LR.self, ResNet20.self]
  package static let family = Family("model", all)
}
