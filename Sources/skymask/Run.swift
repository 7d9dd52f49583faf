internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import Scheduling

/// Runs what is not finished; always resumes.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the cells of a manifest that are not finished, each in a process of its own.",
    discussion: """
      Finished cells are skipped, so the same command goes on after an interruption. A cell that fails leaves no result; \
      the others go on. Results: results/<name>/rounds.csv and summary.csv.
      """)

  @OptionGroup var options: SweepOptions

  @Option(
    help: ArgumentHelp("Cells at once (default: the manifest's, else the cores this process may use).", valueName: "n"))
  var jobs: Int?

  @Flag(help: "Say what would be run, and run nothing.")
  var dryRun = false

  func run() async throws {
    if let jobs, jobs < 1 { throw CommandError.jobs(jobs) }
    let loaded = try options.load()
    for warning in loaded.sweep.warnings { Output.complain(warning.description) }
    let cells = try loaded.cells()
    if dryRun {
      let open = try cells.filter { try !loaded.store.isFinished($0) }
      for cell in open { Output.say("would run \(cell.key.prefix(12))  \(try loaded.label(cell))") }
      Output.say("\(cells.count - open.count) of \(cells.count) cells are finished")
      return
    }
    let store = loaded.store
    let lock = try store.lock(
      as: LockOwner(
        host: ProcessInfo.processInfo.hostName, process: Int(ProcessInfo.processInfo.processIdentifier),
        started: Date.now.formatted(.iso8601)))
    try store.prepare(manifestText: loaded.manifest.text, cells: cells)
    let open = try unfinished(cells, of: loaded)
    var results: [JobResult] = []
    if !open.isEmpty { results = try await run(open, of: loaded, all: cells.count) }
    try store.export(cells, varying: loaded.varying, families: CellParameters.families)
    try lock.release()
    try report(results, cells: cells, ran: open.count, of: loaded)
  }

  /// The cells to run; damaged ones are named.
  private func unfinished(_ cells: [Cell], of loaded: LoadedSweep) throws -> [Cell] {
    var open: [Cell] = []
    for cell in cells {
      switch try loaded.store.state(of: cell) {
      case .finished: continue
      case .damaged(let reason):
        Output.complain("warning: \(cell.key.prefix(12)) is damaged and is run again: \(reason)")
        open.append(cell)
      case .partial, .absent: open.append(cell)
      }
    }
    return open
  }

  private func run(_ open: [Cell], of loaded: LoadedSweep, all: Int) async throws -> [JobResult] {
    let wanted =
      jobs ?? loaded.manifest.run.jobs
      ?? AvailableCores.count(environment: ProcessInfo.processInfo.environment)
    // The scheduler takes each of its places in turn, however many more than cells there are.
    let limit = min(wanted, open.count)
    let list = try open.map { cell in
      Job(
        id: cell.key, executable: try Run.ownPath(),
        arguments: [
          "cell", cell.key, "--name", loaded.store.name, "--results", loaded.store.root, "--data",
          loaded.dataFolder.path, "--checkpoint-every", String(loaded.manifest.run.checkpointEverySeconds),
        ], logFile: try loaded.store.begin(cell))
    }
    let byKey = Dictionary(uniqueKeysWithValues: open.map { ($0.key, $0) })
    let monitor = RunMonitor(total: open.count, skipped: all - open.count, isTerminal: isatty(STDERR_FILENO) == 1)
    let shares: @Sendable (String) -> Double? = { key in byKey[key].flatMap { loaded.store.progress(of: $0) } }
    let scheduler = Scheduler(limit: limit, executor: try LocalProcesses())
    let task = Task { await scheduler.run(list) { monitor.note($0) } }
    let watch = Task { await monitor.watch(shares) }
    let signals = Interruption { task.cancel() }
    let results = await task.value
    signals.stop()
    watch.cancel()
    await watch.value
    for (cell, result) in zip(open, results) {
      // A cancelled cell is unfinished, not failed.
      if result.end.succeeded || result.end == .cancelled { continue }
      try loaded.store.recordFailure(
        of: cell, FailureRecord(end: result.end.description, lastLines: result.lastLines))
    }
    return results
  }

  private func report(_ results: [JobResult], cells: [Cell], ran: Int, of loaded: LoadedSweep) throws {
    let labels = try Dictionary(uniqueKeysWithValues: cells.map { ($0.key, try loaded.label($0)) })
    let failed = results.filter { !$0.end.succeeded && $0.end != .cancelled }
    for failure in FailureGroup.groups(failed) { Output.complain(failure.text(labels)) }
    let interrupted = results.contains { $0.end == .cancelled }
    let done = results.filter(\.end.succeeded).count
    Output.say(
      "\(loaded.manifest.name): \(cells.count - ran) of \(cells.count) cells were finished before, \(done) finished now"
        + (failed.isEmpty ? "" : ", \(failed.count) failed") + (interrupted ? ", interrupted" : ""))
    Output.say("results: \(loaded.store.folder)/rounds.csv, \(loaded.store.folder)/summary.csv")
    if interrupted {
      Output.complain("interrupted: give the same command again to go on")
      throw ExitCode(Exit.interrupted.rawValue)
    }
    if let exit = FailureGroup.exit(of: failed) { throw ExitCode(exit.rawValue) }
  }

  /// The path of this program, for the worker processes.
  private static func ownPath() throws -> String {
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    guard let path = Bundle.main.executablePath else {
      throw SchedulingError.system(doing: "find this program", errno: 2)
    }
    return path
  }
}

extension ResultStore {
  func isFinished(_ cell: Cell) throws -> Bool {
    if case .finished = try state(of: cell) { true } else { false }
  }
}

/// Cells that failed alike, told once.
struct FailureGroup {
  let results: [JobResult]

  /// Groups by how they ended and by the last line of their logs, in the order of the first of each.
  static func groups(_ failed: [JobResult]) -> [FailureGroup] {
    var groups: [FailureGroup] = []
    for result in failed {
      if let at = groups.firstIndex(where: { $0.isAlike(result) }) {
        groups[at] = FailureGroup(results: groups[at].results + [result])
      } else {
        groups.append(FailureGroup(results: [result]))
      }
    }
    return groups
  }

  /// The code of a run in which these failed; nil for none. A full disk or a differing result says more than a failure.
  static func exit(of failed: [JobResult]) -> Exit? {
    if failed.isEmpty { return nil }
    for exit in [Exit.nondeterminism, .disk] where failed.contains(where: { $0.end == .exited(exit.rawValue) }) {
      return exit
    }
    return .someFailed
  }

  private func isAlike(_ other: JobResult) -> Bool {
    results[0].end == other.end && results[0].lastLines.last == other.lastLines.last
  }

  func text(_ labels: [String: String]) -> String {
    let first = results[0]
    let count = results.count == 1 ? "a cell failed" : "\(results.count) cells failed alike, the first"
    var lines = [
      "error: \(count): \(labels[first.job.id] ?? first.job.id)", "  ended with \(first.end); log \(first.job.logFile)",
    ]
    lines += first.lastLines.suffix(10).map { "  | " + $0 }
    return lines.joined(separator: "\n")
  }
}
