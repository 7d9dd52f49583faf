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

  @Option(help: ArgumentHelp("The parameter down the side.", valueName: "key"))
  var rows: String?

  @Option(help: ArgumentHelp("The parameter across the top.", valueName: "key"))
  var columns: String?

  @Option(
    help: ArgumentHelp("The measurement; NAME_last10 is its mean over the last 10 evaluations.", valueName: "name"))
  var value: String?

  @Option(help: "How to write the tables.")
  var format = TableFormat.text

  func run() throws {
    let loaded = try options.load()
    let tables = try loaded.store.tables(
      try loaded.cells(), varying: loaded.varying, families: CellParameters.families)
    guard let summary = tables.first(where: { $0.table == .summary })?.content else { return }
    let references = loaded.manifest.report.reference
    let shown = try requests(loaded.manifest.report).flatMap {
      try Table.tables(from: summary, $0, references: references)
    }
    let text = format.render(shown, try Comparison(summary: summary, references: references))
    Output.say(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }

  /// The tables that the manifest's `report` asks for, unless flags ask for another.
  private func requests(_ report: ReportSettings) -> [TableRequest] {
    if rows == nil, columns == nil, value == nil { return report.tableRequests }
    let usual = TableRequest()
    return [
      TableRequest(rows: rows ?? usual.rows, columns: columns ?? usual.columns, value: value ?? usual.value)
    ]
  }
}

extension TableFormat: ExpressibleByArgument {}
