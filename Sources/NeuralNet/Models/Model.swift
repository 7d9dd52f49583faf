package import Catalogue

/// A network's architecture, which makes a graph of layers for an input shape and a number of classes.
///
/// Contract: the same layers in the same order for the same shapes; the last layer gives one logit per class.
package protocol Model: Component {
  /// - Parameter input: shape of one sample, [C, H, W] or [features].
  /// - Throws: `NetworkError` when the input cannot have that shape.
  func layers(input: [Int], classes: Int) throws -> [any Layer]
}

/// Why a model cannot take an input.
package struct ModelObjection: Equatable {
  /// The first of its layers, from 0, that cannot take what comes to it; nil when it is the model as a whole.
  package let layer: Int?
  package let text: String
}

extension Model {
  /// What keeps the model from inputs of that shape; nil for nothing.
  package func objection(input: [Int], classes: Int) -> ModelObjection? {
    var count = 0
    do {
      let layers = try layers(input: input, classes: classes)
      // Layer by layer, so that it is known which one it was.
      for end in layers.indices {
        count = end + 1
        try PlacedModel.check(Array(layers[...end]), input: input, classes: classes)
      }
      count = 0
      _ = try PlacedModel(layers, input: input, classes: classes)
      return nil
    } catch {
      return ModelObjection(layer: count > 0 ? count - 1 : nil, text: "\(error)")
    }
  }
}

/// The models that a manifest can name, one line each.
package enum Models {
  package static let all: [any Model.Type] = [
    CNN.self, Layers.self, LR.self, MLP.self, ResNet20.self,
  ]
  package static let family = Family("model", all)
}
