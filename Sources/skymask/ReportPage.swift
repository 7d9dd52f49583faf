internal import Experiments
internal import Federated
internal import Reporting

/// The HTML page of a sweep's results.
enum ReportPage {
  /// Writes the page.
  ///
  /// - Parameters:
  ///   - cells: those of the sweep, in order.
  ///   - out: where to; nil for `report.html` beside the CSV.
  /// - Returns: its path.
  /// - Throws: `CommandError.notFinished` when there is nothing to tell yet, `ReportError` and `StoreError` for a
  ///   `report` of the manifest that does not fit the results.
  @discardableResult
  static func write(_ loaded: LoadedSweep, _ cells: [Cell], to out: String? = nil) throws -> String {
    let tables = try loaded.store.tables(cells, varying: loaded.varying, families: CellParameters.families)
    let contents = Dictionary(uniqueKeysWithValues: tables.map { ($0.table, $0.content) })
    guard let summary = contents[.summary], let rounds = contents[.rounds], let failures = contents[.failures],
      let provenance = contents[.provenance]
    else { preconditionFailure("a table was not made") }
    if rounds.rows.isEmpty, failures.rows.isEmpty { throw CommandError.notFinished(loaded.manifest.name) }
    let report = HTMLReport(
      name: loaded.manifest.name, description: loaded.manifest.description, manifestText: loaded.manifest.text,
      settings: loaded.manifest.report, summary: summary, rounds: rounds, failures: failures, provenance: provenance,
      looks: Looks(plan: try loaded.plan()))
    let path = out ?? "\(loaded.store.folder)/report.html"
    let page = Array(try report.page().utf8)
    let disk = Disk()
    // What is the same already stays untouched.
    if try disk.readIfPresent(path) != page { try disk.replace(path, with: page) }
    return path
  }

  /// Writes the page at the end of a run, for which results that the manifest's `report` does not fit are no failure:
  /// they are there, and the page comes with `skymask report` once the manifest is mended.
  ///
  /// - Returns: its path; nil when there is none, which is told unless there is nothing to tell yet.
  static func writeAfterRun(_ loaded: LoadedSweep, _ cells: [Cell]) throws -> String? {
    do {
      return try write(loaded, cells)
    } catch CommandError.notFinished {
      return nil
    } catch let error as ReportError {
      Output.complain("warning: no report.html, as the manifest's 'report' does not fit: \(error)")
      return nil
    } catch let error as StoreError where error.kind == .data {
      Output.complain("warning: no report.html, as the manifest's 'report' does not fit: \(error)")
      return nil
    }
  }
}
