package import Experiments
internal import Mustache

/// One HTML page that tells all of a sweep and needs no other file, no network and no server.
///
/// It is a function of the exported tables and the manifest, so that equal results give equal bytes.
package struct HTMLReport: Sendable {
  package var name: String
  package var description: String
  /// The manifest as it is written.
  package var manifestText: String
  package var settings: ReportSettings
  /// The contents of the exported tables.
  package var summary: CSVTable
  package var rounds: CSVTable
  package var failures: CSVTable
  package var provenance: CSVTable
  /// Those of the whole sweep; nil where the tables are of all of it.
  package var looks: Looks?

  package init(
    name: String, description: String, manifestText: String, settings: ReportSettings, summary: CSVTable,
    rounds: CSVTable, failures: CSVTable, provenance: CSVTable, looks: Looks? = nil
  ) {
    (self.name, self.description, self.manifestText, self.settings) = (name, description, manifestText, settings)
    (self.summary, self.rounds, self.failures, self.provenance) = (summary, rounds, failures, provenance)
    self.looks = looks
  }

  /// The page as text.
  ///
  /// - Throws: `ReportError` or `StoreError` for a table, a plot or a reference of the manifest that does not fit the
  ///   results.
  package func page() throws -> String {
    MustacheContentTypes.register(PageText(), named: PageText.name)
    return try MustacheTemplate(string: PageTemplate.text).render(content())
  }

  func content() throws -> PageContent {
    let requests = settings.tableRequests(in: summary)
    let tables = try requests.map { try Table.tables(from: summary, $0) }.filter { !$0.isEmpty }
    let curves =
      rounds.rows.isEmpty
      ? []
      : try settings.curveRequests(in: summary).map {
        try Curves(rounds: rounds, summary: summary, $0, looks: looks)
      }
    let comparison = try Comparison(summary: summary, references: settings.reference)
    return PageContent(
      title: name, description: description.isEmpty ? nil : description, counts: try PageCounts(summary).shown,
      filters: filters, hasFilters: !filters.isEmpty, tables: tables.compactMap(TableSection.init),
      maps: tables.compactMap(MapSection.init),
      remarks: RemarkSection(try SweepRemarks(summary)), curves: curves.map(CurveSection.init),
      comparison: comparison.rows.isEmpty ? nil : ComparisonSection(comparison),
      failures: try FailureSection.sections(failures), provenance: try ProvenanceSection(provenance),
      manifestText: manifestText)
  }

  /// The parameters with more than one value; a filter for what does not vary would choose nothing.
  private var filters: [PageFilter] {
    let parameters = Array(summary.header.prefix { $0 != "n" })
    return Parameters.outer(Parameters.varying(parameters, in: summary, beside: [])).compactMap { name in
      guard let index = parameters.firstIndex(of: name) else { return nil }
      var values: [String] = []
      for row in summary.rows where !values.contains(row[index]) { values.append(row[index]) }
      return PageFilter(
        parameter: name, values: values.map { PageFilter.Value(value: $0, shown: $0.isEmpty ? "(none)" : $0) })
    }
  }
}

extension ReportSettings {
  /// The tables that the manifest asks for; the usual one where it asks for none.
  ///
  /// - Parameter summary: the parameters that are no columns of it do not vary, so that nothing is split by them.
  package func tableRequests(in summary: CSVTable) -> [TableRequest] {
    if tables.isEmpty { return [TableRequest()] }
    return tables.map { table in
      TableRequest(
        rows: table.rows, columns: table.columns, value: table.value,
        split: table.split?.filter(summary.header.contains))
    }
  }

  /// The plots that the manifest asks for; the usual one where it asks for none.
  func curveRequests(in summary: CSVTable) -> [CurveRequest] {
    if plots.isEmpty { return [CurveRequest()] }
    return plots.map { plot in
      CurveRequest(x: plot.x, y: plot.y, series: plot.series, split: plot.split?.filter(summary.header.contains))
    }
  }
}

/// How many cells there are of each kind.
struct PageCounts: Equatable {
  var expected = 0
  var finished = 0
  var failed = 0
  var diverged = 0

  init(_ summary: CSVTable) throws {
    let columns = try ["n_expected", "n", "n_failed", "n_diverged"].map { try summary.column($0, of: "summary.csv") }
    for row in summary.rows {
      let numbers = try columns.map { column in
        guard let number = Int(row[column]) else {
          throw ReportError.unknown(row[column], what: "count", known: ["whole numbers"])
        }
        return number
      }
      expected += numbers[0]
      finished += numbers[1]
      failed += numbers[2]
      diverged += numbers[3]
    }
  }

  /// What the page's head says; nothing of kinds that there are none of.
  var shown: [PageContent.Count] {
    let missing = expected - finished - failed
    var shown = [PageContent.Count(kind: "finished", number: finished, what: "of \(expected) cells finished")]
    if failed > 0 { shown.append(PageContent.Count(kind: "failed", number: failed, what: "failed")) }
    if missing > 0 { shown.append(PageContent.Count(kind: "missing", number: missing, what: "not finished yet")) }
    if diverged > 0 { shown.append(PageContent.Count(kind: "diverged", number: diverged, what: "diverged")) }
    return shown
  }
}
