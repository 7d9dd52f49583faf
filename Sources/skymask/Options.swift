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
  @Option(
    name: .customLong("results"),
    help: ArgumentHelp(
      "The folder of all results (default: results, or where the results folder is).", valueName: "dir"))
  var given: String?

  @OptionGroup var data: DataOptions

  func validate() throws {
    if given == "" { throw ValidationError("--results is empty; name a folder") }
  }

  var results: String { given ?? FolderOptions.usual }

  static let usual = "results"

  var dataFolder: DataFolder { data.folder }
}

/// An experiment, and what the command line changes in it.
struct SweepOptions: ParsableArguments {
  @Argument(
    help: "The manifest (a YAML file, or - for standard input), or the results folder of an experiment.",
    completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String

  @OptionGroup var folders: FolderOptions

  @Option(
    help: ArgumentHelp(
      "Only cells with one of these values, such as attack=min-max,min-sum; may be given again.",
      valueName: "key=values"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fix a parameter for all cells, such as rounds=50; may be given again. This is another experiment, in a results "
        + "folder of its own: NAME-set-HASH, unless --name is given.", valueName: "key=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only these seeds, such as 1-5 or 1,2,7; they need not be among the manifest's.", valueName: "seeds"))
  var seeds: String?

  @Option(
    help: ArgumentHelp("Name of the experiment and of its folder, in place of the manifest's.", valueName: "name"))
  var name: String?

  func validate() throws {
    if let name, !Manifest.isName(name) {
      throw ValidationError(
        "--name '\(name)': a name has at most \(Manifest.longestName) of the letters a-z, digits and '-'")
    }
  }

  /// Reads the manifest and applies the flags.
  ///
  /// - Throws: `Failure` with every error, `CommandError.noCells` when nothing is left.
  func load() throws -> LoadedSweep {
    try LoadedSweep(manifest, folders: folders, only: only, set: set, seeds: seeds, name: name)
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
