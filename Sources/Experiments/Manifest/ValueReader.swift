internal import Catalogue
internal import YAML

/// Reads a node as the type that its key demands.
struct ValueReader {
  let diagnostics: Diagnostics

  /// The value in canonical form; nil, with a diagnostic, when the node is none of that type.
  ///
  /// - Parameter subject: what messages call it, such as `'rounds'`.
  func read(_ node: Node, _ type: ParameterType, _ subject: String) -> Value? {
    switch type {
    case .integer(let range): return integer(node, range, type, subject)
    case .number(let range):
      guard let number = number(node, type, subject) else { return nil }
      guard range.contains(number) else { return refuse(node, type, subject) }
      return .canonical(number)
    case .flag:
      guard let scalar = node.scalar, scalar.isPlain else { return refuse(node, type, subject) }
      switch scalar.text {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: return refuse(node, type, subject, hint: truthHint(scalar.text))
      }
    case .choice(let words, let aliases):
      guard let word = word(node, type, subject) else { return nil }
      if words.contains(word) { return .string(word) }
      if let known = aliases[word] { return .string(known) }
      diagnostics.error(
        at: node.mark, "unknown value '\(word)' for \(subject)",
        hint: Suggestion.line(for: word, among: words, spellings: aliases.keys.sorted()))
      return nil
    case .text: return word(node, type, subject).map(Value.string)
    case .list(let element): return list(node, element, subject)
    case .optional(let wrapped):
      // `null` and `~` say it too; a key with nothing behind it was more likely forgotten.
      if let scalar = node.scalar, scalar.isPlain, scalar.text == "none" || node.isNull && !scalar.text.isEmpty {
        return .null
      }
      // The wider type is told, so that a reader learns of `none`.
      let quiet = ValueReader(diagnostics: Diagnostics())
      if let value = quiet.read(node, wrapped, subject) { return value }
      if case .integer = wrapped { return refuse(node, type, subject, hint: numberHint(node)) }
      if case .number = wrapped { return refuse(node, type, subject, hint: numberHint(node)) }
      return read(node, wrapped, subject)
    case .component(let family): return component(node, family, type, subject)?.value
    }
  }

  /// A member of a family with the parameters that were given, all names canonical.
  private func component(_ node: Node, _ family: Family, _ type: ParameterType, _ subject: String) -> Chosen? {
    switch node.content {
    case .scalar(let scalar):
      guard !node.isNull else { return refuse(node, type, subject) }
      return member(scalar.text, family, at: node.mark).map { Chosen($0.name) }
    case .sequence:
      return refuse(node, type, subject)
    case .mapping(let entries):
      guard entries.count == 1, let entry = entries.first else {
        let hint = entries.isEmpty ? nil : "write {\(entries[0].key): {…}}"
        diagnostics.error(
          at: node.mark, "\(subject) must be \(type.description), but this map has \(entries.count) keys", hint: hint)
        return nil
      }
      guard let member = member(entry.key, family, at: entry.keyMark) else { return nil }
      if entry.value.mapping == nil, let parameter = member.shorthand.flatMap(member.parameter) {
        let value = read(entry.value, parameter.type, "'\(parameter.name)' of '\(member.name)'")
        return value.map { Chosen(member.name, [parameter.name: $0]) }
      }
      guard let given = entry.value.mapping else {
        diagnostics.error(
          at: entry.value.mark,
          "the parameters of '\(entry.key)' must be a map, but are \(entry.value.description)",
          hint: "write {\(entry.key): {parameter: value}}, or only \(entry.key)")
        return nil
      }
      return parameters(given, of: member).map { Chosen(member.name, $0) }
    }
  }

  private func member(_ name: String, _ family: Family, at mark: Mark) -> (any Component.Type)? {
    if let member = family.member(name) { return member }
    diagnostics.error(
      at: mark, "unknown \(family.name) '\(name)'",
      hint: Suggestion.line(for: name, among: family.names, spellings: family.members.flatMap { $0.aliases }))
    return nil
  }

