import CSupport

/// How a child of `LocalProcesses` learns that its parent is gone.
package enum ParentWatch {
  /// Ends this process with `status` once its standard input ends.
  ///
  /// The parent holds the other end of that pipe and never writes, so the kernel ends it when the parent does, also by
  /// SIGKILL, and also when it was gone before this call. The end is immediate: nothing is cleaned up.
  package static func exitWhenParentEnds(status: Int32) throws {
    let error = process_exit_when_input_ends(status)
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
