internal import Catalogue
internal import YAML

/// Reads a document as a manifest, section by section, and goes on after an error to find the next.
struct ManifestReader {
  let source: Source
  let diagnostics: Diagnostics

  init(_ source: Source, _ diagnostics: Diagnostics) {
    self.source = source
    self.diagnostics = diagnostics
  }

  static let sections = [
    "name", "description", "extends", "defaults", "grid", "zip", "exclude", "override", "add", "set", "seeds",
    "more_seeds", "run", "report",
  ]

  /// The manifest, or nil after at least one error.
  func read(_ document: Node) -> Manifest? {
    guard let entries = document.mapping else {
      diagnostics.error(
        at: document.mark, "a manifest must be a map of sections, but is \(document.description)",
        hint: "known: " + ManifestReader.sections.joined(separator: ", "))
      return nil
    }
    for entry in entries where !ManifestReader.sections.contains(entry.key) {
      diagnostics.error(
        at: entry.keyMark, "unknown section '\(entry.key)'",
        hint: Schema.path(of: entry.key) == nil
          ? Suggestion.line(for: entry.key, among: ManifestReader.sections)
          : "'\(entry.key)' is a parameter: put it under 'defaults' or 'grid'")
    }
    func section(_ name: String) -> Node? { entries.first { $0.key == name }?.value }

    let nameNode = section("name")
    let name = nameNode.flatMap(readName)
    if nameNode == nil {
      diagnostics.error(at: document.mark, "a manifest needs a 'name'", hint: "write, say, name: my-sweep")
    }
    let description = section("description").flatMap { readText($0, "'description'") } ?? ""
    let defaults = section("defaults").map { SettingMap($0, section: "'defaults'", diagnostics).settings() } ?? []
    var axes = section("grid").map(readGrid) ?? []
    axes += section("zip").map(readZip) ?? []
    let exclude = section("exclude").map { maps($0, "'exclude'").compactMap { rule($0, "a rule of 'exclude'") } } ?? []
    let override = section("override").map { maps($0, "'override'").compactMap(readOverride) } ?? []
    let add = section("add").map { maps($0, "'add'").map(readAddition) } ?? []
    let fixed = section("set").map { SettingMap($0, section: "'set'", diagnostics).settings() } ?? []
    let seeds = section("seeds").flatMap { readSeeds($0, "seeds") }
    let moreSeeds = section("more_seeds").flatMap { readSeeds($0, "more_seeds") }
    let run = section("run").map { RunSettings($0, diagnostics) } ?? RunSettings()
    let report = section("report").map { ReportSettings($0, diagnostics) } ?? ReportSettings()
    checkAxes(axes, override)
    checkSeeds(seeds, "'seeds'", defaults, axes, override, add)
    checkSeeds(moreSeeds, "'more_seeds'", defaults, axes, override, add)
    // What depends on whole cells waits for the expansion, which waits for everything here to be right.
    if diagnostics.hasErrors, exclude.isEmpty, override.isEmpty, add.isEmpty { checkByzantine(defaults, axes) }

    guard !diagnostics.hasErrors, let name else { return nil }
    return Manifest(
      name: name, description: description, run: run, report: report, source: source, document: document,
      nameMark: nameNode?.mark ?? document.mark, defaults: defaults, axes: axes, exclude: exclude, override: override,
      add: add, seeds: seeds, moreSeeds: moreSeeds ?? []
    ).fixing(fixed)
  }

  private func readName(_ node: Node) -> String? {
    guard let name = readText(node, "'name'") else { return nil }
    guard Manifest.isName(name) else {
      diagnostics.error(
        at: node.mark,
        "'name' must be at most \(Manifest.longestName) of the letters a-z, digits and '-', but is '\(name)'",
        hint: "it names the folder under results/")
      return nil
    }
    return name
  }

  private func readText(_ node: Node, _ subject: String) -> String? {
    ValueReader(diagnostics: diagnostics).read(node, .text, subject)?.asString
  }

