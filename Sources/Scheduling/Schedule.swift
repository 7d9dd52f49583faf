/// What a sweep does next: which jobs may start, and what becomes of one that ended.
///
/// It starts no process, waits for nothing and reads no clock: times and memory come in as arguments.
struct Schedule: Sendable {
  /// A job that is to start; tried again, it is in the list again.
  private struct Entry {
    let job: Int
    /// It starts no earlier.
    var earliest = Duration.zero
    /// No other job runs beside it.
    var alone = false
  }

  let jobs: [Job]
  private let limits: SweepLimits
  /// In the order in which they start.
  private var waiting: [Entry]
  private var running: [Entry] = []
  private var attempts: [Int]
  private var results: [JobResult?]
  /// The last failure of a job that is tried again.
  private var failures: [Int: JobResult] = [:]
  /// What the jobs of a group need, once one has shown it.
  private var learned: [String: Int] = [:]
  /// How the first jobs ended, as many as `limits.canary`.
  private var first: [JobResult] = []
  private(set) var stop: SweepStop?

  init(_ jobs: [Job], _ limits: SweepLimits) {
    precondition(limits.jobs > 0, "no job may run")
    self.jobs = jobs
    self.limits = limits
    waiting = jobs.indices.map { Entry(job: $0) }
    attempts = Array(repeating: 0, count: jobs.count)
    results = Array(repeating: nil, count: jobs.count)
  }

  /// Whether nothing runs and nothing will.
  var isOver: Bool { running.isEmpty && (waiting.isEmpty || stop != nil) }

  /// Whether a job could start now but for its time or the memory.
  var hasRoom: Bool { stop == nil && !waiting.isEmpty && running.count < limits.jobs }

  /// How long until a job may start that waits for its time; a second when one waits for memory or for the others' end.
  func pause(now: Duration) -> Duration {
    // Those that have a time are in front.
    let times = waiting.prefix { $0.earliest > .zero }.map { $0.earliest - now }
    return times.filter { $0 > .zero }.min().map { min($0, .seconds(1)) } ?? .seconds(1)
  }

  /// Which attempt of a job this is or was, from 1.
  func attempt(_ job: Int) -> Int { attempts[job] }

  /// Whether a process of a job has run.
  func hasRun(_ job: Int) -> Bool {
    guard let failure = failures[job] else { return false }
    if case .notStarted = failure.end { return false } else { return true }
  }

  /// One result per job; a job that did not run counts as cancelled.
  var outcome: SweepOutcome {
    let all = zip(jobs, results).map { job, result in result ?? JobResult(job: job, end: .cancelled) }
    return SweepOutcome(results: all, stop: results.contains { $0 == nil || $0?.end == .cancelled } ? stop : nil)
  }

  /// Starts nothing more, for the first reason given.
  mutating func stop(_ reason: SweepStop) { if stop == nil { stop = reason } }

  /// Takes the jobs that start now off the list.
  ///
  /// - Parameters:
  ///   - now: the time since the sweep began.
  ///   - memory: the machine's, nil where it is not known; then no job waits for it.
  ///   - inUse: what the running jobs hold, by id.
  mutating func starts(now: Duration, memory: MachineMemory?, inUse: [String: Int] = [:]) -> [Int] {
    var started: [Int] = []
    while hasRoom, let next = next(now), fits(waiting[next].job, memory, inUse) {
      let entry = waiting.remove(at: next)
      running.append(entry)
      attempts[entry.job] += 1
      started.append(entry.job)
    }
    return started
  }

  /// The first of the list whose time has come. Those that run alone come after all others, also those that wait.
  private func next(_ now: Duration) -> Int? {
    if running.contains(where: \.alone) { return nil }
    if waiting.contains(where: { !$0.alone }) { return waiting.firstIndex { !$0.alone && $0.earliest <= now } }
    return running.isEmpty ? waiting.firstIndex { $0.earliest <= now } : nil
  }

  /// Whether a job's memory is free beside what the running ones hold or will still take; one alone always fits.
  ///
  /// No job overtakes one that does not fit: else small ones could keep a large one waiting for ever.
  private func fits(_ job: Int, _ memory: MachineMemory?, _ inUse: [String: Int]) -> Bool {
    guard let memory, !running.isEmpty else { return true }
    let held = running.map { inUse[jobs[$0.job].id] ?? 0 }
    let promised = zip(running, held).map { max(needed($0.job), $1) }
    return promised.reduce(needed(job), +) <= memory.availableBytes + held.reduce(0, +) - memory.reserveBytes
  }

  /// The memory that a job will need: what others of its group needed in this sweep, else the estimate, else unknown.
  private func needed(_ job: Int) -> Int { learned[jobs[job].group] ?? jobs[job].estimatedMemoryBytes ?? 0 }

  /// Takes note of how a running job ended, and decides whether it is tried again.
  mutating func note(_ end: JobResult, of job: Int, now: Duration) -> JobEvent {
    running.removeAll { $0.job == job }
    var result = end
    result.attempts = attempts[job]
    learn(result)
    if let wait = wait(result, of: job) {
      var entry = Entry(job: job, earliest: now + wait)
      if FailureKind(result.end) == .outOfMemory { entry.alone = true }
      failures[job] = result
      // It has had its turn: it goes on before what has not begun.
      waiting.insert(entry, at: 0)
      return .retried(result, after: wait)
    }
    results[job] = result
    if !result.end.succeeded, !result.failed { return .stopped(result) }
    watch(result)
    return result.failed ? .failed(result) : .finished(result)
  }

  private mutating func learn(_ result: JobResult) {
    guard let peak = result.peakMemoryBytes else { return }
    let group = result.job.group
    if result.end.succeeded {
      learned[group] = max(learned[group] ?? 0, peak)
    } else if FailureKind(result.end) == .outOfMemory {
      // It would have taken more.
      learned[group] = max(learned[group] ?? result.job.estimatedMemoryBytes ?? 0, peak)
    }
  }

  /// How long to wait before the next attempt; nil for none.
  private func wait(_ result: JobResult, of job: Int) -> Duration? {
    let kind = FailureKind(result.end)
    guard stop == nil, !result.end.succeeded, kind != .permanent, attempts[job] <= limits.retries else { return nil }
    if kind != .interrupted, let last = failures[job], last.isAlike(result) { return nil }
    return limits.backOff.isEmpty ? .zero : limits.backOff[min(attempts[job], limits.backOff.count) - 1]
  }

  /// Stops the sweep when all of its first jobs have failed alike: the others would too.
  private mutating func watch(_ result: JobResult) {
    guard first.count < limits.canary else { return }
    first.append(result)
    let alike = first.allSatisfy { $0.failed && $0.isAlike(first[0]) }
    if first.count == limits.canary, alike, !(waiting.isEmpty && running.isEmpty) { stop(.canary) }
  }
}
