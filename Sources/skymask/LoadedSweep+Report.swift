internal import Experiments
internal import Federated
internal import Reporting
internal import YAML

extension LoadedSweep {
  /// `summary.csv` of all the cells that the manifest asks for, as it is before any of them is run.
  func plan() throws -> CSVTable {
    // Whatever the data are, they are no column.
    try ResultStore.plannedSummary(
      whole.cells { _ in nil }, varying: varying, families: CellParameters.families)
  }

  /// What of the manifest's `report` cannot be made of its results.
  func reportProblems(severity: Diagnostic.Severity = .error) throws -> [Diagnostic] {
    let report = manifest.report
    if report.tables.isEmpty, report.plots.isEmpty, report.reference.isEmpty { return [] }
    return report.problems(in: try plan()).map { report.diagnostic($0.entry, $0.message, severity: severity) }
  }
}
