internal import Catalogue
internal import YAML

/// One parameter as a manifest sets it: what, to which value, and where that is written.
final class Setting: Sendable {
  let path: Path
  /// The typed value; a component has only the parameters that were given. For a dotted path see `value(for:)`.
  let value: Value
  /// nil for a default that no manifest gave.
  let node: Node?
  /// The value as all the cells have it that take it as it is, which a component's is not.
  let piece: Piece
  /// For a dotted path: the value as each member that has the parameter reads it.
  private let byMember: [String: Value]

  init(_ path: Path, _ value: Value, _ node: Node?, byMember: [String: Value] = [:]) {
    (self.path, self.value, self.node, self.byMember) = (path, value, node, byMember)
    piece = Piece(value, mark: node?.mark)
  }

  var mark: Mark? { node?.mark }

  /// The value of a dotted path for a member of the family; nil when its type does not fit that member's parameter.
  func value(for member: any Component.Type) -> Value? { byMember[member.name] }

  /// Reads a value; nil, with a diagnostic, when it is wrong.
  static func read(_ path: Path, _ node: Node, _ diagnostics: Diagnostics) -> Setting? {
    switch path {
    case .parameter(let index):
      let parameter = Schema.parameters[index]
      let value = ValueReader(diagnostics: diagnostics).read(node, parameter.type, "'\(parameter.name)'")
      return value.map { Setting(path, $0, node) }
    case .component(let index, let name):
      let members = Schema.family(index)?.members ?? []
      let quiet = ValueReader(diagnostics: Diagnostics())
      var byMember: [String: Value] = [:]
      var first: Value?
      for member in members {
        guard let parameter = member.parameter(name) else { continue }
        let value = quiet.read(node, parameter.type, "")
        byMember[member.name] = value
        first = first ?? value
      }
      if let first { return Setting(path, first, node, byMember: byMember) }
      // It fits none: the first that has the parameter says what it must be.
      if let type = members.lazy.compactMap({ $0.parameter(name)?.type }).first {
        _ = ValueReader(diagnostics: diagnostics).read(node, type, "'\(path.key)'")
      }
      return nil
    }
  }
}

/// Keys and nodes of a map of settings, before their values are read.
struct SettingMap {
  struct Entry {
    let path: Path
    let key: Node.Entry
  }

  private(set) var entries: [Entry] = []
  private let diagnostics: Diagnostics

  /// - Parameter section: what messages call the map, such as `'defaults'`.
  init(_ node: Node, section: String, _ diagnostics: Diagnostics) {
    self.diagnostics = diagnostics
    guard let map = node.mapping else {
      let hint = node.scalar?.text.contains(":") == true ? "between a key and its value stand a colon and a space" : nil
      diagnostics.error(
        at: node.mark, "\(section) must be a map of parameters to values, but is \(node.description)", hint: hint)
      return
    }
    var first: [Path: (key: String, mark: Mark)] = [:]
    collect(map, prefix: "", &first)
  }

  private mutating func collect(_ map: [Node.Entry], prefix: String, _ first: inout [Path: (key: String, mark: Mark)]) {
    for entry in map {
      let key = prefix + entry.key
      guard let path = Schema.path(of: key) else {
        if Schema.isGroup(key) {
          if let inner = entry.value.mapping {
            collect(inner, prefix: key + ".", &first)
          } else {
            let names = Schema.parameters.map(\.name).filter { $0.hasPrefix(key + ".") }
            diagnostics.error(
              at: entry.value.mark, "'\(key)' must be a map, but is \(entry.value.description)",
              hint: "its parameters: " + names.joined(separator: ", "))
          }
        } else {
          diagnostics.error(at: entry.keyMark, "unknown parameter '\(key)'", hint: Schema.hint(for: key))
        }
        continue
      }
      if let other = first[path] {
        let isRepeated = key == path.key && other.key == path.key
        diagnostics.error(
          at: entry.keyMark,
          isRepeated
            ? "'\(key)' is set already, on \(other.mark.told(from: entry.keyMark))"
            : "'\(key)' sets '\(path.key)', which '\(other.key)' on \(other.mark.told(from: entry.keyMark)) sets already"
        )
        continue
      }
      first[path] = (key, entry.keyMark)
      entries.append(Entry(path: path, key: entry))
    }
  }

  /// One value for each key.
  func settings() -> [Setting] { entries.compactMap { Setting.read($0.path, $0.key.value, diagnostics) } }
}
