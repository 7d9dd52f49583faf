internal import Catalogue

/// An entry of a list of layers; written with all its parameters, so that equal layers read alike however they came.
struct ListedLayer: Codable, Sendable {
  let kind: any LayerKind

  init(_ kind: any LayerKind) { self.kind = kind }

  init(from decoder: any Decoder) throws {
    let value = try Value(from: decoder)
    guard let chosen = Chosen(value), let kind = try LayerKinds.family.make(chosen) as? any LayerKind else {
      throw NetworkError.notALayer(value.canonicalJSON)
    }
    self.kind = kind
  }

  func encode(to encoder: any Encoder) throws {
    try Chosen(type(of: kind).name, kind.parameterValues()).value.encode(to: encoder)
  }
}
