internal import Catalogue

/// Values as tables and CSV print them, such as `min-max(deviation=std)`, made into YAML; the way back from `Labels`.
enum LabelText {
  /// The label as YAML. Other text is returned unchanged: it may be YAML already, and the reader reports its errors.
  static func yaml(_ label: Substring, as type: ParameterType) -> String {
    let text = label.drop { $0 == " " }
    switch type {
    case .optional(let wrapped): return text == "none" ? "none" : yaml(text, as: wrapped)
    case .list(let element):
      if text == "none" { return "[]" }
      if text.isEmpty || text.first == "[" { return String(text) }
      return "[" + split(text, at: " ").map { yaml($0, as: element) }.joined(separator: ", ") + "]"
    case .component(let family): return component(text, of: family) ?? String(text)
    case .integer, .number, .flag, .choice, .text: return String(text)
    }
  }

  /// The parts of a text between separators that no bracket or quote is around.
  static func split(_ text: Substring, at separator: Character) -> [Substring] {
    var parts: [Substring] = []
    var (start, depth, quote) = (text.startIndex, 0, Character?.none)
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      switch character {
      case "\"", "'": quote = character
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case separator where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  /// `{name: {parameter: value}}` of `name(parameter=value)`; nil for text of another form.
  private static func component(_ text: Substring, of family: Family) -> String? {
    guard let open = text.firstIndex(of: "("), open != text.startIndex, text.last == ")",
      !text[..<open].contains(where: { " {[\"'".contains($0) })
    else { return nil }
    let name = String(text[..<open])
    var parameters: [(name: String, value: Substring)] = []
    for part in split(text[text.index(after: open)...].dropLast(), at: " ") {
      let pieces = split(part, at: "=")
      if pieces.count > 1 {
        parameters.append((String(pieces[0]), part[pieces[1].startIndex...]))
      } else if let last = parameters.popLast() {
        // A further entry of a list.
        parameters.append((last.name, text[last.value.startIndex..<part.endIndex]))
      } else {
        return nil
      }
    }
    let member = family.member(name)
    let values = parameters.map { parameter in
      let type = member?.parameter(parameter.name)?.type
      return "\(parameter.name): " + (type.map { yaml(parameter.value, as: $0) } ?? String(parameter.value))
    }
    return "{\(name): {" + values.joined(separator: ", ") + "}}"
  }
}
