internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation
internal import YAML

/// An experiment's cells with the places that they read and write.
struct LoadedSweep {
  let manifest: Manifest
  /// The cells that `--only` and `--seeds` leave.
  let sweep: Sweep
  /// All cells of the experiment.
  let whole: Sweep
  /// The parameters that vary in the whole, so that what is made of a part has the columns that the manifest speaks of.
  let varying: [String]
  let dataFolder: DataFolder
  let store: ResultStore
  let labels: Labels
  /// Of `--only` and `--seeds`; what is made of the cells that they leave is named after them.
  private let partFlags: [String]
  /// The words of a command line that name the experiment.
  let words: [String]

  /// Where the digest of a data set is looked for first.
  private enum DataSource {
    case machine, results
  }

  /// Reads an experiment and changes in it what the flags of `SweepOptions` say.
  ///
  /// - Parameter path: a manifest, `-` for standard input, or the results folder of an experiment.
  /// - Throws: `Failure` with every error, `CommandError.noCells` when nothing is left.
  init(
    _ path: String, folders: FolderOptions, only: [String] = [], set: [String] = [], seeds: String? = nil,
    name: String? = nil
  ) throws {
    try self.init(
      path, results: folders.given, dataFolder: folders.dataFolder, only: only, set: set, seeds: seeds, name: name)
  }

  init(
    _ path: String, results: String?, dataFolder: DataFolder, only: [String] = [], set: [String] = [],
    seeds: String? = nil, name: String? = nil
  ) throws {
    let place = try ResultsFolder(path)
    var manifest = try LoadedSweep.manifest(path, place)
    if !set.isEmpty { manifest = try manifest.setting(set) }
    if let name { manifest = manifest.named(name) }
    store = ResultStore(
      root: results ?? place?.root ?? FolderOptions.usual, name: manifest.name,
      fileSystem: try FailPointVariable.fileSystem(of: .run))
    var wanted: [Int]?
    if let seeds { (manifest, wanted) = try manifest.adding(seeds: seeds, to: LoadedSweep.moreSeeds(in: store)) }
    self.manifest = manifest
    whole = try manifest.sweep()
    let ofSeeds = wanted.map(whole.filtered(bySeeds:)) ?? whole
    sweep = only.isEmpty ? ofSeeds : ofSeeds.filtered(by: try CellFilter(only))
    if sweep.count == 0 { throw CommandError.noCells }
    varying = whole.varying
    self.dataFolder = dataFolder
    labels = try Labels(families: CellParameters.families)
    partFlags = only + (seeds.map { ["seeds=\($0)"] } ?? [])
    words = [path] + (results.map { ["--results", $0] } ?? [])
  }

  private static func manifest(_ path: String, _ place: ResultsFolder?) throws -> Manifest {
    if path == "-" { return try Manifest.load(Source.standardInput()) }
    guard let place else { return try Manifest.load(path: path) }
    // The folder may have been copied under another name.
    return try Manifest.load(path: place.manifest).named(place.name)
  }

  /// Seeds that earlier runs had by `--seeds`, beside those of the manifest.
  private static func moreSeeds(in store: ResultStore) throws -> [Int] {
    do {
      return try store.storedManifest().map { try Manifest.load($0).moreSeeds } ?? []
    } catch is Failure {
      // A manifest of an earlier version, perhaps; a run writes its own in its place.
      return []
    }
  }

  /// Seeds of earlier runs that this experiment does not have.
  func forgottenSeeds() throws -> [Int] {
    let present = Set(manifest.allSeeds)
    return try LoadedSweep.moreSeeds(in: store).filter { !present.contains($0) }
  }

  /// Whether `--only` or `--seeds` leave some cells out.
  var isPart: Bool { sweep.count < whole.count }

  /// The name of a folder for what is made of a part, such as `attack=none`; nil for the whole.
  var partName: String? {
    guard isPart else { return nil }
    return String(
      partFlags.joined(separator: "+").map {
        $0.isASCII && ($0.isLetter || $0.isNumber || "=.,+-_".contains($0)) ? $0 : "-"
      })
  }

  /// The cells of the part, as their results have them: data sets need not be on this machine.
  func cells() throws -> [Cell] { try cells(of: sweep, first: .results) }

  /// The same for all cells.
  func allCells() throws -> [Cell] { try cells(of: whole, first: .results) }

  /// The cells of the part, for a run of them.
  ///
  /// - Throws: `Failure` for each data set that is missing, with the command that gets it.
  func cellsToRun() throws -> [Cell] {
    let missing = sweep.missingData(in: dataFolder)
    if !missing.isEmpty { throw Failure(missing.map(\.diagnostic)) }
    return try sweep.cells { try DataDigest.of($0, in: dataFolder) }
  }

  /// The cells of the part as a run would have them; where data are missing, as their results have them.
  ///
  /// - Throws: `Failure` for each data set that is missing and that no result is of.
  func cellsToPlan() throws -> [Cell] {
    let unknown = try unknownData(of: sweep)
    if !unknown.isEmpty { throw Failure(unknown.map(\.diagnostic)) }
    return try cells(of: sweep, first: .machine)
  }

  /// All cells as a run has them. Those of data that are missing here and that no result is of are not `known`: they
  /// have no result under the keys that they have now.
  func allCellsToRun() throws -> (all: [Cell], known: [Cell]) {
    let all = try cells(of: whole, first: .machine)
    let unknown = Set(try unknownData(of: whole).map(\.dataset))
    return (all, unknown.isEmpty ? all : all.filter { $0.parameters["dataset"].map { !unknown.contains($0) } ?? true })
  }

  private func unknownData(of sweep: Sweep) throws -> [Sweep.MissingData] {
    try sweep.missingData(in: dataFolder).filter { try store.recordedDigest(of: $0.dataset) == nil }
  }

  private func cells(of sweep: Sweep, first source: DataSource) throws -> [Cell] {
    try sweep.cells { dataset in
      switch source {
      case .machine:
        try DataDigest.ifPresent(dataset, in: dataFolder) ?? store.recordedDigest(of: dataset)
      case .results:
        try store.recordedDigest(of: dataset) ?? DataDigest.ifPresent(dataset, in: dataFolder)
      }
    }
  }

  /// The values of the parameters that vary, as the CSV shows them.
  func label(_ cell: Cell) throws -> String {
    let first = ["attack", "aggregator"]
    let shown = varying.isEmpty ? first : first.filter(varying.contains) + varying.filter { !first.contains($0) }
    return try shown.map { "\($0)=\(try labels.text(of: $0, in: cell))" }.joined(separator: " ")
  }
}
