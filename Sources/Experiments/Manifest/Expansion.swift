internal import Catalogue
internal import Foundation
internal import YAML

/// Makes the cells of a manifest: the product of the axes, exclude, override, add, seeds, then equal cells are one.
struct Expansion {
  private let manifest: Manifest
  private let mostCells: Int
  private let diagnostics = Diagnostics()
  private let resolver: Resolver
  private var validation: Validation
  private let base: Draft
  private let seeds: [Piece]
  private var cells: [ResolvedCell] = []
  private var seen: Set<ResolvedCell> = []
  /// Where an axis means nothing.
  private var meaningless = MeaninglessAxes()
  /// Dotted paths that reached a component of some cell.
  private var reached: Set<Path> = []

  /// A product beyond this is a mistake.
  static let mostCells = 1_000_000

  init(_ manifest: Manifest, mostCells: Int = Expansion.mostCells) {
    self.manifest = manifest
    self.mostCells = mostCells
    resolver = Resolver(diagnostics)
    validation = Validation(diagnostics, fallback: manifest.nameMark)
    var base = Draft.builtIn
    base.apply(manifest.defaults, .defaults)
    base.apply(manifest.fixed, .fixed)
    self.base = base
    seeds = manifest.allSeeds.map { Piece(.integer($0), mark: nil) }
  }

  consuming func sweep() throws -> Sweep {
    let products = try countProducts()
    var excludeMatched = [Bool](repeating: false, count: manifest.exclude.count)
    var overrideMatched = [Bool](repeating: false, count: manifest.override.count)
    for product in 0..<products {
      var draft = draft(product)
      guard let cell = resolver.resolve(draft) else { continue }
      var isExcluded = false
      for (index, rule) in manifest.exclude.enumerated() where cell.matches(rule.conditions) {
        excludeMatched[index] = true
        isExcluded = true
      }
      if isExcluded { continue }
      // Each `when` looks at the cell as the axes made it, so the overrides' order matters only where two set the same.
      var isOverridden = false
      for (index, override) in manifest.override.enumerated() where cell.matches(override.when.conditions) {
        overrideMatched[index] = true
        isOverridden = true
        draft.apply(override.set, .override)
      }
      if isOverridden {
        if let cell = resolver.resolve(draft) { finish(cell, of: draft) }
      } else {
        finish(cell, of: draft)
      }
    }
    for addition in manifest.add {
      var draft = base
      draft.apply(addition.settings, .grid)
      if let cell = resolver.resolve(draft) { finish(cell, of: draft) }
    }
    validation.report()
    try diagnostics.throwErrors()
    reportUnmatched(excludeMatched, overrideMatched)
    reportUnused(overrideMatched)
    if cells.isEmpty, !diagnostics.hasErrors {
      diagnostics.error(at: manifest.nameMark, "the sweep has no cells: 'exclude' drops them all")
    }
    try diagnostics.throwErrors()
    meaningless.report(manifest.axes, diagnostics)
    return Sweep(
      name: manifest.name, warnings: manifest.warnings + diagnostics.warnings, nameMark: manifest.nameMark,
      resolved: cells)
  }

  /// The number of rows of the product of the axes.
  private func countProducts() throws -> Int {
    var products = 1
    for axis in manifest.axes {
      let (product, overflow) = products.multipliedReportingOverflow(by: axis.rows.count)
      products = overflow ? .max : product
    }
    let (total, overflow) = products.multipliedReportingOverflow(by: max(1, seeds.count))
    if overflow || total > mostCells {
      let most = mostCells.formatted(.number.locale(Locale(identifier: "en_US")))
      let sizes = (manifest.axes.map(\.rows.count) + (seeds.isEmpty ? [] : [seeds.count])).map(String.init)
      diagnostics.error(
        at: manifest.nameMark, "the sweep has more than \(most) cells: " + sizes.joined(separator: " × "))
    }
    try diagnostics.throwErrors()
    return products
  }

  /// A cell of the product; the last axis turns fastest.
  private func draft(_ product: Int) -> Draft {
    var draft = base
    var rest = product
    var rows: [[Setting]] = []
    for axis in manifest.axes.reversed() {
      rows.append(axis.rows[rest % axis.rows.count])
      rest /= axis.rows.count
    }
    for row in rows.reversed() { draft.apply(row, .grid) }
    return draft
  }

  private mutating func finish(_ cell: ResolvedCell, of draft: Draft) {
    validation.check(cell)
    for piece in cell.pieces { if let piece, !piece.reached.isEmpty { reached.formUnion(piece.reached) } }
    let meaningful = resolver.meaningful(cell)
    let count = cells.count
    if seeds.isEmpty {
      keep(meaningful)
    } else {
      for seed in seeds { keep(resolver.cell(meaningful, seed: seed, of: draft)) }
    }
    meaningless.note(cell, became: meaningful, combinations: max(1, seeds.count), cells: cells.count - count)
  }

  /// Adds the cell unless its equal is there.
  private mutating func keep(_ cell: ResolvedCell) {
    if seen.insert(cell).inserted { cells.append(cell) }
  }

  private func reportUnmatched(_ exclude: [Bool], _ override: [Bool]) {
    let fixed = Set(manifest.fixed.map(\.path.index))
    for (rule, matched) in zip(manifest.exclude, exclude) where !matched {
      // What the command line fixes may leave a rule without its cells.
      if rule.conditions.contains(where: { fixed.contains($0.path.index) }) { continue }
      diagnostics.error(at: rule.mark, "this rule of 'exclude' matches no cell")
    }
    for (rule, matched) in zip(manifest.override, override) where !matched {
      diagnostics.warning(at: rule.when.mark, "this override matches no cell")
    }
  }

  /// An axis that changes no cell, or a setting for a component's parameter that no component has, is a mistake.
  private func reportUnused(_ overrideMatched: [Bool]) {
    let sets = zip(manifest.override, overrideMatched).flatMap { $0.1 ? $0.0.set : [] }
    let axes = manifest.axes.flatMap { $0.rows.first ?? [] }
    let settings = manifest.defaults + axes + sets + manifest.add.flatMap(\.settings) + manifest.fixed
    var told: Set<Path> = []
    for setting in settings {
      guard case .component(let index, _) = setting.path, !reached.contains(setting.path), let mark = setting.mark,
        told.insert(setting.path).inserted
      else { continue }
      diagnostics.error(at: mark, "no cell uses '\(setting.path.key)'", hint: membersInUse(index))
    }
    for axis in manifest.axes {
      for case .parameter(let index) in axis.paths where cells.allSatisfy({ $0.pieces[index] == nil }) {
        guard !cells.isEmpty else { continue }
        diagnostics.error(at: axis.mark, "no cell uses '\(Schema.parameters[index].name)', so it cannot be an axis")
      }
    }
  }

  private func membersInUse(_ index: Int) -> String {
    var names: [String] = []
    for cell in cells {
      guard let member = cell.pieces[index]?.member, let last = Optional(type(of: member).name) else { continue }
      if names.last != last, !names.contains(last) { names.append(last) }
    }
    return "the cells' \(Schema.parameters[index].name): " + names.joined(separator: ", ")
  }
}
