package import Catalogue

/// A network that the manifest spells out, layer by layer.
package struct Layers: Model {
  package static let name = "layers"
  package static let summary = "a list of layers: conv, linear, relu, max-pool, avg-pool, batch-norm, flatten, residual"
  package static let parameters = [
    Parameter("layers", .list(.component(LayerKinds.family)), "the layers in order; the last is linear, by class")
  ]
  package static let shorthand: String? = "layers"

  var layers: [ListedLayer] = [ListedLayer(Linear())]

  package init() {}

  package func layers(input: [Int], classes: Int) throws -> [any Layer] {
    layers.map(\.layer)
  }
}
