internal import Foundation
internal import Scheduling
internal import Synchronization

/// Shows how far a run is: one line that is drawn again on a terminal, a line every 30 seconds elsewhere.
final class RunMonitor: Sendable {
  private struct State {
    var finished = 0
    var failed = 0
    var running: [String] = []
  }

  private let state = Mutex(State())
  private let total: Int
  private let skipped: Int
  private let isTerminal: Bool
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - total: the cells of this run.
  ///   - skipped: those that were finished before.
  init(total: Int, skipped: Int, isTerminal: Bool) {
    self.total = total
    self.skipped = skipped
    self.isTerminal = isTerminal
  }

  func note(_ event: JobEvent) {
    state.withLock { state in
      switch event {
      case .started(let job): state.running.append(job.id)
      case .finished(let result):
        state.finished += 1
        state.running.removeAll { $0 == result.job.id }
      case .failed(let result):
        // Interrupted is unfinished, not failed.
        if result.end != .cancelled { state.failed += 1 }
        state.running.removeAll { $0 == result.job.id }
      }
    }
  }

  /// Draws until cancelled.
  ///
  /// - Parameter share: the share of a running cell that is done.
  func watch(_ share: @Sendable (String) -> Double?) async {
    if skipped > 0 { Output.complain("\(skipped) cells are finished already; \(total) to run") }
    let pause: Duration = isTerminal ? .milliseconds(250) : .seconds(30)
    while !Task.isCancelled {
      if isTerminal { draw(share) }
      // Cancelled, it wakes at once; the loop then ends.
      try? await Task.sleep(for: pause)
      if !isTerminal, !Task.isCancelled { Output.complain(progress(share).summary) }
    }
    if isTerminal {
      draw(share)
      Output.draw("\n")
    } else {
      Output.complain(progress(share).summary)
    }
  }

  private func draw(_ share: (String) -> Double?) {
    let line = progress(share).line(width: max(20, RunMonitor.terminalWidth - 1))
    Output.draw("\r\u{1B}[K\(line)")
  }

  private func progress(_ share: (String) -> Double?) -> Scheduling.Progress {
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

/// Calls back once when the user interrupts (SIGINT) or the system asks to end (SIGTERM); a second signal ends at once.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  init(_ interrupted: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        interrupted()
        signal(number, SIG_DFL)
      }
      source.resume()
      return source
    }
  }

  func stop() { for source in sources { source.cancel() } }
}
