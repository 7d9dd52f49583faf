/// How long a job may take, and how long it may stand still.
struct Patience: Sendable {
  private let job: Job
  /// The time between two looks at a job.
  private let pause: Duration

  init(_ job: Job, pause: Duration = .seconds(10)) {
    self.job = job
    self.pause = pause
  }

  /// Waits until the job has taken too long or stands still; cancelled, it returns nil at once.
  ///
  /// The clock stands still while the machine sleeps.
  func end(_ progress: @Sendable (Job) -> Double?) async -> JobEnd? {
    let clock = SuspendingClock()
    let limit = job.timeoutSeconds.map { clock.now + .seconds($0) }
    var standstill = Standstill()
    while true {
      let look = clock.now + pause
      do {
        try await clock.sleep(until: min(look, limit ?? look))
      } catch {
        return nil
      }
      if let seconds = job.timeoutSeconds, let limit, clock.now >= limit { return .timedOut(seconds) }
      if standstill.look(progress(job)) { return .stalled }
    }
  }
}

/// Notices that a job's progress has stopped, by looks at it in equal intervals.
///
/// Looks are counted and not seconds, so that a scheduler that was itself held up does not blame its jobs. A job that has
/// not moved twice yet is left alone: nobody knows how long its steps take.
struct Standstill: Sendable {
  /// Half an hour of looks every ten seconds.
  static let fewest = 180
  /// A standstill lasts so many times the longest step.
  static let factor = 20

  private var share: Double?
  private var looks = 0
  private var longestStep: Int?

  /// - Returns: whether it stands still.
  mutating func look(_ now: Double?) -> Bool {
    guard let now else { return false }
    looks += 1
    if now != share {
      if share != nil { longestStep = max(longestStep ?? 0, looks) }
      share = now
      looks = 0
    }
    guard let longestStep else { return false }
    return looks > max(Standstill.fewest, Standstill.factor * longestStep)
  }
}
