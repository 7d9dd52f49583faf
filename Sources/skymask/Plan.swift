internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation
internal import Scheduling

/// The cells, how far each is, and what a run would take.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List the cells of a manifest: finished, resumable, new, changed and why; time, memory and disk of a run.",
    discussion: """
      A new cell is told with the parameters in which it differs from the nearest cell that the last run planned or that \
      has files in the results folder. The estimate follows from a short measurement of this CPU, corrected by what \
      finished cells of the sweep took. The measurement takes less than a second and is kept in \
      $XDG_CACHE_HOME/skymask or ~/.cache/skymask; without such a file, or with a damaged one, it is made again. \
      Nothing else is written and no lock is taken; finished cells are verified, hash by hash.
      """)

  @OptionGroup var options: SweepOptions

  @OptionGroup var jobs: JobsOption

  @Flag(help: "List every cell, however many there are.")
  var all = false

  @Flag(help: "One JSON object a line: each cell with its key, state and parameters; the last is the whole plan.")
  var json = false

  func run() throws {
    let loaded = try options.load()
    for warning in loaded.sweep.warnings { Output.complain(warning.description) }
    let cells = try loaded.cellsToPlan()
    let whole = try loaded.allCellsToRun()
    let standings = try loaded.store.standings(of: cells)
    let changes = try PlanChanges(
      of: cells, asked: whole.known.count == whole.all.count ? Set(whole.all.map(\.key)) : nil, in: loaded.store,
      labels: loaded.labels)
    let estimator = Estimator(
      finished: zip(cells, standings).compactMap { cell, standing in
        if case .finished(let record) = standing { (cell, record.provenance) } else { nil }
      },
      speed: try SpeedCache(environment: ProcessInfo.processInfo.environment).speed(
        for: zip(cells, standings).filter { Plan.shareLeft(of: $0, $1) > 0 }.map(\.0)))
    let estimates = zip(cells, standings).map { cell, standing in
      (estimate: estimator.estimate(cell), left: Plan.shareLeft(of: cell, standing))
    }
    let report = PlanReport(
      loaded: loaded, cells: cells, standings: standings, changes: changes, estimates: estimates.map(\.estimate),
      total: PlanEstimate(estimates, jobs: jobs.count(loaded.manifest.run)))
    if json { try report.sayJSON() } else { try report.sayText(all: all) }
  }

  /// The share of a cell that a run would still compute.
  private static func shareLeft(of cell: Cell, _ standing: CellStanding) -> Double {
    switch standing {
    case .finished: return 0
    case .resumable(let round):
      guard let rounds = cell.parameters["rounds"]?.asDouble, rounds > 0 else { return 1 }
      return max(0.01, 1 - Double(round) / rounds)
    case .unfinished, .failed, .damaged, .new: return 1
    }
  }
}