  private func readGrid(_ node: Node) -> [Manifest.Axis] {
    SettingMap(node, section: "'grid'", diagnostics).entries.compactMap { entry in
      rows(entry, section: "grid").map { Manifest.Axis(rows: $0.map { [$0] }, mark: entry.key.keyMark) }
    }
  }

  /// The values of one key under `grid` or `zip`; nil when they are no list of at least one, or one is wrong.
  private func rows(_ entry: SettingMap.Entry, section: String) -> [Setting]? {
    let node = entry.key.value
    guard let values = node.sequence else {
      diagnostics.error(
        at: node.mark, "'\(entry.path.key)' under '\(section)' must be a list, but is \(node.description)",
        hint: "one value stands under 'defaults'")
      return nil
    }
    guard !values.isEmpty else {
      diagnostics.error(at: node.mark, "'\(entry.path.key)' has no values, so the sweep has no cells")
      return nil
    }
    let settings = values.compactMap { Setting.read(entry.path, $0, diagnostics) }
    return settings.count == values.count ? settings : nil
  }

  private func readZip(_ node: Node) -> [Manifest.Axis] {
    maps(node, "'zip'").compactMap { map in
      let entries = SettingMap(map, section: "an entry of 'zip'", diagnostics).entries
      let columns = entries.compactMap { rows($0, section: "zip") }
      guard columns.count == entries.count, let first = columns.first else { return nil }
      for (entry, column) in zip(entries, columns) where column.count != first.count {
        diagnostics.error(
          at: entry.key.value.mark,
          "'\(entry.path.key)' has \(column.count) values, but '\(entries[0].path.key)' beside it has \(first.count)",
          hint: "lists under one entry of 'zip' are walked together")
        return nil
      }
      return Manifest.Axis(rows: first.indices.map { row in columns.map { $0[row] } }, mark: map.mark)
    }
  }

  /// The entries of a list of maps.
  private func maps(_ node: Node, _ subject: String) -> [Node] {
    guard let nodes = node.sequence else {
      diagnostics.error(at: node.mark, "\(subject) must be a list of maps, but is \(node.description)")
      return []
    }
    return nodes
  }

  private func rule(_ node: Node, _ subject: String) -> Manifest.Rule? {
    let map = SettingMap(node, section: subject, diagnostics)
    if let entries = node.mapping, entries.isEmpty {
      diagnostics.error(at: node.mark, "\(subject) names no parameter, so it would match every cell")
      return nil
    }
    for entry in map.entries where entry.path.key == "seed" {
      diagnostics.error(at: entry.key.keyMark, "\(subject) cannot look at 'seed': seeds are given out afterwards")
    }
    return Manifest.Rule(conditions: map.settings(), mark: node.mark)
  }

  private func readOverride(_ node: Node) -> Manifest.Override? {
    guard let entries = node.mapping else {
      diagnostics.error(at: node.mark, "an entry of 'override' must be a map, but is \(node.description)")
      return nil
    }
    for entry in entries where !["when", "set"].contains(entry.key) {
      diagnostics.error(
        at: entry.keyMark, "unknown key '\(entry.key)' of an override",
        hint: Suggestion.line(for: entry.key, among: ["when", "set"]))
    }
    func part(_ name: String) -> Node? {
      if let entry = entries.first(where: { $0.key == name }) { return entry.value }
      diagnostics.error(at: node.mark, "an override needs '\(name)'", hint: "write {when: {…}, set: {…}}")
      return nil
    }
    guard let when = part("when"), let set = part("set"), let rule = rule(when, "'when'") else { return nil }
    return Manifest.Override(when: rule, set: SettingMap(set, section: "'set'", diagnostics).settings())
  }

  private func readAddition(_ node: Node) -> Manifest.Addition {
    let settings = SettingMap(node, section: "an entry of 'add'", diagnostics).settings()
    return Manifest.Addition(settings: settings, mark: node.mark)
  }

