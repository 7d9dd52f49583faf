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
}
