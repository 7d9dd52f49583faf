/// A place in a text: from a column up to, not including, another on the same line. All count from 1, in code points.
package struct Mark: Sendable {
  package let source: Source
  package let line: Int
  package let column: Int
  /// One past the last column; for what ends on a later line, `column + 1`.
  package let endColumn: Int
}

extension Mark {
  /// How a message about another place names this one: `line 3`, or `line 3 of base.yaml`.
  package func told(from other: Mark) -> String {
    other.source === source ? "line \(line)" : "line \(line) of \(source.name)"
  }
}

extension Mark: Equatable {
  package static func == (a: Mark, b: Mark) -> Bool {
    a.source === b.source && a.line == b.line && a.column == b.column && a.endColumn == b.endColumn
  }
}

/// A piece of a YAML document: text, a list or a map, and where it stands.
///
/// Aliases are replaced by what they name; the copies share storage, so expansion costs no memory.
package struct Node: Sendable {
  package enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  package struct Scalar: Sendable, Equatable {
    package let text: String
    /// Not in quotes and not a block: its type is up to who reads it.
    package let isPlain: Bool

    package init(text: String, isPlain: Bool) { (self.text, self.isPlain) = (text, isPlain) }
  }

  /// A key, unique in its map, and its value. Source order is kept.
  package struct Entry: Sendable {
    package let key: String
    package let keyMark: Mark
    package let value: Node

    package init(key: String, keyMark: Mark, value: Node) {
      (self.key, self.keyMark, self.value) = (key, keyMark, value)
    }
  }

  package let content: Content
  package let mark: Mark
  /// Nodes in this piece, itself among them.
  let count: Int
  /// Levels of nesting: 1 for a scalar.
  let depth: Int

  package init(_ content: Content, _ mark: Mark) {
    self.content = content
    self.mark = mark
    switch content {
    case .scalar: (count, depth) = (1, 1)
    case .sequence(let nodes):
      count = nodes.reduce(1) { $0 + $1.count }
      depth = 1 + (nodes.map(\.depth).max() ?? 0)
    case .mapping(let entries):
      count = entries.reduce(1) { $0 + 1 + $1.value.count }
      depth = 1 + (entries.map(\.value.depth).max() ?? 0)
    }
  }

  /// The same content elsewhere: what an alias stands for, at the alias.
  func moved(to mark: Mark) -> Node { Node(content, mark, count: count, depth: depth) }

  private init(_ content: Content, _ mark: Mark, count: Int, depth: Int) {
    (self.content, self.mark, self.count, self.depth) = (content, mark, count, depth)
  }
}

extension Node {
  package var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  package var sequence: [Node]? { if case .sequence(let nodes) = content { nodes } else { nil } }
  package var mapping: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  /// Nothing written, or YAML's words for it: `key:`, `~`, `null`.
  package var isNull: Bool {
    guard let scalar, scalar.isPlain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
  }

  /// What it is, in words for messages: `'010'`, `"010" in quotes`, `a list`, `a map`, `empty`.
  package var description: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a map"
    case .scalar where isNull: "empty"
    case .scalar(let scalar): scalar.isPlain ? "'\(scalar.text)'" : "\"\(scalar.text)\" in quotes"
    }
  }
}
