internal import Foundation
internal import Synchronization
internal import UnixSignals

/// What signals ask of a run: SIGINT, SIGTERM and SIGUSR1 to stop it, SIGHUP to finish what runs and start nothing more.
///
/// A second SIGINT ends the process at once.
final class Interruption: Sendable {
  private struct State {
    var isDraining = false
    var isStopping = false
    var stop: @Sendable () -> Void = {}
    var kill: @Sendable () -> Void = {}
  }

  private let state = Mutex(State())

  /// Takes the signals from here to the end of the process.
  ///
  /// One that is ignored already stays so: `nohup` has SIGHUP ignored, and a shell SIGINT for what it runs in the
  /// background.
  static func begin() async -> Interruption {
    let wanted: [UnixSignal] = [.sigint, .sigterm, .sigusr1, .sighup]
    let signals = await UnixSignalsSequence(trapping: wanted.filter { !isIgnored($0.rawValue) })
    let interruption = Interruption()
    Task {
      for await signal in signals { interruption.note(signal) }
    }
    return interruption
  }

  /// Whether nothing asks to start no more.
  var mayStart: Bool { state.withLock { !$0.isDraining && !$0.isStopping } }

  /// Says how to stop; called at once when that was asked for already.
  ///
  /// - Parameters:
  ///   - stop: asks what runs to end.
  ///   - kill: ends what runs without asking.
  func act(stop: @escaping @Sendable () -> Void, kill: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      (state.stop, state.kill) = (stop, kill)
      return state.isStopping
    }
    if isLate { stop() }
  }

  private func note(_ signal: UnixSignal) {
    let before = state.withLock { state in
      let before = state
      if signal == .sighup { state.isDraining = true } else { state.isStopping = true }
      return before
    }
    if signal == .sighup {
      if !before.isDraining, !before.isStopping {
        Output.interject("hung up: what runs is finished, and nothing more is started")
      }
    } else if !before.isStopping {
      Output.interject("stopping: the cells that run have 20 s to end; SIGINT (Ctrl-C) ends them at once")
      before.stop()
    } else if signal == .sigint {
      before.kill()
      // What is written in its place is whole; the rest is written by the next run.
      _exit(Exit.interrupted.rawValue)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if os(Linux)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    // Handlers cannot be compared; their addresses can, and that of SIG_IGN is 1.
    return unsafeBitCast(handler, to: Int.self) == 1
  }
}
