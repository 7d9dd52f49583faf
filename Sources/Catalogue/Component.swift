import Foundation

/// A named member of a family, such as the attack `min-max`, whose stored properties are its parameters.
///
/// A property `maskLearningRate` is the manifest's `mask_learning_rate`; its initial value is the default.
/// `parameters` lists every stored property once; the catalogue's contract test holds each member to that.
package protocol Component: Codable, Sendable {
  static var name: String { get }
  /// Other spellings, among them the published code's.
  static var aliases: [String] { get }
  /// One line: what it does.
  static var summary: String { get }
  /// Where it is defined: authors, title, venue; empty where there is no paper.
  static var source: String { get }
  /// What it does otherwise than its source, where that may change results; empty where nothing does.
  static var departures: String { get }
  static var parameters: [Parameter] { get }
  /// The parameter that a value given in place of a map of parameters is for, as in `{linear: 100}`.
  static var shorthand: String? { get }
  /// The member with every parameter at its default.
  init()
}

extension Component {
  package static var aliases: [String] { [] }
  package static var parameters: [Parameter] { [] }
  package static var source: String { "" }
  package static var departures: String { "" }
  package static var shorthand: String? { nil }

  /// The default of each parameter, under its manifest name; a parameter without one is `.null`.
  package static func defaults() throws -> [String: Value] {
    let encoded = try encodedValues(of: Self())
    var defaults: [String: Value] = [:]
    for parameter in parameters { defaults[parameter.name] = encoded[parameter.name] ?? .null }
    return defaults
  }

  /// The member with `given` laid over the defaults.
  ///
  /// - Throws: `CatalogueError.unknownParameter` for a key that is no parameter; a decoding error for a wrong type.
  package static func make(_ given: [String: Value]) throws -> Self {
    var values = try defaults()
    for (key, value) in given {
      guard parameters.contains(where: { $0.name == key }) else {
        throw CatalogueError.unknownParameter(key, component: name, known: parameters.map(\.name))
      }
      values[key] = value
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let kept = values.filter { $0.value != .null }
    return try decoder.decode(Self.self, from: Data(Value.map(kept).canonicalJSON.utf8))
  }

  /// Its parameters as manifest keys and values.
  package func parameterValues() throws -> [String: Value] {
    let encoded = try Self.encodedValues(of: self)
    var values: [String: Value] = [:]
    for parameter in Self.parameters { values[parameter.name] = encoded[parameter.name] ?? .null }
    return values
  }

  private static func encodedValues(of member: Self) throws -> [String: Value] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try JSONDecoder().decode([String: Value].self, from: encoder.encode(member))
  }
}

/// The members of one kind: attacks, aggregators, datasets, partitions, models.
package struct Family: Sendable {
  /// Singular, such as `attack`.
  package let name: String
  package let members: [any Component.Type]

  package init(_ name: String, _ members: [any Component.Type]) {
    self.name = name
    self.members = members
  }

  package var article: String { "aeiou".contains(name.prefix(1)) ? "an" : "a" }

  /// The member of that name or alias, spelled exactly.
  package func member(_ name: String) -> (any Component.Type)? {
    members.first { $0.name == name || $0.aliases.contains(name) }
  }

  package var names: [String] { members.map { $0.name } }

  /// - Throws: `CatalogueError.unknownMember`, `unknownParameter`, or a decoding error.
  package func make(_ chosen: Chosen) throws -> any Component {
    guard let member = member(chosen.name) else { throw CatalogueError.unknownMember(chosen.name, family: self) }
    return try member.make(chosen.parameters)
  }
}

/// A member of a family by name, with the values of its parameters.
package struct Chosen: Sendable, Hashable {
  package var name: String
  package var parameters: [String: Value]

  package init(_ name: String, _ parameters: [String: Value] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// `"krum"`, or `{"skymask": {"threshold": 0.5}}` where there are parameters.
  package var value: Value {
    parameters.isEmpty ? .string(name) : .map([name: .map(parameters)])
  }

  /// The reverse of `value`; nil for any other shape.
  package init?(_ value: Value) {
    switch value {
    case .string(let name): self.init(name)
    case .map(let map):
      guard map.count == 1, let (name, parameters) = map.first, case .map(let values) = parameters else { return nil }
      self.init(name, values)
    default: return nil
    }
  }
}

package enum CatalogueError: Error, CustomStringConvertible {
  case unknownMember(String, family: Family)
  case unknownParameter(String, component: String, known: [String])

  package var description: String {
    switch self {
    case .unknownMember(let name, let family):
      "unknown \(family.name) '\(name)'" + Suggestion.hint(for: name, among: family.names)
    case .unknownParameter(let name, let component, let known):
      known.isEmpty
        ? "'\(component)' has no parameters, so none named '\(name)'"
        : "'\(component)' has no parameter '\(name)'" + Suggestion.hint(for: name, among: known)
    }
  }
}
