extension Node {
  /// The node as a YAML document that is read as an equal node, for people too: what is short stands on one line.
  package var text: String { lines(indent: 0).joined(separator: "\n") + "\n" }

  /// Lines longer than this are broken where the structure allows it.
  private static let widest = 110

  private func lines(indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    switch content {
    case .mapping(let entries) where !entries.isEmpty:
      return entries.flatMap { entry in
        entry.value.lines(behind: margin + Node.key(entry.key) + ":", indent: indent + 2, isSection: indent == 0)
      }
    case .sequence(let nodes) where !nodes.isEmpty:
      return nodes.flatMap { node in
        let inner = node.lines(behind: margin + "-", indent: indent + 2, isSection: false)
        // What does not fit behind the dash begins there all the same.
        guard inner.count > 1, inner[0] == margin + "-" else { return inner }
        return [margin + "- " + inner[1].dropFirst(indent + 2)] + inner.dropFirst(2)
      }
    case .mapping, .sequence, .scalar: return [margin + flow]
    }
  }

  /// The node behind a key or dash: on the same line where it fits, else on lines of its own. A section's map is always
  /// spread out.
  private func lines(behind start: String, indent: Int, isSection: Bool) -> [String] {
    let short = start + " " + flow
    switch content {
    case .scalar: return [short]
    case .mapping(let entries) where !entries.isEmpty && (isSection || short.count > Node.widest): break
    case .sequence(let nodes) where !nodes.isEmpty && short.count > Node.widest: break
    case .mapping, .sequence: return [short]
    }
    return [start] + lines(indent: indent)
  }

  /// On one line.
  private var flow: String {
    switch content {
    case .scalar(let scalar): isNull ? "~" : scalar.isPlain ? Node.plain(scalar.text) : Node.quoted(scalar.text)
    case .sequence(let nodes): "[" + nodes.map(\.flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(Node.key($0.key)): \($0.value.flow)" }.joined(separator: ", ") + "}"
    }
  }

  /// A key is text; what would be read as anything else is in quotes.
  private static func key(_ text: String) -> String {
    text.first.map { ("a"..."z").contains($0) } ?? false && !["null", "true", "false"].contains(text)
      ? plain(text) : quoted(text)
  }

  /// Text without quotes where nothing in it means anything to YAML. Numbers and truth values never need them.
  private static func plain(_ text: String) -> String {
    let isSafe = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
      default: false
      }
    }
    return isSafe && text.contains { $0 != "-" && $0 != "." } ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
