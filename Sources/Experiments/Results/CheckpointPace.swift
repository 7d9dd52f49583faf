/// When a cell's next checkpoint is due.
package struct CheckpointPace: Sendable {
  /// How many times as long as it took is between a checkpoint and the next: they cost less than 2 % of the time.
  private static let rest = 50.0

  private let interval: Duration
  private var due: ContinuousClock.Instant

  package init(everySeconds seconds: Double, from start: ContinuousClock.Instant) {
    interval = .seconds(seconds)
    due = start + interval
  }

  package func isDue(at now: ContinuousClock.Instant) -> Bool { now >= due }

  /// Takes note of a checkpoint.
  package mutating func wrote(from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant) {
    due = end + max(interval, (end - begin) * CheckpointPace.rest)
  }
}
