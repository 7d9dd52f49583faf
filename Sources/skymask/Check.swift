internal import ArgumentParser
internal import Catalogue
internal import YAML

/// All the errors of manifests, nothing else.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find every error in manifests, missing data among them; run nothing.")

  @Argument(help: "Manifests, YAML files.", completion: .file(extensions: ["yaml", "yml"]))
  var manifests: [String]

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Do not ask for data sets, which may be on the machine that will run the cells.")
  var withoutData = false

  func validate() throws {
    if manifests.isEmpty { throw ValidationError("give at least one manifest") }
  }

  func run() throws {
    var bad = false
    for path in manifests {
      do {
        let loaded = try LoadedSweep(manifest: path, folders: folders)
        for warning in loaded.sweep.warnings { Output.complain(warning.description) }
        let missing = withoutData ? [] : loaded.sweep.missingData(in: loaded.dataFolder)
        let errors = try loaded.reportProblems() + missing
        if !errors.isEmpty { throw Failure(errors) }
        Output.say("\(path): no errors, \(PlanReport.told(loaded.sweep.count))")
      } catch let failure as Failure {
        Output.complain(failure.description)
        bad = true
      }
    }
    if bad { throw ExitCode(Exit.manifest.rawValue) }
  }
}
