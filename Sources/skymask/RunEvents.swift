internal import Catalogue
internal import Scheduling

/// What happens in a run, for programs: one JSON object a line on standard output, each with an `event`.
struct RunEvents: Sendable {
  /// What a cell is called.
  let label: @Sendable (Job) -> String

  /// How often the progress is told.
  private static let pause = Duration.seconds(5)

  func tell(_ event: JobEvent) { Output.announce(.map(fields(event))) }

  /// Tells the progress now, and again and again until cancelled, and then once more.
  func watch(_ progress: @Sendable () -> Scheduling.Progress) async {
    while !Task.isCancelled {
      tell(progress())
      // Cancelled, it wakes at once; the loop then ends.
      try? await Task.sleep(for: RunEvents.pause)
    }
    tell(progress())
  }

  /// The last event.
  static func end(_ exit: Exit, finished: Int, before: Int, failed: Int, notRun: Int) {
    Output.announce(
      .map([
        "event": .string("end"), "exit": .integer(Int(exit.rawValue)), "finished": .integer(finished),
        "finished_before": .integer(before), "failed": .integer(failed), "not_run": .integer(notRun),
      ]))
  }

  private func tell(_ progress: Scheduling.Progress) {
    let left = progress.remainingSeconds.map { Value.number(($0 * 1000).rounded() / 1000) }
    Output.announce(
      .map([
        "event": .string("progress"), "total": .integer(progress.total), "finished": .integer(progress.finished),
        "failed": .integer(progress.failed), "running": .integer(progress.running.count),
        "fraction": .number(progress.fraction), "elapsed_seconds": .number(progress.elapsedSeconds),
        "remaining_seconds": left ?? .null,
      ]))
  }

  private func fields(_ event: JobEvent) -> [String: Value] {
    switch event {
    case .started(let job, let attempt):
      return ["event": .string("started"), "attempt": .integer(attempt)].merging(fields(job)) { $1 }
    case .finished(let result): return fields("finished", result)
    case .stopped(let result): return fields("stopped", result)
    case .failed(let result): return fields("failed", result).merging(reason(of: result)) { $1 }
    case .retried(let result, let wait):
      return fields("retried", result).merging(reason(of: result)) { $1 }
        .merging(["wait_seconds": .number(wait.rounded)]) { $1 }
    }
  }

  private func fields(_ name: String, _ result: JobResult) -> [String: Value] {
    [
      "event": .string(name), "attempt": .integer(result.attempts),
      "peak_memory_bytes": result.peakMemoryBytes.map(Value.integer) ?? .null,
    ].merging(fields(result.job)) { $1 }
  }

  private func fields(_ job: Job) -> [String: Value] { ["key": .string(job.id), "label": .string(label(job))] }

  private func reason(of result: JobResult) -> [String: Value] {
    [
      "end": .string("\(result.end)"), "log": .string(result.job.logFile),
      "last_lines": .list(result.lastLines.suffix(10).map(Value.string)),
    ]
  }
}
