internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation
internal import Scheduling
internal import YAML

/// Where data sets are.
struct DataOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of data sets (default: data, or SKYMASK_DATA).", valueName: "dir"))
  var data: String?

  func validate() throws {
    // An unset shell variable, most likely; the empty path would mean the root of the file system.
    if data == "" { throw ValidationError("--data is empty; name a folder") }
  }

  var folder: DataFolder {
    let told = ProcessInfo.processInfo.environment["SKYMASK_DATA"] ?? ""
    return DataFolder(data ?? (told.isEmpty ? "data" : told))
  }
}

/// Where results and data are.
struct FolderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of all results.", valueName: "dir"))
  var results = "results"

  @OptionGroup var data: DataOptions

  func validate() throws {
    if results.isEmpty { throw ValidationError("--results is empty; name a folder") }
  }

  var dataFolder: DataFolder { data.folder }
}

/// A manifest, and what the command line changes in it.
struct SweepOptions: ParsableArguments {
  @Argument(help: "The manifest, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String

  @OptionGroup var folders: FolderOptions

  @Option(
    help: ArgumentHelp(
      "Only cells with this value, such as attack=min-max; may be given again.", valueName: "key=value"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp("Fix a parameter for all cells, such as rounds=50; may be given again.", valueName: "key=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("Other seeds than the manifest's, such as 1-5 or 1,2,7.", valueName: "seeds"))
  var seeds: String?

  /// Reads the manifest and applies the flags.
  ///
  /// - Throws: `Failure` with every error, `CommandError.noCells` when nothing is left.
  func load() throws -> LoadedSweep {
    try LoadedSweep(manifest: manifest, folders: folders, only: only, set: set, seeds: seeds)
  }
}

/// How many cells run at once.
struct JobsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Cells at once (default: the manifest's, else the cores this process may use).", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least one cell must run at once") }
  }

  /// What is given, else what the manifest says, else the cores this process may use.
  func count(_ settings: RunSettings) -> Int {
    jobs ?? settings.jobs ?? AvailableCores.count(environment: ProcessInfo.processInfo.environment)
  }
}

/// A manifest's cells with the places that they read and write.
struct LoadedSweep {
  let manifest: Manifest
  let sweep: Sweep
  /// The sweep without `--only`.
  let whole: Sweep
  /// The parameters that vary in the whole, so that what is made of a part has the columns that the manifest speaks of.
  let varying: [String]
  let dataFolder: DataFolder
  let store: ResultStore
  let labels: Labels

  /// Reads a manifest and changes in it what the flags of `SweepOptions` say.
  ///
  /// - Throws: `Failure` with every error, `CommandError.noCells` when nothing is left.
  init(
    manifest path: String, folders: FolderOptions, only: [String] = [], set: [String] = [], seeds: String? = nil
  ) throws {
    var manifest = try Manifest.load(path: path)
    if !set.isEmpty { manifest = try manifest.setting(set) }
    if let seeds { manifest = try manifest.seeded(seeds) }
    self.manifest = manifest
    whole = try manifest.sweep()
    sweep = only.isEmpty ? whole : whole.filtered(by: try CellFilter(only))
    if sweep.count == 0 { throw CommandError.noCells }
    varying = whole.varying
    dataFolder = folders.dataFolder
    store = ResultStore(
      root: folders.results, name: manifest.name, fileSystem: try FailPointVariable.fileSystem(of: .run))
    labels = try Labels(families: CellParameters.families)
  }

  /// The cells with their keys.
  ///
  /// - Throws: `Failure` for each data set that is missing, with the command that gets it.
  func cells() throws -> [Cell] {
    let missing = sweep.missingData(in: dataFolder)
    if !missing.isEmpty { throw Failure(missing) }
    return try sweep.cells { try DataDigest.of($0, in: dataFolder) }
  }

  /// All the cells that the manifest asks for, of which `--only` may have left `cells`; nil where they cannot be known,
  /// as data are missing.
  func askedCells(_ cells: [Cell]) throws -> [Cell]? {
    if whole.count == sweep.count { return cells }
    guard whole.missingData(in: dataFolder).isEmpty else { return nil }
    return try whole.cells { try DataDigest.of($0, in: dataFolder) }
  }

  /// The values of the parameters that vary, as the CSV shows them.
  func label(_ cell: Cell) throws -> String {
    let first = ["attack", "aggregator"]
    let shown = varying.isEmpty ? first : first.filter(varying.contains) + varying.filter { !first.contains($0) }
    return try shown.map { "\($0)=\(try labels.text(of: $0, in: cell))" }.joined(separator: " ")
  }
}
