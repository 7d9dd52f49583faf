internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import Reporting

/// A picture of one measurement by round.
struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw one measurement by round as SVG, a line for each aggregator.")

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("The measurement.", valueName: "name"))
  var value = "test_accuracy"

  @Option(help: ArgumentHelp("What tells the lines apart.", valueName: "key"))
  var series = "aggregator"

  @Option(help: ArgumentHelp("Where to write the picture.", valueName: "file"))
  var out: String

  func run() throws {
    let loaded = try options.load()
    let tables = try loaded.store.tables(
      try loaded.cells(), varying: loaded.varying, families: CellParameters.families)
    guard let rounds = tables.first(where: { $0.table == .rounds })?.content, !rounds.rows.isEmpty else {
      throw CommandError.notFinished(loaded.manifest.name)
    }
    let chosen = options.only.compactMap { text -> (name: String, value: String)? in
      guard let equals = text.firstIndex(of: "=") else { return nil }
      return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }.filter { $0.name != series }
    let lines = try Series.means(of: value, in: rounds, by: series, where: chosen)
    let title = chosen.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let plot = LinePlot(
      title: title.isEmpty ? loaded.manifest.name : title, xName: "round",
      yName: value.replacingOccurrences(of: "_", with: " "), series: lines)
    try Disk().replace(out, with: Array(plot.svg.utf8))
    Output.say(out)
  }
}
