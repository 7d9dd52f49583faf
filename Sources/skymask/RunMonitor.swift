internal import Foundation
internal import Scheduling
internal import Synchronization

/// Shows how far a run is: one line that is drawn again on a terminal, a line every 30 seconds elsewhere.
final class RunMonitor: Sendable {
  private struct State {
    var finished = 0
    var failed = 0
    var running: [Job] = []
    /// The work of the cells that are finished or failed.
    var settled = 0.0
  }

  private let state = Mutex(State())
  private let total: Int
  /// The work of all cells; nil where it is not known of each.
  private let work: Double?
  private let skipped: Int
  private let label: @Sendable (Job) -> String
  private let share: @Sendable (Job) -> Double?
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - jobs: the cells of this run.
  ///   - skipped: those that were finished before.
  ///   - label: what a cell is called.
  ///   - share: the share of a running cell that is done.
  init(
    jobs: [Job], skipped: Int, label: @escaping @Sendable (Job) -> String, share: @escaping @Sendable (Job) -> Double?
  ) {
    total = jobs.count
    let estimates = jobs.compactMap(\.estimatedSeconds)
    let work = estimates.reduce(0, +)
    self.work = estimates.count == jobs.count && work > 0 && work.isFinite ? work : nil
    self.skipped = skipped
    self.label = label
    self.share = share
  }

  func note(_ event: JobEvent) {
    state.withLock { state in
      switch event {
      case .started(let job, _): state.running.append(job)
      case .finished(let result):
        state.finished += 1
        state.settled += result.job.estimatedSeconds ?? 0
        state.running.removeAll { $0.id == result.job.id }
      case .failed(let result):
        state.failed += 1
        state.settled += result.job.estimatedSeconds ?? 0
        state.running.removeAll { $0.id == result.job.id }
      case .retried(let result, _), .stopped(let result): state.running.removeAll { $0.id == result.job.id }
      }
    }
    if case .retried(let result, let wait) = event {
      Output.interject(
        "\(label(result.job)): \(result.end.told); tried again in \(Progress.duration(wait.rounded)) or later")
    }
  }

  /// Draws until cancelled.
  func watch() async {
    let isTerminal = Output.errorIsTerminal
    if skipped > 0 { Output.complain("\(skipped) cells are finished already; \(total) to run") }
    let pause: Duration = isTerminal ? .milliseconds(250) : .seconds(30)
    while !Task.isCancelled {
      if isTerminal { draw() }
      // Cancelled, it wakes at once; the loop then ends.
      try? await Task.sleep(for: pause)
      if !isTerminal, !Task.isCancelled { Output.complain(progress().summary) }
    }
    if isTerminal {
      draw()
      Output.draw("\n")
    } else {
      Output.complain(progress().summary)
    }
  }

  private func draw() {
    let line = progress().line(width: max(20, RunMonitor.terminalWidth - 1))
    Output.draw("\r\u{1B}[K\(line)")
  }

  func progress() -> Scheduling.Progress {
    let state = state.withLock { $0 }
    let elapsed = ContinuousClock.now - start
    let running = state.running.map { share($0) ?? 0 }
    let begun = zip(state.running, running).reduce(0) { $0 + ($1.0.estimatedSeconds ?? 0) * $1.1 }
    return Scheduling.Progress(
      total: total, finished: state.finished, failed: state.failed, running: running,
      elapsedSeconds: elapsed.rounded, workDone: work.map { (state.settled + begun) / $0 })
  }

  static var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
