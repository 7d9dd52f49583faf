internal import Catalogue
internal import Crypto
internal import Federated
internal import Foundation
internal import YAML

extension Manifest {
  /// The manifest with parameters fixed by `key=value` texts, as `--set` gives them.
  package func setting(_ texts: [String]) throws -> Manifest {
    try setting(texts.map { FlagSetting(flag: "--set", text: $0) })
  }

  /// The manifest with parameters fixed by flags: another experiment, named after this one and what is fixed.
  ///
  /// - Throws: `Failure` for an unknown key or a value that is wrong for it.
  package func setting(_ flags: [FlagSetting]) throws -> Manifest {
    let diagnostics = Diagnostics()
    var fixed: [Setting] = []
    var entries: [Node.Entry] = []
    for flag in flags {
      let content = try flag.value(diagnostics)
      for setting in content.settings {
        guard let mark = setting.mark, let other = fixed.first(where: { $0.path == setting.path })?.mark else {
          continue
        }
        let place = other.source.name == mark.source.name ? "twice" : "already, by \(other.source.name)"
        diagnostics.error(at: mark, "'\(setting.path.key)' is set \(place)")
      }
      fixed += content.settings
      entries += content.entries
    }
    try diagnostics.throwErrors()
    var manifest = fixing(fixed)
    manifest.change("set", to: .mapping(BaseReader.settings(entries, over: self.entries(of: "set"))))
    let hash = Manifest.hash(of: fixed)
    let suffix = "-set-" + hash
    return manifest.named(name.prefix(Manifest.longestName - suffix.count) + suffix)
  }

  /// The manifest with parameters fixed for all cells.
  ///
  /// A fixed parameter stops being an axis, and `override` and `add` do not change it.
  func fixing(_ fixed: [Setting]) -> Manifest {
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
    if paths.contains(.parameter(Schema.index("seed"))) { (manifest.seeds, manifest.moreSeeds) = (nil, []) }
    return manifest
  }

  /// Eight digits that are the same for the same values, however they are spelled and in whatever order they come.
  private static func hash(of settings: [Setting]) -> String {
    let lines = settings.map { "\($0.path.key)=\($0.value.canonicalJSON)\n" }.sorted()
    return String(SHA256.hash(data: Data(lines.joined().utf8)).hex.prefix(8))
  }

  /// Whether a text can name an experiment.
  package static func isName(_ text: String) -> Bool {
    let isAllowed = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    return isAllowed && !text.isEmpty && text.utf8.count <= longestName
  }

  /// The same under another name.
  package func named(_ name: String) -> Manifest {
    if name == self.name { return self }
    var manifest = self
    manifest.name = name
    manifest.change("name", to: .scalar(Node.Scalar(text: name, isPlain: true)))
    return manifest
  }

  /// The manifest with the seeds that `--seeds` gives added to its own, and the seeds given.
  ///
  /// - Parameter earlier: what was given in earlier runs.
  /// - Throws: `Failure` for text that names no seeds, and where the manifest sets `seed` itself.
  package func adding(seeds text: String, to earlier: [Int] = []) throws -> (manifest: Manifest, seeds: [Int]) {
    let given: [Int]
    do {
      given = try SeedList.read(text)
    } catch {
      throw Failure([
        Diagnostic(file: "--seeds", message: error.message, hint: "write, say, --seeds 1-5 or --seeds 1,2,7")
      ])
    }
    let diagnostics = Diagnostics()
    Manifest.checkSeed(
      of: defaults + axes.flatMap { $0.rows.flatMap { $0 } } + override.flatMap(\.set) + add.flatMap(\.settings)
        + fixed,
      against: "--seeds", diagnostics)
    try diagnostics.throwErrors()
    var manifest = self
    var known = Set(manifest.allSeeds(orUsual: true))
    manifest.moreSeeds += (earlier + given).filter { known.insert($0).inserted }
    if manifest.moreSeeds != moreSeeds {
      let texts = SeedList.texts(of: manifest.moreSeeds)
      let nodes = texts.map { Node(.scalar(Node.Scalar(text: $0, isPlain: true)), document.mark) }
      manifest.change("more_seeds", to: .sequence(nodes))
    }
    return (manifest, given)
  }

  /// The seeds that every cell is run with; none where each has the one that its parameters say.
  package var allSeeds: [Int] { allSeeds(orUsual: !moreSeeds.isEmpty) }

  /// - Parameter orUsual: whether a manifest without seeds has that of every cell.
  private func allSeeds(orUsual: Bool) -> [Int] {
    let usual = orUsual ? CellParameters.defaults["seed"]?.asInt.map { [$0] } : nil
    let own = seeds ?? usual ?? []
    let known = Set(own)
    return own + moreSeeds.filter { !known.contains($0) }
  }

  /// Refuses settings of `seed` where every cell gets its own.
  static func checkSeed(of settings: [Setting], against seeds: String, _ diagnostics: Diagnostics) {
    for setting in settings where setting.path.key == "seed" {
      guard let mark = setting.mark else { continue }
      diagnostics.error(at: mark, "'seed' is set here, but \(seeds) gives every cell its own; keep one of the two")
    }
  }
}
