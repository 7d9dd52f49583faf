internal import Foundation
internal import YAML

/// Lays a manifest over the files that it extends: maps merge, lists and values replace, the name stays its own.
struct BaseReader {
  private let diagnostics: Diagnostics
  private var files = 0

  /// Beyond this many files something extends itself in ever new ways.
  static let mostFiles = 100

  init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// The document with everything that it extends below it.
  ///
  /// Paths are relative to the file that names them; of several bases a later one is laid over an earlier one.
  ///
  /// - Throws: `Failure` for a base that cannot be read.
  mutating func merged(_ document: Node, of source: Source) throws -> Node {
    try merged(document, chain: [BaseReader.identity(source.name)])
  }

  private mutating func merged(_ document: Node, chain: [String]) throws -> Node {
    guard let own = document.mapping, let extends = own.first(where: { $0.key == "extends" })?.value else {
      return document
    }
    var entries: [Node.Entry] = []
    for node in extends.sequence ?? [extends] {
      guard let name = node.scalar?.text, !node.isNull else {
        diagnostics.error(
          at: node.mark, "'extends' must be a list of manifest files, but is \(node.description)",
          hint: "write, say, extends: [base.yaml]")
        continue
      }
      if let base = try base(name, at: node.mark, chain: chain) { entries = BaseReader.lay(base, over: entries) }
    }
    let name = own.filter { $0.key == "name" }
    let rest = own.filter { $0.key != "extends" && $0.key != "name" }
    return Node(.mapping(name + BaseReader.lay(rest, over: entries)), document.mark)
  }

  /// The sections of a base, what it extends laid below it; nil, with a diagnostic, when it cannot serve.
  private mutating func base(_ name: String, at mark: Mark, chain: [String]) throws -> [Node.Entry]? {
    let folder = (mark.source.name as NSString).deletingLastPathComponent
    let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
    let identity = BaseReader.identity(path)
    guard !chain.contains(identity) else {
      diagnostics.error(at: mark, "'\(name)' is extended by itself")
      return nil
    }
    files += 1
    guard files <= BaseReader.mostFiles else {
      diagnostics.error(at: mark, "more than \(BaseReader.mostFiles) files are extended")
      return nil
    }
    let source: Source
    do {
      source = try Source.read(path)
    } catch let failure as Failure {
      diagnostics.error(at: mark, "'\(name)' cannot be extended: \(failure.diagnostics.first?.message ?? "unreadable")")
      return nil
    }
    guard let document = try Document.parse(source, diagnostics) else { return nil }
    guard document.mapping != nil else {
      diagnostics.error(at: document.mark, "a manifest must be a map of sections, but is \(document.description)")
      return nil
    }
    return try merged(document, chain: chain + [identity]).mapping?.filter { $0.key != "name" }
  }

  /// What names one file however it is spelled.
  private static func identity(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// Sections of `upper` in place of, or merged into, those of `lower`; the order is that of `lower`, then what is new.
  private static func lay(_ upper: [Node.Entry], over lower: [Node.Entry]) -> [Node.Entry] {
    var result = lower
    for entry in upper {
      guard let index = result.firstIndex(where: { $0.key == entry.key }) else {
        result.append(entry)
        continue
      }
      let below = result[index]
      if let new = entry.value.mapping, let old = below.value.mapping {
        let merged = Node(.mapping(settings(new, over: old)), entry.value.mark)
        result[index] = Node.Entry(key: entry.key, keyMark: entry.keyMark, value: merged)
      } else {
        result[index] = entry
      }
    }
    return result
  }

  /// Keys of a section laid over keys that mean the same: `clients` replaces `nworkers`, `root.size` one half of `root`.
  static func settings(_ upper: [Node.Entry], over lower: [Node.Entry]) -> [Node.Entry] {
    let replaced = Set(upper.flatMap { meanings($0, prefix: "") })
    return left(of: lower, without: replaced, prefix: "") + upper
  }

  private static func left(of entries: [Node.Entry], without replaced: Set<String>, prefix: String) -> [Node.Entry] {
    entries.compactMap { entry in
      if Schema.isGroup(prefix + entry.key), let inner = entry.value.mapping {
        let rest = left(of: inner, without: replaced, prefix: prefix + entry.key + ".")
        return Node.Entry(key: entry.key, keyMark: entry.keyMark, value: Node(.mapping(rest), entry.value.mark))
      }
      return replaced.isDisjoint(with: meanings(entry, prefix: prefix)) ? entry : nil
    }
  }

  /// The canonical keys that an entry sets; its own key where it is no parameter.
  private static func meanings(_ entry: Node.Entry, prefix: String) -> [String] {
    let key = prefix + entry.key
    if Schema.isGroup(key), let inner = entry.value.mapping { return inner.flatMap { meanings($0, prefix: key + ".") } }
    return [Schema.path(of: key)?.key ?? key]
  }
}