  func parameters(_ given: [Node.Entry], of member: any Component.Type) -> [String: Value]? {
    var values: [String: Value] = [:]
    var spelled: [String: String] = [:]
    var isComplete = true
    for entry in given {
      guard let parameter = member.parameter(entry.key) else {
        let known = member.parameters.map(\.name)
        let message =
          known.isEmpty
          ? "'\(member.name)' has no parameters, so none named '\(entry.key)'"
          : "'\(member.name)' has no parameter '\(entry.key)'"
        let hint = known.isEmpty ? nil : Suggestion.line(for: entry.key, among: known)
        diagnostics.error(at: entry.keyMark, message, hint: hint)
        isComplete = false
        continue
      }
      if let first = spelled[parameter.name] {
        diagnostics.error(at: entry.keyMark, "'\(entry.key)' and '\(first)' are the same parameter; give one")
        isComplete = false
        continue
      }
      spelled[parameter.name] = entry.key
      let value = read(entry.value, parameter.type, "'\(parameter.name)' of '\(member.name)'")
      if value == nil { isComplete = false }
      values[parameter.name] = value
    }
    return isComplete ? values : nil
  }

  private func list(_ node: Node, _ element: ParameterType, _ subject: String) -> Value? {
    guard let nodes = node.sequence else {
      let hint = node.scalar.flatMap { node.isNull ? nil : "write [\($0.text)]" }
      diagnostics.error(at: node.mark, "\(subject) must be a list, but is \(node.description)", hint: hint)
      return nil
    }
    var values: [Value] = []
    for node in nodes {
      if let value = read(node, element, "an entry of \(subject)") { values.append(value) }
    }
    guard values.count == nodes.count else { return nil }
    guard case .choice = element else { return .list(values) }
    // Words out of a few are a set: neither order nor repetition means anything.
    return .list(Set(values.compactMap(\.asString)).sorted().map(Value.string))
  }

  private func integer(
    _ node: Node, _ range: ClosedRange<Int>, _ type: ParameterType, _ subject: String
  ) -> Value? {
    guard let scalar = node.scalar, scalar.isPlain else { return refuse(node, type, subject, hint: numberHint(node)) }
    let value: Int
    switch NumberText(scalar.text) {
    case .integer(let integer): value = integer
    case .number(let number):
      guard case .integer(let whole) = Value.canonical(number) else { return refuse(node, type, subject) }
      value = whole
    case .refused, .notANumber: return refuse(node, type, subject, hint: numberHint(node))
    }
    return range.contains(value) ? .integer(value) : refuse(node, type, subject)
  }

  private func number(_ node: Node, _ type: ParameterType, _ subject: String) -> Double? {
    guard let scalar = node.scalar, scalar.isPlain else { return refuse(node, type, subject, hint: numberHint(node)) }
    switch NumberText(scalar.text) {
    case .integer(let integer): return Double(integer)
    case .number(let number): return number
    case .refused, .notANumber: return refuse(node, type, subject, hint: numberHint(node))
    }
  }

  private func word(_ node: Node, _ type: ParameterType, _ subject: String) -> String? {
    guard let scalar = node.scalar, !node.isNull else { return refuse(node, type, subject) }
    return scalar.text
  }

  private func refuse<T>(_ node: Node, _ type: ParameterType, _ subject: String, hint: String? = nil) -> T? {
    diagnostics.error(
      at: node.mark, "\(subject) must be \(type.description), but is \(node.description)",
      hint: hint ?? listHint(node, type))
    return nil
  }

  private func listHint(_ node: Node, _ type: ParameterType) -> String? {
    if case .sequence = node.content { return "only lists under 'grid', 'zip' and 'seeds' make several cells" }
    return nil
  }

  private func numberHint(_ node: Node) -> String? {
    guard let scalar = node.scalar else { return nil }
    guard scalar.isPlain else {
      return NumberText(scalar.text).isNumeric ? "take the quotes away" : nil
    }
    if case .refused(let reason) = NumberText(scalar.text) { return reason }
    return nil
  }

  private func truthHint(_ text: String) -> String? {
    switch text.lowercased() {
    case "yes", "on", "y", "true": "write true"
    case "no", "off", "n", "false": "write false"
    default: nil
    }
  }
}
