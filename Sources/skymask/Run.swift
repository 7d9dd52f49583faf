internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import Reporting
internal import Scheduling
internal import YAML

/// Runs what is not finished; always resumes.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the cells of a manifest that are not finished, each in a process of its own.",
    discussion: """
      Finished cells are skipped, so the same command goes on after an interruption. A cell that fails leaves no result; \
      the others go on. Results: results/<name>/rounds.csv and summary.csv.

      The first seed of every cell comes before the second of any, and of those the longest first. Ctrl-C (SIGINT), \
      SIGTERM and SIGUSR1 stop what runs and end with 75; a second Ctrl-C ends at once. SIGHUP finishes what runs.
      """)

  @OptionGroup var options: SweepOptions

  @OptionGroup var jobs: JobsOption

  @Flag(help: "Run the cells in a random order, which is told; results do not depend on it.")
  var shuffle = false

  @Option(help: ArgumentHelp("The random order that --shuffle told.", valueName: "n"))
  var shuffleSeed: UInt64?

  @Flag(help: "Say what would be run, in its order, and run nothing.")
  var dryRun = false

  @Flag(help: "Tell what happens as JSON, one object a line, on standard output.")
  var json = false

  func validate() throws {
    if json, dryRun {
      throw ValidationError("--json tells of a run, so not with --dry-run; plan --json lists the cells")
    }
  }

  func run() async throws {
    let loaded = try options.load()
    for warning in loaded.sweep.warnings { Output.complain(warning.description) }
    // With a parameter fixed, what the report is about may be no axis any more.
    let problems = try loaded.reportProblems(severity: options.set.isEmpty ? .error : .warning)
    if options.set.isEmpty, !problems.isEmpty { throw Failure(problems) }
    for problem in problems { Output.complain(problem.description) }
    let cells = try loaded.cells()
    let store = loaded.store
    if dryRun { return try foretell(cells, of: loaded) }
    let interruption = await Interruption.begin()
    let lock = try store.lock(as: .thisProcess)
    try store.prepare(manifestText: loaded.manifest.text, cells: try loaded.askedCells(cells) ?? cells)
    let sweep = try sweepRun(cells, of: loaded)
    let jobs = order(try sweep.jobs(cells))
    var outcome = SweepOutcome(results: [], stop: nil)
    if !jobs.isEmpty {
      outcome = try await sweep.run(
        jobs, limit: self.jobs.count(loaded.manifest.run), skipped: cells.count - jobs.count, json: json,
        interruption: interruption)
    }
    try store.export(cells, varying: loaded.varying, families: CellParameters.families)
    let page = try ReportPage.writeAfterRun(loaded, cells)
    try lock.release()
    let report = RunReport(
      outcome: outcome, before: cells.count - jobs.count, name: loaded.manifest.name, store: store, page: page)
    let exit = report.tell(json: json, label: sweep.label)
    let remarks = try SweepRemarks(store.table(ResultStore.Table.summary.rawValue))
    if let warning = remarks.warning { Output.complain(warning) }
    if exit != .finished { throw ExitCode(exit.rawValue) }
  }

  /// Looks at every cell: what is left to run, damaged ones by name, and what the finished ones tell of the others.
  private func sweepRun(_ cells: [Cell], of loaded: LoadedSweep) throws -> SweepRun {
    var open: [Cell] = []
    var finished: [(Cell, Provenance)] = []
    for cell in cells {
      switch try loaded.store.state(of: cell) {
      case .finished(let record): finished.append((cell, record.provenance))
      case .damaged(let reason):
        Output.complain("warning: \(cell.key.prefix(12)) is damaged and is run again: \(reason)")
        open.append(cell)
      case .partial, .absent: open.append(cell)
      }
    }
    let speed = try SpeedCache(environment: ProcessInfo.processInfo.environment).speed(for: open)
    return SweepRun(
      store: loaded.store, settings: loaded.manifest.run, dataFolder: loaded.dataFolder.path,
      labels: try Dictionary(uniqueKeysWithValues: open.map { ($0.key, try loaded.label($0)) }),
      cells: Dictionary(uniqueKeysWithValues: open.map { ($0.key, $0) }),
      estimator: Estimator(finished: finished, speed: speed))
  }

  private func order(_ jobs: [Job]) -> [Job] {
    guard shuffle || shuffleSeed != nil else { return JobOrder.longestFirst(jobs) }
    // Short enough to be typed; the order is no part of any result, so chance may choose it.
    let seed = shuffleSeed ?? UInt64.random(in: 0..<1_000_000)
    Output.complain("shuffled: --shuffle-seed \(seed) gives this order again")
    return JobOrder.shuffled(jobs, seed: seed)
  }

  private func foretell(_ cells: [Cell], of loaded: LoadedSweep) throws {
    let sweep = try sweepRun(cells, of: loaded)
    let jobs = order(try sweep.jobs(cells))
    for job in jobs { Output.say("would run \(job.id.prefix(12))  \(sweep.label(job))") }
    Output.say("\(cells.count - jobs.count) of \(cells.count) cells are finished")
  }
}
