/// What a sweep may take and how patient it is.
package struct SweepLimits: Sendable, Equatable {
  /// The most jobs at once, at least 1.
  package var jobs: Int
  /// Further attempts at a job after failures that may pass.
  package var retries: Int
  /// The wait before each further attempt; the last one is also that of all later attempts.
  package var backOff: [Duration] = [.seconds(1), .seconds(4), .seconds(16)]
  /// When so many jobs have ended, all of them failed and alike, the sweep stops.
  package var canary = 5

  package init(jobs: Int, retries: Int = 2) {
    self.jobs = jobs
    self.retries = retries
  }
}

/// Why a sweep ended before all of its jobs did.
package enum SweepStop: Sendable, Hashable {
  /// It was cancelled.
  case cancelled
  /// It was to start nothing more.
  case drained
  /// The first jobs all failed alike.
  case canary
}

package struct SweepOutcome: Sendable, Equatable {
  /// One per job, in their order.
  package let results: [JobResult]
  /// Nil when every job ran to its end.
  package let stop: SweepStop?

  package init(results: [JobResult], stop: SweepStop?) {
    self.results = results
    self.stop = stop
  }
}
