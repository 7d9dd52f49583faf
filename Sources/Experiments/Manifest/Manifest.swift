package import YAML

/// A sweep as its author wrote it: read, typed and free of errors that show without expanding it.
package struct Manifest: Sendable {
  /// The folder under `results/`.
  package internal(set) var name: String
  package static let longestName = 100
  package let description: String
  package let run: RunSettings
  package let report: ReportSettings
  /// What it was read from.
  let source: Source
  /// Its sections, those of the files that it extends and what the command line changed among them.
  var document: Node
  /// Whether `source` says all of it.
  var isAsWritten = true

  /// Where errors point to that no line is to blame for.
  let nameMark: Mark
  /// What is odd but no error.
  var warnings: [Diagnostic] = []
  var defaults: [Setting]
  var axes: [Axis]
  var exclude: [Rule]
  var override: [Override]
  var add: [Addition]
  /// nil when the manifest gives none.
  var seeds: [Int]?
  /// Beside those, as `--seeds` adds them.
  package internal(set) var moreSeeds: [Int] = []
  /// Of `set`, in the file or on the command line: stronger than everything else.
  var fixed: [Setting] = []

  /// Values that take turns; a row is what one turn sets: one parameter under `grid`, several under `zip`.
  struct Axis: Sendable {
    var rows: [[Setting]]
    let mark: Mark
    /// What every row sets.
    var paths: [Path] { rows.first.map { $0.map(\.path) } ?? [] }
  }

  /// Matches a cell that has every one of the values.
  struct Rule: Sendable {
    let conditions: [Setting]
    let mark: Mark
  }

  struct Override: Sendable {
    let when: Rule
    var set: [Setting]
  }

  struct Addition: Sendable {
    var settings: [Setting]
    let mark: Mark
  }

  /// Reads a manifest.
  ///
  /// - Throws: `Failure` with everything that is wrong with it.
  package static func load(path: String) throws -> Manifest { try load(Source.read(path)) }

  /// Reads the text of a manifest.
  package static func load(_ source: Source) throws -> Manifest {
    let diagnostics = Diagnostics()
    var bases = BaseReader(diagnostics)
    let own = try Document.parse(source, diagnostics)
    let manifest = try own.map { try bases.merged($0, of: source) }
      .flatMap { ManifestReader(source, diagnostics).read($0) }
    try diagnostics.throwErrors()
    guard var manifest else { preconditionFailure("a manifest was refused without a word") }
    manifest.isAsWritten = own?.mapping?.contains { $0.key == "extends" } == false
    manifest.warnings = diagnostics.warnings
    return manifest
  }
}
