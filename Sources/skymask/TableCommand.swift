internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Reporting

/// Rows by columns of one measurement.
struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Print tables of the finished cells: by default, test accuracy, attack by aggregator.")

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("The parameter down the side (default: attack, if it varies).", valueName: "key"))
  var rows: String?

  @Option(help: ArgumentHelp("The parameter across the top (default: aggregator, if it varies).", valueName: "key"))
  var columns: String?

  @Option(
    help: ArgumentHelp("The measurement; NAME_last10 is its mean over the last 10 evaluations.", valueName: "name"))
  var value: String?

  @Option(help: SplitOption.help("table"))
  var split: String?

  @Option(help: "How to write the tables.")
  var format = TableFormat.text

  func run() throws {
    let loaded = try options.load()
    let tables = try loaded.store.tables(
      try loaded.cells(), varying: loaded.varying, families: CellParameters.families)
    guard let summary = tables.first(where: { $0.table == .summary })?.content else { return }
    let references = loaded.manifest.report.reference
    let shown = try requests(loaded.manifest.report, in: summary).flatMap {
      try Table.tables(from: summary, $0, references: references)
    }
    let text = format.render(shown, try Comparison(summary: summary, references: references))
    Output.say(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }

  /// The tables that the manifest's `report` asks for, unless flags ask for another.
  private func requests(_ report: ReportSettings, in summary: CSVTable) -> [TableRequest] {
    if rows == nil, columns == nil, value == nil, split == nil { return report.tableRequests(in: summary) }
    return [
      TableRequest(
        rows: rows, columns: columns, value: value ?? TableRequest().value, split: split.map(SplitOption.names))
    ]
  }
}

extension TableFormat: ExpressibleByArgument {}
