/// How a job ended. Ending badly is a result, not an error: the others go on.
package enum JobEnd: Sendable, Hashable, CustomStringConvertible {
  case exited(Int32)
  case signalled(Int32)
  /// There was no process, and why.
  case notStarted(String)
  /// It took longer than its limit of so many seconds and was stopped.
  case timedOut(Double)
  /// It went on for far longer than ever before without any progress and was stopped.
  case stalled
  /// The sweep was stopped before or while it ran.
  case cancelled

  package var succeeded: Bool { self == .exited(0) }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let number): "signal \(number)" + (Signals.names[number].map { " (\($0))" } ?? "")
    case .notStarted(let reason): "not started: \(reason)"
    case .timedOut(let seconds): "stopped at its time limit of \(Progress.duration(seconds))"
    case .stalled: "stopped because it made no more progress"
    case .cancelled: "cancelled"
    }
  }

  /// The same with a verb: `ended with exit status 65`.
  package var told: String {
    switch self {
    case .exited, .signalled: "ended with \(self)"
    case .notStarted, .timedOut, .stalled, .cancelled: "was \(self)"
    }
  }
}

package struct JobResult: Sendable, Hashable {
  package let job: Job
  package var end: JobEnd
  /// The last lines of its log, for the message about a failure.
  package let lastLines: [String]
  /// The most memory that its process held at once; nil where the system does not tell.
  package let peakMemoryBytes: Int?
  /// How often it was tried.
  package var attempts = 1

  package init(job: Job, end: JobEnd, lastLines: [String] = [], peakMemoryBytes: Int? = nil) {
    self.job = job
    self.end = end
    self.lastLines = lastLines
    self.peakMemoryBytes = peakMemoryBytes
  }

  /// Whether it ended badly, neither well nor stopped before its end.
  package var failed: Bool { !end.succeeded && end != .cancelled && FailureKind(end) != .interrupted }

  /// Whether two jobs failed for the same reason, as far as how they ended and the last lines of their logs tell.
  package func isAlike(_ other: JobResult) -> Bool { end == other.end && reason == other.reason }

  /// The last line of the log, without what differs between jobs that fail alike: the job's own folder and numbers.
  private var reason: String {
    guard let line = lastLines.last else { return "" }
    let folder = job.logFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let common = folder.isEmpty ? line : line.replacing(folder, with: "")
    return common.split(omittingEmptySubsequences: false) { !$0.isLetter && !$0.isNumber }
      .map { $0.contains(where: \.isNumber) ? "#" : String($0) }.joined(separator: " ")
  }
}

/// Why a job failed, as far as that tells what another attempt would bring.
package enum FailureKind: Sendable, Hashable {
  /// A signal ended it.
  case crash
  /// The system ended it, most likely for want of memory: a SIGKILL that nobody here sent.
  case outOfMemory
  /// A file or a process could not be had.
  case inputOutput
  /// It took too long.
  case timeOut
  /// It was asked to stop by somebody else than the scheduler.
  case interrupted
  /// Another attempt would end alike.
  case permanent

  /// The exit codes are those of `sysexits.h`, and the shell's for a child that was killed.
  init(_ end: JobEnd) {
    self =
      switch end {
      case .signalled(9), .exited(128 + 9): .outOfMemory
      case .signalled: .crash
      case .exited(74), .notStarted: .inputOutput
      case .exited(75): .interrupted
      case .timedOut, .stalled: .timeOut
      case .exited, .cancelled: .permanent
      }
  }
}

enum Signals {
  /// Those that end a process in practice; their numbers are alike on Linux and macOS but for SIGBUS.
  static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM",
  ]
}
