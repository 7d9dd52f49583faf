import CSystemCalls

/// How a child of `LocalProcesses` is asked to stop: by SIGTERM, SIGINT or SIGUSR1.
package enum StopSignals {
  /// Takes these signals for the wish that this process stops; SIGHUP, the end of a terminal, is none.
  ///
  /// Whoever looks at `isStopAsked` may save what is worth saving and end. A process that does not is ended with
  /// `status` when the deadline has passed since the first wish.
  package static func listen(status: Int32, deadlineSeconds: Int) throws {
    let error = process_stop_on_signals(status, UInt32(deadlineSeconds))
    if error != 0 { throw SchedulingError.system(doing: "listen to signals", errno: error) }
  }

  /// Whether a signal, or the end of the parent, asked this process to stop.
  package static var isStopAsked: Bool { process_stop_is_asked() != 0 }
}