  private func readSeeds(_ node: Node, _ section: String) -> [Int]? {
    if let scalar = node.scalar, scalar.isPlain, SeedList.isRange(scalar.text) { return seeds(of: node) }
    guard let nodes = node.sequence else {
      diagnostics.error(
        at: node.mark, "'\(section)' must be a list of whole numbers or a range, but is \(node.description)",
        hint: "write, say, \(section): [1, 2, 3] or \(section): 1-3")
      return nil
    }
    guard !nodes.isEmpty else {
      diagnostics.error(
        at: node.mark, "'\(section)' has no values" + (section == "seeds" ? ", so the sweep has no cells" : ""))
      return nil
    }
    var seeds: [Int] = []
    var seen: Set<Int> = []
    for node in nodes {
      for seed in self.seeds(of: node) {
        if !seen.insert(seed).inserted { diagnostics.error(at: node.mark, "seed \(seed) stands twice") }
        seeds.append(seed)
      }
    }
    return seeds
  }

  /// The seeds of a number or a range; none, with a diagnostic, for anything else.
  private func seeds(of node: Node) -> [Int] {
    guard let scalar = node.scalar, scalar.isPlain, SeedList.isRange(scalar.text) else {
      let seed = ValueReader(diagnostics: diagnostics).read(node, .integer(0...Int.max), "a seed")?.asInt
      return seed.map { [$0] } ?? []
    }
    do {
      return try SeedList.read(scalar.text)
    } catch {
      diagnostics.error(at: node.mark, error.message, hint: "write, say, 1-5")
      return []
    }
  }

  /// A parameter is on one axis at most, and no override sets one that is.
  private func checkAxes(_ axes: [Manifest.Axis], _ override: [Manifest.Override]) {
    var axisMarks: [Path: Mark] = [:]
    for axis in axes {
      for path in axis.paths {
        if let other = axisMarks[path] {
          diagnostics.error(at: axis.mark, "'\(path.key)' is an axis already, on \(other.told(from: axis.mark))")
        }
        axisMarks[path] = axis.mark
      }
    }
    for setting in override.flatMap(\.set) {
      guard let axis = axisMarks[setting.path], let mark = setting.mark else { continue }
      diagnostics.error(
        at: mark, "an override cannot set '\(setting.path.key)', an axis on \(axis.told(from: mark))",
        hint: "cells with other values of an axis are made by 'grid' or 'add', and left out by 'exclude'")
    }
  }

  private func checkSeeds(
    _ seeds: [Int]?, _ section: String, _ defaults: [Setting], _ axes: [Manifest.Axis], _ override: [Manifest.Override],
    _ add: [Manifest.Addition]
  ) {
    if seeds == nil { return }
    let settings =
      defaults + axes.flatMap { $0.rows.flatMap { $0 } } + override.flatMap(\.set) + add.flatMap(\.settings)
    Manifest.checkSeed(of: settings, against: section, diagnostics)
  }

  /// Tells of more malicious clients than clients where both are written plainly, beside the errors that keep the
  /// sweep from being expanded.
  private func checkByzantine(_ defaults: [Setting], _ axes: [Manifest.Axis]) {
    /// The values of a parameter; none for one that the manifest does not give, or walks along with others.
    func given(_ name: String) -> [Setting] {
      let path = Path.parameter(Schema.index(name))
      guard let axis = axes.first(where: { $0.paths.contains(path) }) else {
        return defaults.filter { $0.path == path }
      }
      return axis.paths.count == 1 ? axis.rows.flatMap { $0 } : []
    }
    for byzantine in given("byzantine") {
      for clients in given("clients") {
        guard let count = byzantine.value.asInt, let all = clients.value.asInt, count >= all, let mark = byzantine.mark
        else { continue }
        diagnostics.error(at: mark, "'byzantine' is \(count), but must be less than 'clients', which is \(all)")
      }
    }
  }
}
