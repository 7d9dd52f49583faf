/// What a run of the cells that are not finished is expected to take.
package struct PlanEstimate: Sendable, Equatable {
  /// Cells that run.
  package let cells: Int
  /// Those that run at once.
  package let jobs: Int
  package let seconds: Double
  /// The most that so many cells hold at once.
  package let memoryBytes: Int
  /// All results, those that are there already too.
  package let diskBytes: Int
  /// Checkpoints on top of that while it runs.
  package let checkpointBytes: Int

  /// - Parameters:
  ///   - cells: all cells of the plan, each with the share of it that is left, 0 for a finished one.
  ///   - jobs: the cells that may run at once.
  package init(_ cells: [(estimate: CellEstimate, left: Double)], jobs: Int) {
    let open = cells.filter { $0.left > 0 }
    self.cells = open.count
    self.jobs = max(1, min(jobs, open.count))
    let seconds = open.map { $0.estimate.seconds * $0.left }
    // Cells are not divided: the longest is a bound, and so is the work of each of the places.
    self.seconds = max(seconds.reduce(0, +) / Double(self.jobs), seconds.max() ?? 0)
    memoryBytes = PlanEstimate.sum(open.map(\.estimate.memoryBytes).sorted(by: >).prefix(self.jobs))
    diskBytes = PlanEstimate.sum(cells.map(\.estimate.diskBytes))
    checkpointBytes = PlanEstimate.sum(open.map(\.estimate.checkpointBytes).sorted(by: >).prefix(self.jobs))
  }

  private static func sum(_ values: some Sequence<Int>) -> Int {
    values.reduce(0) { sum, value in
      let (result, overflow) = sum.addingReportingOverflow(value)
      return overflow ? .max : result
    }
  }
}
