internal import Catalogue
internal import Federated

/// What a key of a manifest sets: a parameter of the cell, or a parameter of the cell's component of some family.
enum Path: Hashable, Sendable {
  /// An index into `CellParameters.all`.
  case parameter(Int)
  /// `aggregator.threshold`: the index of `aggregator`, and the name of a parameter that some aggregator has.
  case component(Int, String)

  /// The canonical key, such as `byzantine` or `aggregator.threshold`.
  var key: String {
    switch self {
    case .parameter(let index): Schema.parameters[index].name
    case .component(let index, let name): Schema.parameters[index].name + "." + name
    }
  }

  /// The cell parameter that it sets or reaches into.
  var index: Int {
    switch self {
    case .parameter(let index), .component(let index, _): index
    }
  }
}

/// The keys of a cell: `CellParameters` with their other spellings, found fast.
enum Schema {
  static let parameters = CellParameters.all

  /// Flags of the published code that name a parameter of a component.
  static let dottedAliases = ["thres": "aggregator.threshold"]

  private static let indices: [String: Int] = {
    var indices: [String: Int] = [:]
    for (index, parameter) in parameters.enumerated() {
      for spelling in [parameter.name] + parameter.aliases { indices[spelling] = index }
    }
    return indices
  }()

  /// Indices into `parameters` by the UTF-8 bytes of their names, the order of canonical JSON, each with `"name":`.
  static let canonicalPrefixes: [(index: Int, prefix: String)] = parameters.indices.sorted {
    parameters[$0].name.utf8.lexicographicallyPrecedes(parameters[$1].name.utf8)
  }.map { ($0, Value.string(parameters[$0].name).canonicalJSON + ":") }

  /// The family of a parameter that is a component.
  static func family(_ index: Int) -> Family? { families[index] }

  private static let families: [Family?] = parameters.map { parameter in
    if case .component(let family) = parameter.type { family } else { nil }
  }

  /// The index of a parameter that this module knows by name.
  static func index(_ name: String) -> Int {
    guard let index = indices[name] else { preconditionFailure("no cell parameter is named \(name)") }
    return index
  }

  static func path(of key: String) -> Path? {
    if let index = indices[key] { return .parameter(index) }
    let key = dottedAliases[key] ?? key
    guard let dot = key.firstIndex(of: "."), let index = indices[String(key[..<dot])], let family = family(index)
    else { return nil }
    let name = String(key[key.index(after: dot)...])
    for member in family.members {
      if let parameter = member.parameter(name) { return .component(index, parameter.name) }
    }
    return nil
  }

  /// Whether `key` is the first half of dotted parameters, as `root` is.
  static func isGroup(_ key: String) -> Bool { parameters.contains { $0.name.hasPrefix(key + ".") } }

  /// What an unknown key may have meant.
  static func hint(for key: String) -> String {
    if let dot = key.firstIndex(of: "."), let index = indices[String(key[..<dot])], let family = family(index) {
      var names: [String] = []
      for member in family.members {
        names += member.parameters.map { "\(family.name).\($0.name)" }.filter { !names.contains($0) }
      }
      return names.isEmpty ? "no \(family.name) has parameters" : Suggestion.line(for: key, among: names)
    }
    if let dot = key.firstIndex(of: "."), isGroup(String(key[..<dot])) {
      return Suggestion.line(for: key, among: parameters.map(\.name).filter { $0.hasPrefix(key[...dot]) })
    }
    return Suggestion.line(
      for: key, among: parameters.map(\.name), spellings: parameters.flatMap(\.aliases) + dottedAliases.keys.sorted())
  }
}

extension Component {
  /// The parameter of that name or alias.
  static func parameter(_ name: String) -> Parameter? {
    parameters.first { $0.name == name || $0.aliases.contains(name) }
  }
}
