internal import Catalogue
internal import Experiments
internal import Foundation
internal import Scheduling
internal import Synchronization

/// The running of a sweep's unfinished cells, each as a job.
struct SweepRun: Sendable {
  /// Where the cells' results are.
  let store: ResultStore
  let settings: RunSettings
  let dataFolder: String
  /// What the cells are called, by key.
  let labels: [String: String]
  /// The cells to run, by key.
  let cells: [String: Cell]
  /// What cells take, as far as the finished ones tell.
  let estimator: Estimator

  /// The jobs of the cells to run, in the order of the manifest.
  ///
  /// - Parameter plan: every cell of the sweep: a seed has its turn whether or not the seeds before it are finished.
  func jobs(_ plan: [Cell]) throws -> [Job] {
    let executable = try SweepRun.ownPath()
    var turns: [String: Int] = [:]
    return plan.compactMap { cell in
      let group = SweepRun.group(of: cell)
      let turn = turns[group, default: 0]
      turns[group] = turn + 1
      guard cells[cell.key] != nil else { return nil }
      let estimate = estimator.estimate(cell)
      return Job(
        id: cell.key, executable: executable,
        arguments: [
          "cell", cell.key, "--name", store.name, "--results", store.root, "--data", dataFolder,
          "--checkpoint-every", String(settings.checkpointEverySeconds),
        ], logFile: store.logFile(of: cell), group: group, turn: turn, estimatedSeconds: estimate.seconds,
        estimatedMemoryBytes: estimate.memoryBytes, timeoutSeconds: settings.timeoutSeconds)
    }
  }

  /// Runs the jobs in the order given until they have ended or `interruption` stops it.
  ///
  /// - Parameter limit: the most cells at once.
  func run(
    _ jobs: [Job], limit: Int, skipped: Int, json: Bool, interruption: Interruption
  ) async throws -> SweepOutcome {
    let executor = try LocalProcesses()
    // The scheduler looks at each of its places, however many more than cells there are.
    let limits = SweepLimits(jobs: min(limit, jobs.count), retries: settings.retries)
    let share: @Sendable (Job) -> Double? = { job in cells[job.id].flatMap { store.progress(of: $0) } }
    let monitor = RunMonitor(jobs: jobs, skipped: skipped, label: label, share: share)
    let events = json ? RunEvents(label: label) : nil
    let lost = Mutex<(any Error)?>(nil)
    let sweep = Task {
      await Scheduler(limits: limits, executor: executor).run(
        jobs, prepare: prepare, progress: share, mayStart: { interruption.mayStart }
      ) { event in
        monitor.note(event)
        events?.tell(event)
        guard case .failed(let result) = event else { return }
        do {
          try record(result)
        } catch {
          lost.withLock { $0 = $0 ?? error }
        }
      }
    }
    interruption.act(stop: { sweep.cancel() }, kill: { executor.killAll() })
    let watches = [
      Task { await monitor.watch() },
      Task { if let events { await events.watch { monitor.progress() } } },
    ]
    let outcome = await sweep.value
    for watch in watches { watch.cancel() }
    for watch in watches { await watch.value }
    if let lost = lost.withLock({ $0 }) { throw lost }
    return outcome
  }

  @Sendable func label(_ job: Job) -> String { labels[job.id] ?? job.id }

  @Sendable private func prepare(_ job: Job) throws {
    guard let cell = cells[job.id] else { preconditionFailure("a job of no cell") }
    try store.begin(cell)
  }

  private func record(_ result: JobResult) throws {
    guard let cell = cells[result.job.id] else { preconditionFailure("a job of no cell") }
    try store.recordFailure(of: cell, FailureRecord(end: result.end.description, lastLines: result.lastLines))
  }

  /// What cells have in common that differ in the seed alone.
  private static func group(of cell: Cell) -> String {
    Value.map(cell.parameters.filter { $0.key != "seed" && $0.key != "data_seed" }).canonicalJSON
  }

  /// The path of this program, for the worker processes.
  private static func ownPath() throws -> String {
    // Not there on macOS.
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    guard let path = Bundle.main.executablePath else {
      throw SchedulingError.system(doing: "find this program", errno: 2)
    }
    return path
  }
}
