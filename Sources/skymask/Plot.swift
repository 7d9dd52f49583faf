internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Reporting

/// Pictures of a sweep: those for print by gnuplot, and one of curves without it.
struct Plot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw curves, heat maps and masks for print; with --out, one picture of curves as SVG.",
    discussion: """
      Draws the manifest's report: plots, a heat map for each of its tables, and the masks of cells with record: \
      [masks], by gnuplot, into results/NAME/plots; those of a part of the cells, which --only and --seeds leave, into a \
      folder in there. The scripts and their data stay beside the pictures, to be copied \
      and restyled. With --x, --value, --series or --split it draws that one plot of curves, in a picture for each \
      combination of whatever else varies. A rule has the same colour in all of them.

      --out FILE.svg draws the curves of the cells that --only leaves in one picture, and needs no gnuplot.
      """)

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("round, or a parameter whose values are numbers (default: round).", valueName: "key"))
  var x: String?

  @Option(
    help: ArgumentHelp(
      "The measurement (default: test_accuracy); NAME_last10 is its mean over the last 10 evaluations.",
      valueName: "name"))
  var value: String?

  @Option(help: ArgumentHelp("What tells the lines apart (default: aggregator, if it varies).", valueName: "key"))
  var series: String?

  @Option(help: SplitOption.help("picture"))
  var split: String?

  @Option(help: ArgumentHelp("svg, pdf or png (default: svg).", valueName: "format"))
  var format: PlotFormat?

  @Option(help: ArgumentHelp("Where to write one picture of curves, drawn without gnuplot.", valueName: "file.svg"))
  var out: String?

  func validate() throws {
    guard let out else { return }
    if !out.hasSuffix(".svg") {
      throw ValidationError(
        "--out \(out.isEmpty ? "is empty" : out): name a file that ends in .svg; pdf and png come without --out")
    }
    if format != nil || split != nil {
      throw ValidationError("--out draws one picture, as SVG; leave it out for --format and --split")
    }
  }

  func run() async throws {
    let loaded = try options.load()
    let cells = try loaded.cells()
    let tables = try loaded.store.tables(cells, varying: loaded.varying, families: CellParameters.families)
    guard let rounds = tables.first(where: { $0.table == .rounds })?.content, !rounds.rows.isEmpty,
      let summary = tables.first(where: { $0.table == .summary })?.content
    else { throw CommandError.notFinished(loaded.manifest.name) }
    let looks = Looks(plan: try loaded.plan())
    let usual = CurveRequest()
    let request = CurveRequest(
      x: x ?? usual.x, y: value ?? usual.y, series: series, split: split.map(SplitOption.names))
    if let out {
      let picture = try Figures.picture(
        request, title: title(loaded), rounds: rounds, summary: summary, looks: looks)
      try Disk().replace(out, with: Array(picture.utf8))
      return Output.say(out)
    }
    let isOne = x != nil || value != nil || series != nil || split != nil
    let figures = try Figures.figures(
      loaded.manifest.report, rounds: rounds, summary: summary, masks: isOne ? [] : try masks(of: cells, in: loaded),
      looks: looks, only: isOne ? request : nil)
    if figures.isEmpty { throw ReportError.nothingToShow("nothing that the plots ask for was measured") }
    let folder = loaded.store.folder + "/plots" + (loaded.partName.map { "/" + $0 } ?? "")
    try await PrintedFigures(folder: folder, format: format ?? .svg).draw(figures)
  }

  /// What of the sweep is drawn.
  private func title(_ loaded: LoadedSweep) -> String {
    // The names of the lines stand at their ends.
    let lines = (series ?? "aggregator") + "="
    let chosen = options.only.filter { !$0.hasPrefix(lines) }.map { $0.replacing("=", with: " ", maxReplacements: 1) }
    return chosen.isEmpty ? loaded.manifest.name : chosen.joined(separator: ", ")
  }

  private func masks(of cells: [Cell], in loaded: LoadedSweep) throws -> [MaskCloud] {
    try cells.compactMap { cell in
      guard let content = try loaded.store.sideFile(.masks, of: cell) else { return nil }
      // What is inside a component is told by the component's own label.
      let names = loaded.varying.filter { name in !loaded.varying.contains { name.hasPrefix($0 + ".") } }
      let shared = try names.map { Table.Pair(name: $0, value: try loaded.labels.text(of: $0, in: cell)) }
      return try MaskCloud(content, shared: shared, name: SideFile.masks.name)
    }
  }
}

extension PlotFormat: ExpressibleByArgument {}
