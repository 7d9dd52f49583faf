import CSystemCalls

/// How a child of `LocalProcesses` learns that its parent is gone.
package enum ParentWatch {
  /// Asks this process to stop, as `StopSignals` do, once its standard input ends.
  ///
  /// The parent holds the other end of that pipe and never writes, so the kernel ends it when the parent does, also by
  /// SIGKILL, and also when it was gone before this call. `StopSignals.listen` comes first.
  package static func stopWhenParentEnds() throws {
    let error = process_stop_when_input_ends()
    if error != 0 { throw SchedulingError.system(doing: "start a thread", errno: error) }
  }
}

/// What this process has used.
package enum ResourceUsage {
  /// The most memory held at once, bytes; nil where the system does not tell.
  package static var peakMemoryBytes: Int? {
    let bytes = Int(process_peak_memory())
    return bytes > 0 ? bytes : nil
  }
}
