/// A program to run once.
package struct Job: Sendable, Hashable {
  /// Tells jobs apart; unique in a sweep.
  package var id: String
  /// A path; nothing is looked up in `PATH`.
  package var executable: String
  package var arguments: [String]
  /// Set on top of the environment that is inherited.
  package var environment: [String: String]
  /// Takes what the program writes to its standard output and error, after what is there already.
  package var logFile: String

  package init(
    id: String, executable: String, arguments: [String], environment: [String: String] = [:], logFile: String
  ) {
    self.id = id
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.logFile = logFile
  }
}

/// How a job ended. Ending badly is a result, not an error: the others go on.
package enum JobEnd: Sendable, Hashable, CustomStringConvertible {
  case exited(Int32)
  case signalled(Int32)
  /// There was no process, and why.
  case notStarted(String)
  /// The sweep was cancelled before or while it ran.
  case cancelled

  package var succeeded: Bool { self == .exited(0) }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let number): "signal \(number)" + (Signals.names[number].map { " (\($0))" } ?? "")
    case .notStarted(let reason): "not started: \(reason)"
    case .cancelled: "cancelled"
    }
  }
}

package struct JobResult: Sendable, Hashable {
  package let job: Job
  package let end: JobEnd
  /// The last lines of its log, for the message about a failure.
  package let lastLines: [String]

  package init(job: Job, end: JobEnd, lastLines: [String] = []) {
    self.job = job
    self.end = end
    self.lastLines = lastLines
  }
}

/// What the scheduler tells while it works.
package enum JobEvent: Sendable, Hashable {
  case started(Job)
  case finished(JobResult)
  case failed(JobResult)
}

enum Signals {
  /// Those that end a process in practice; their numbers are alike on Linux and macOS but for SIGBUS.
  static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM",
  ]
}
