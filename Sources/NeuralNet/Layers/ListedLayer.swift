internal import Catalogue

/// An entry of a list of layers; written with all its parameters, so that equal layers read alike however they came.
struct ListedLayer: Codable, Sendable {
  let layer: any Layer

  init(_ layer: any Layer) { self.layer = layer }

  init(from decoder: any Decoder) throws {
    let value = try Value(from: decoder)
    guard let chosen = Chosen(value), let layer = try LayerKinds.family.make(chosen) as? any Layer else {
      throw NetworkError.notALayer(value.canonicalJSON)
    }
    self.layer = layer
  }

  func encode(to encoder: any Encoder) throws {
    try Chosen(type(of: layer).name, layer.parameterValues()).value.encode(to: encoder)
  }
}
