internal import ArgumentParser
internal import Experiments

/// All of a sweep on one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one HTML page: tables, heat maps, curves, failures, provenance.",
    discussion: """
      The page needs no other file and no network. It can be narrowed to what you look at, also by its address: \
      report.html#attack=min-max&aggregator=krum,fedavg
      """)

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("Where to write the page (default: results/NAME/report.html).", valueName: "file"))
  var out: String?

  func validate() throws {
    if out == "" { throw ValidationError("--out is empty; name a file") }
  }

  func run() throws {
    let loaded = try options.load()
    if loaded.isPart, out == nil { throw CommandError.partOfReport(loaded.store.folder + "/report.html") }
    Output.say(try ReportPage.write(loaded, try loaded.cells(), to: out))
  }
}
