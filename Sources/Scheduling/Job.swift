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
  /// Jobs of one group are the same work with another seed: they take as long and need as much memory.
  package var group: String
  /// Which of its group it is, from 0: the first of every group comes before the second of any.
  package var turn: Int
  /// How long it takes, as far as is known.
  package var estimatedSeconds: Double?
  /// The most memory that it holds at once, as far as is known.
  package var estimatedMemoryBytes: Int?
  /// How long an attempt may take; nil for no limit.
  package var timeoutSeconds: Double?

  /// - Parameter group: nil for a group of its own.
  package init(
    id: String, executable: String, arguments: [String], environment: [String: String] = [:], logFile: String,
    group: String? = nil, turn: Int = 0, estimatedSeconds: Double? = nil, estimatedMemoryBytes: Int? = nil,
    timeoutSeconds: Double? = nil
  ) {
    self.id = id
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.logFile = logFile
    self.group = group ?? id
    self.turn = turn
    self.estimatedSeconds = estimatedSeconds
    self.estimatedMemoryBytes = estimatedMemoryBytes
    self.timeoutSeconds = timeoutSeconds
  }
}

/// What the scheduler tells while it works.
package enum JobEvent: Sendable, Hashable {
  /// An attempt begins; the first is number 1.
  case started(Job, attempt: Int)
  case finished(JobResult)
  /// It failed and is not tried again.
  case failed(JobResult)
  /// It failed and is tried again, after a wait at least.
  case retried(JobResult, after: Duration)
  /// It was stopped before its end; that is no failure.
  case stopped(JobResult)
}
