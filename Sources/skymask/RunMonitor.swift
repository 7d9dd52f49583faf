internal import Foundation
internal import Scheduling
internal import Synchronization

/// Shows how far a run is: one line that is drawn again on a terminal, a line every 30 seconds elsewhere.
final class RunMonitor: Sendable {
  private struct State {
    var finished = 0
    var failed = 0
    var running: [Job] = []
  }

  private let state = Mutex(State())
  private let total: Int
  private let skipped: Int
  private let label: @Sendable (Job) -> String
  private let share: @Sendable (Job) -> Double?
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - total: the cells of this run.
  ///   - skipped: those that were finished before.
  ///   - label: what a cell is called.
  ///   - share: the share of a running cell that is done.
  init(
    total: Int, skipped: Int, label: @escaping @Sendable (Job) -> String, share: @escaping @Sendable (Job) -> Double?
  ) {
    self.total = total
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
        state.running.removeAll { $0.id == result.job.id }
      case .failed(let result):
        state.failed += 1
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
    return Scheduling.Progress(
      total: total, finished: state.finished, failed: state.failed, running: state.running.map { share($0) ?? 0 },
      elapsedSeconds: elapsed.rounded)
  }

  static var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
