/// A text as one tree of nodes, within limits that keep a hostile file from taking time or memory.
package enum Document {
  static let deepest = 64
  static let mostNodes = 100_000

  /// The one document of a text, or nil when the text breaks off; what is wrong goes to `diagnostics`.
  ///
  /// Refuses what YAML readers differ on: duplicate keys, keys that are no words, merge keys, tags, several documents.
  package static func parse(_ source: Source, _ diagnostics: Diagnostics) throws -> Node? {
    let start = Mark(source: source, line: 1, column: 1, endColumn: 2)
    if source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF]) {
      throw Failure([Diagnostic(file: source.name, message: "is UTF-16; save it as UTF-8")])
    }
    if source.bytes.contains(0) {
      throw Failure([Diagnostic(file: source.name, message: "is a binary file, not YAML")])
    }
    if source.bytes.allSatisfy({ [0x20, 0x0A, 0x0D].contains($0) }) {
      throw Failure([Diagnostic(file: source.name, message: "is empty")])
    }
    var builder = TreeBuilder(source, diagnostics)
    do {
      guard let node = try builder.document() else {
        diagnostics.error(at: start, "holds nothing but comments")
        return nil
      }
      return node
    } catch let refusal as EventStream.Refusal {
      diagnostics.error(at: refusal.mark, refusal.message, hint: refusal.hint)
      return nil
    }
  }
}

/// Puts events together to nodes.
private struct TreeBuilder {
  private let events: EventStream
  private let diagnostics: Diagnostics
  private var anchors: [String: Node] = [:]
  /// Anchors whose node is still being read.
  private var open: Set<String> = []
  private var count = 0

  init(_ source: Source, _ diagnostics: Diagnostics) {
    events = EventStream(source)
    self.diagnostics = diagnostics
  }

  mutating func document() throws -> Node? {
    var root: Node?
    while true {
      let (event, mark) = try events.next()
      switch event {
      case .streamStart, .documentEnd: continue
      case .streamEnd: return root
      case .documentStart where root != nil:
        throw EventStream.Refusal(
          message: "a second document starts here; one file is one manifest", hint: nil, mark: mark)
      case .documentStart:
        let (first, mark) = try events.next()
        root = try node(first, mark, depth: 1)
      default: preconditionFailure("libyaml gave \(event) between documents")
      }
    }
  }

  private mutating func node(_ event: EventStream.Event, _ mark: Mark, depth: Int) throws -> Node {
    switch event {
    case .alias(let name): return try alias(name, mark, depth: depth)
    case .scalar(let scalar, let anchor, let tag):
      refuse(tag, mark)
      try take(1, mark)
      return keep(Node(.scalar(scalar), mark), anchor)
    case .sequenceStart(let anchor, let tag):
      try begin(anchor, tag, mark, depth: depth)
      var nodes: [Node] = []
      while true {
        let (next, nextMark) = try events.next()
        if case .sequenceEnd = next { break }
        nodes.append(try node(next, nextMark, depth: depth + 1))
      }
      return keep(Node(.sequence(nodes), mark), anchor)
    case .mappingStart(let anchor, let tag):
      try begin(anchor, tag, mark, depth: depth)
      return keep(Node(.mapping(try entries(depth: depth)), mark), anchor)
    default: preconditionFailure("libyaml gave \(event) in place of a node")
    }
  }

  private mutating func entries(depth: Int) throws -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var lines: [String: Int] = [:]
    while true {
      let (next, mark) = try events.next()
      if case .mappingEnd = next { return entries }
      let key = try key(next, mark, depth: depth)
      let (first, valueMark) = try events.next()
      let value = try node(first, valueMark, depth: depth + 1)
      guard let key else { continue }
      if let line = lines[key] {
        diagnostics.error(at: mark, "'\(key)' stands twice in this map; the first is on line \(line)")
      } else {
        lines[key] = mark.line
        entries.append(Node.Entry(key: key, keyMark: mark, value: value))
      }
    }
  }

  /// The text of a key; nil, with a diagnostic, for what is no word.
  private mutating func key(_ event: EventStream.Event, _ mark: Mark, depth: Int) throws -> String? {
    if case .alias = event {
      diagnostics.error(at: mark, "a key must be a word, not an alias")
      return nil
    }
    let key = try node(event, mark, depth: depth + 1)
    guard let scalar = key.scalar else {
      diagnostics.error(at: mark, "a key must be a word, not \(key.description)")
      return nil
    }
    guard scalar.isPlain else { return scalar.text }
    if scalar.text == "<<" {
      diagnostics.error(at: mark, "merge keys ('<<') are not supported; write the keys out")
      return nil
    }
    let isTruth = ["true", "false"].contains(scalar.text.lowercased())
    if key.isNull || isTruth || NumberText(scalar.text).isNumeric {
      diagnostics.error(at: mark, "a key must be a word, but this one is \(key.isNull ? "empty" : "'\(scalar.text)'")")
      return nil
    }
    return scalar.text
  }

  private mutating func alias(_ name: String, _ mark: Mark, depth: Int) throws -> Node {
    guard let target = anchors[name] else {
      let message = open.contains(name) ? "'*\(name)' stands inside what it names" : "nothing is named '&\(name)'"
      diagnostics.error(at: mark, message)
      return Node(.scalar(Node.Scalar(text: "", isPlain: true)), mark)
    }
    try take(target.count, mark)
    try check(depth: depth + target.depth - 1, mark)
    return target.moved(to: mark)
  }

  private mutating func begin(_ anchor: String?, _ tag: String?, _ mark: Mark, depth: Int) throws {
    refuse(tag, mark)
    try take(1, mark)
    try check(depth: depth, mark)
    if let anchor {
      anchors[anchor] = nil
      open.insert(anchor)
    }
  }

  private mutating func keep(_ node: Node, _ anchor: String?) -> Node {
    if let anchor {
      open.remove(anchor)
      anchors[anchor] = node
    }
    return node
  }

  private func refuse(_ tag: String?, _ mark: Mark) {
    guard let tag else { return }
    let short = tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
    diagnostics.error(at: mark, "tags such as '\(short)' are not supported; a value's type comes from its key")
  }

  private mutating func take(_ nodes: Int, _ mark: Mark) throws {
    count += nodes
    if count > Document.mostNodes {
      let message = "more than 100,000 values, aliases written out"
      throw EventStream.Refusal(message: message, hint: nil, mark: mark)
    }
  }

  private func check(depth: Int, _ mark: Mark) throws {
    if depth > Document.deepest {
      throw EventStream.Refusal(message: "nested more than \(Document.deepest) deep", hint: nil, mark: mark)
    }
  }
}
