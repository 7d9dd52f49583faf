internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation

/// How two cells or two experiments differ.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two cells, or two results folders or manifests. Exit code 0: the same, 1: they differ.",
    discussion: """
      A cell is named by its key, by four or more of its first digits, or by its folder; an experiment by its results \
      folder or its manifest. Cells: the parameters that differ, the first round from which the measurements differ, the \
      last measurements side by side. Experiments: the cells that are in one only, and those in both whose bytes differ.
      """)

  @Argument(help: "A cell, a results folder or a manifest.")
  var first: String

  @Argument(help: "Another of the same kind.")
  var second: String

  @OptionGroup var folders: FolderOptions

  /// What an argument names.
  private enum Subject {
    case cell(FoundCell)
    case experiment(Experiment)
  }

  func run() throws {
    let isSame: Bool
    switch (try subject(first), try subject(second)) {
    case (.cell(let a), .cell(let b)): isSame = try CellComparison(a, b, names: (first, second)).say()
    case (.experiment(let a), .experiment(let b)): isSame = try ExperimentComparison(a, b).say()
    case (.cell, .experiment), (.experiment, .cell): throw CommandError.differentKinds(first, second)
    }
    if !isSame { throw ExitCode(Exit.someFailed.rawValue) }
  }

  private func subject(_ text: String) throws -> Subject {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) else {
      if !ResultStore.isKeyPrefix(text) { throw CommandError.nothingToCompare(text) }
      return .cell(try FoundCell.find(text, in: folders.results))
    }
    guard isFolder.boolValue else {
      let loaded = try LoadedSweep(text, folders: folders)
      return .experiment(
        Experiment(name: text, store: loaded.store, cells: try loaded.cells().map { KnownCell($0) }))
    }
    if let cell = try FoundCell.at(text) { return .cell(cell) }
    let url = URL(filePath: text).standardizedFileURL
    let store = ResultStore(root: url.deletingLastPathComponent().path, name: url.lastPathComponent)
    guard FileManager.default.fileExists(atPath: url.path + "/cells") else { throw CommandError.nothingToCompare(text) }
    return .experiment(
      Experiment(
        name: text, store: store,
        cells: try store.presentKeys().sorted().compactMap { try store.knownCell(key: $0) }))
  }
}

/// One side of a comparison of experiments.
struct Experiment {
  /// As the user named it.
  let name: String
  let store: ResultStore
  let cells: [KnownCell]
}
