internal import Foundation
internal import YAML

/// The results folder of one experiment, named on a command line in place of its manifest.
struct ResultsFolder {
  /// The folder of all results, which it is in.
  let root: String
  let name: String

  /// Nil for what is no folder.
  ///
  /// - Throws: `Failure` for a folder that holds no experiment.
  init?(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
    let url = URL(filePath: path).absoluteURL.standardizedFileURL
    name = url.lastPathComponent
    // As it was given, where that says it: messages then name what the user typed.
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    if parts.last.map(String.init) == name, !parts.contains("..") {
      let parent = parts.dropLast().joined(separator: "/")
      root = path.hasPrefix("/") ? "/" + parent : parent.isEmpty ? "." : parent
    } else {
      root = url.deletingLastPathComponent().path
    }
    guard FileManager.default.fileExists(atPath: manifest) else {
      throw Failure([
        Diagnostic(
          file: path, message: "is a folder without manifest.yaml, so not the results of an experiment",
          hint: "give a manifest, or a folder that 'skymask run' made, such as results/NAME")
      ])
    }
  }

  /// The manifest that was run last.
  var manifest: String { "\(root)/\(name)/manifest.yaml" }
}
