internal import Catalogue
internal import YAML

/// The resolved value of one parameter, shared by all the cells that have it.
final class Piece: Sendable {
  let value: Value
  /// The value's canonical JSON.
  let json: String
  /// Where the value is written; nil for a default.
  let mark: Mark?
  /// What is written there.
  let node: Node?
  /// For a component: the member itself, its values those of `parameters`.
  let member: (any Component)?
  let parameters: [String: Value]
  /// The dotted paths that set some of them.
  let reached: [Path]

  init(
    _ value: Value, mark: Mark?, node: Node? = nil, member: (any Component)? = nil, parameters: [String: Value] = [:],
    reached: [Path] = []
  ) {
    self.value = value
    json = value.canonicalJSON
    self.mark = mark
    self.node = node
    self.member = member
    self.parameters = parameters
    self.reached = reached
  }

  /// Whether it is what a rule asks for: a component of that name whose parameters are as given, or an equal value.
  func matches(_ condition: Setting) -> Bool {
    guard let member else { return condition.value == value }
    let type = type(of: member)
    switch condition.path {
    case .component(_, let name):
      guard let parameter = type.parameter(name), let wanted = condition.value(for: type) else { return false }
      return parameters[parameter.name] == wanted
    case .parameter:
      guard let chosen = Chosen(condition.value), chosen.name == type.name else { return false }
      return chosen.parameters.allSatisfy { parameters[$0.key] == $0.value }
    }
  }
}

/// A resolved cell without its key: a piece for each of `CellParameters.all` that means something in it.
struct ResolvedCell: Sendable {
  var pieces: [Piece?]

  /// Canonical JSON of the parameters, put together from that of the pieces.
  var parametersJSON: String {
    var json = "{"
    json.reserveCapacity(1024)
    for index in Schema.canonicalOrder {
      guard let piece = pieces[index] else { continue }
      if json.utf8.count > 1 { json += "," }
      json += "\"" + Schema.parameters[index].name + "\":" + piece.json
    }
    return json + "}"
  }

  var parameters: [String: Value] {
    var parameters: [String: Value] = [:]
    parameters.reserveCapacity(pieces.count)
    for (index, piece) in pieces.enumerated() {
      if let piece { parameters[Schema.parameters[index].name] = piece.value }
    }
    return parameters
  }

  func matches(_ conditions: [Setting]) -> Bool {
    conditions.allSatisfy { pieces[$0.path.index]?.matches($0) ?? false }
  }
}
