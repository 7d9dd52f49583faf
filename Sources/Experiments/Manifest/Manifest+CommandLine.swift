internal import Catalogue
internal import YAML

extension Manifest {
  /// The manifest with parameters fixed by `key=value` texts, as `--set` gives them.
  ///
  /// A fixed parameter is no axis any more, and neither `override` nor `add` changes it.
  ///
  /// - Throws: `Failure` for an unknown key or a value that is wrong for it.
  package func setting(_ texts: [String]) throws -> Manifest {
    let diagnostics = Diagnostics()
    var fixed: [Setting] = []
    for text in texts {
      let settings = try Manifest.settings(text, option: "--set", diagnostics)
      for setting in settings where fixed.contains(where: { $0.path == setting.path }) {
        guard let mark = setting.mark else { continue }
        diagnostics.error(at: mark, "'\(setting.path.key)' is set twice")
      }
      fixed += settings
    }
    try diagnostics.throwErrors()
    var manifest = self
    manifest.fixed = self.fixed.filter { old in !fixed.contains { $0.path == old.path } } + fixed
    let paths = Set(fixed.map(\.path))
    func isFree(_ setting: Setting) -> Bool { !paths.contains(setting.path) }
    manifest.defaults = defaults.filter(isFree)
    manifest.axes = axes.compactMap { axis in
      var axis = axis
      axis.rows = axis.rows.map { $0.filter(isFree) }
      return axis.paths.isEmpty ? nil : axis
    }
    manifest.override = override.map { Override(when: $0.when, set: $0.set.filter(isFree)) }
    manifest.add = add.map { Addition(settings: $0.settings.filter(isFree), mark: $0.mark) }
    if paths.contains(.parameter(Schema.index("seed"))) { manifest.seeds = nil }
    return manifest
  }

  /// The manifest with other seeds: `1-5`, `1,2,3` or both, as `--seeds` gives them.
  ///
  /// - Throws: `Failure` for any other text.
  package func seeded(_ text: String) throws -> Manifest {
    func refuse(_ message: String) -> Failure {
      Failure([Diagnostic(file: "--seeds", message: message, hint: "write, say, --seeds 1-5 or --seeds 1,2,7")])
    }
    var seeds: [Int] = []
    var seen: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { text in
        text.allSatisfy { ("0"..."9").contains($0) } ? Int(text) : nil
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
        throw refuse("'\(text)' is no list of seeds")
      }
      guard first <= last else { throw refuse("the range \(part) is empty") }
      guard last - first < Expansion.mostCells else { throw refuse("the range \(part) has too many seeds") }
      for seed in first...last where seen.insert(seed).inserted { seeds.append(seed) }
    }
    var manifest = self
    manifest.seeds = seeds
    return manifest
  }

  /// The settings of `key=value`, read as the YAML `key: value`, so that messages can point into it.
  static func settings(_ text: String, option: String, _ diagnostics: Diagnostics) throws -> [Setting] {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex, !text.contains(where: \.isNewline) else {
      throw Failure([Diagnostic(file: option, message: "'\(text)' is not of the form key=value")])
    }
    let source = Source(name: option, text: text[..<equals] + ": " + text[text.index(after: equals)...])
    guard let node = try Document.parse(source, diagnostics) else { return [] }
    return SettingMap(node, section: option, diagnostics).settings()
  }
}

/// Lets the cells through that have, for every key, one of the values given for it: `--only attack=min-max`.
package struct CellFilter: Sendable {
  private let alternatives: [[Setting]]

  /// - Throws: `Failure` for an unknown key or a value that is wrong for it.
  package init(_ texts: [String]) throws {
    let diagnostics = Diagnostics()
    var alternatives: [[Setting]] = []
    for text in texts {
      for setting in try Manifest.settings(text, option: "--only", diagnostics) {
        if let index = alternatives.firstIndex(where: { $0[0].path == setting.path }) {
          alternatives[index].append(setting)
        } else {
          alternatives.append([setting])
        }
      }
    }
    try diagnostics.throwErrors()
    self.alternatives = alternatives
  }

  func accepts(_ cell: ResolvedCell) -> Bool {
    alternatives.allSatisfy { settings in settings.contains { cell.matches([$0]) } }
  }
}
