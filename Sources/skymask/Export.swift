internal import ArgumentParser
internal import Experiments
internal import Federated

/// The CSV files again.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write rounds.csv, summary.csv, failures.csv and provenance.csv again from the finished cells.")

  @OptionGroup var options: SweepOptions

  func validate() throws {
    if !options.only.isEmpty {
      throw ValidationError("export writes the files of the whole experiment; leave out --only")
    }
  }

  func run() throws {
    let loaded = try options.load()
    try loaded.store.export(try loaded.allCells(), varying: loaded.varying, families: CellParameters.families)
    for table in ResultStore.Table.allCases { Output.say("\(loaded.store.folder)/\(table.rawValue)") }
  }
}
