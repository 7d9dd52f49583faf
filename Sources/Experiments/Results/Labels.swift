package import Catalogue

/// Values of cells as short text for CSV columns and tables.
package struct Labels: Sendable {
  /// The families of component parameters, each under its parameter's name.
  let families: [Family]
  /// The defaults of each member, by the name of its type; a member's own `defaults` takes a walk through JSON.
  private let defaults: [String: [String: Value]]

  package init(families: [Family]) throws {
    self.families = families
    var defaults: [String: [String: Value]] = [:]
    for member in families.flatMap(\.members) { defaults[Labels.id(of: member)] = try member.defaults() }
    self.defaults = defaults
  }

  private static func id(of member: any Component.Type) -> String { String(reflecting: member) }

  /// A parameter's value in a cell; empty when the cell has no such parameter.
  ///
  /// A component is its name, followed by the parameters that are not at their default: `skymask(threshold=0.6)`.
  /// A dotted name that is no parameter of its own, such as `aggregator.threshold`, reaches into a component.
  package func text(of parameter: String, in cell: Cell) throws -> String {
    if let value = cell.parameters[parameter] {
      return try text(value, family: families.first { $0.name == parameter })
    }
    guard let dot = parameter.firstIndex(of: "."),
      case .map(let component)? = cell.parameters[String(parameter[..<dot])], let values = component.first?.value.asMap,
      let value = values[String(parameter[parameter.index(after: dot)...])]
    else { return "" }
    return try text(value, family: nil)
  }

  /// The value of a parameter, `not used` for a cell that has none.
  func text(_ value: Value?, of parameter: String? = nil) throws -> String {
    guard let value else { return "not used" }
    return try text(value, family: families.first { $0.name == parameter })
  }

  private func text(_ value: Value, family: Family?) throws -> String {
    switch value {
    case .null: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): CSV.number(number)
    case .string(let string): string
    case .list(let values):
      try values.isEmpty ? "none" : values.map { try text($0, family: nil) }.joined(separator: " ")
    case .map:
      if let chosen = Chosen(value) { try text(chosen, family) } else { value.canonicalJSON }
    }
  }

  private func text(_ chosen: Chosen, _ family: Family?) throws -> String {
    let member = family?.member(chosen.name)
    let defaults = try member.map { try self.defaults[Labels.id(of: $0)] ?? $0.defaults() } ?? [:]
    let known = member?.parameters ?? []
    let order = known.map(\.name) + chosen.parameters.keys.filter { !known.map(\.name).contains($0) }.sorted()
    var shown: [String] = []
    for name in order {
      guard let value = chosen.parameters[name], value != defaults[name] else { continue }
      var inner: Family?
      if case .component(let family)? = known.first(where: { $0.name == name })?.type { inner = family }
      shown.append("\(name)=\(try text(value, family: inner))")
    }
    return shown.isEmpty ? chosen.name : "\(chosen.name)(\(shown.joined(separator: " ")))"
  }
}
