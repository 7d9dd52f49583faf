package import YAML

/// A sweep as its author wrote it: read, typed and free of errors that show without expanding it.
package struct Manifest: Sendable {
  /// The folder under `results/`.
  package let name: String
  package let description: String
  package let run: RunSettings
  package let report: ReportSettings
  /// The file's own content, without the files that it extends, to be kept beside the results.
  package let text: String

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
  /// Set on the command line: stronger than everything in the file.
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
    let node = try Document.parse(source, diagnostics).map { try bases.merged($0, of: source) }
    let manifest = node.flatMap { ManifestReader(source, diagnostics).read($0) }
    try diagnostics.throwErrors()
    guard var manifest else { preconditionFailure("a manifest was refused without a word") }
    manifest.warnings = diagnostics.warnings
    return manifest
  }
}
