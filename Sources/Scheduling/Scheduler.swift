/// Runs jobs in the order given, so many at once as the limits and the memory allow.
///
/// What happens next is decided by `Schedule`; this starts it and waits for its end.
package struct Scheduler<Runner: Executor>: Sendable {
  private let limits: SweepLimits
  private let executor: Runner
  private let memory: @Sendable () -> MachineMemory?

  /// - Parameter memory: the machine's memory now; nil where it is not known.
  package init(
    limits: SweepLimits, executor: Runner, memory: @escaping @Sendable () -> MachineMemory? = { MachineMemory.now() }
  ) {
    self.limits = limits
    self.executor = executor
    self.memory = memory
  }

  /// Runs every job to its end; a job that fails stops no other, but for the canary.
  ///
  /// Cancelling the task stops what runs and starts nothing more; those jobs end as `cancelled`.
  ///
  /// - Parameters:
  ///   - prepare: called before a job's process first runs; what it throws is why the job did not start.
  ///   - progress: the share of a running job that is done, nil for not known; a job that stands still is stopped.
  ///   - mayStart: asked before each start; once it says no, what runs is finished and nothing more starts.
  ///   - tell: called for each event, never for two at once.
  package func run(
    _ jobs: [Job], prepare: @escaping @Sendable (Job) throws -> Void = { _ in },
    progress: @escaping @Sendable (Job) -> Double? = { _ in nil }, mayStart: @Sendable () -> Bool = { true },
    tell: @Sendable (JobEvent) -> Void = { _ in }
  ) async -> SweepOutcome {
    var schedule = Schedule(jobs, limits)
    let clock = SuspendingClock()
    let begin = clock.now
    await withTaskGroup(of: (job: Int, result: JobResult)?.self) { group in
      // Whether a look at the list is due without any job's end: one waits for its time or for memory.
      var isTicking = false
      while true {
        if Task.isCancelled { schedule.stop(.cancelled) }
        if schedule.hasRoom, !mayStart() { schedule.stop(.drained) }
        if schedule.hasRoom {
          let starts = schedule.starts(now: clock.now - begin, memory: memory(), inUse: executor.memoryInUse())
          for index in starts {
            let prepare = schedule.hasRun(index) ? nil : prepare
            tell(.started(jobs[index], attempt: schedule.attempt(index)))
            group.addTask { (index, await attempt(jobs[index], prepare: prepare, progress: progress)) }
          }
        }
        if schedule.isOver { break }
        if schedule.hasRoom, !isTicking {
          isTicking = true
          let pause = schedule.pause(now: clock.now - begin)
          group.addTask {
            // Cancelled, it ends at once, and the loop sees why.
            try? await clock.sleep(for: pause)
            return nil
          }
        }
        guard let event = await group.next() else { break }
        guard let (index, result) = event else {
          isTicking = false
          continue
        }
        tell(schedule.note(result, of: index, now: clock.now - begin))
        if schedule.stop == .canary { group.cancelAll() }
      }
      group.cancelAll()
    }
    return schedule.outcome
  }

  private enum Step: Sendable {
    case ended(JobResult)
    /// Why it has to be stopped; nil when it ended first.
    case overdue(JobEnd?)
  }

  /// Runs a job once, no longer than it may take.
  private func attempt(
    _ job: Job, prepare: ((Job) throws -> Void)?, progress: @escaping @Sendable (Job) -> Double?
  ) async -> JobResult {
    do {
      try prepare?(job)
    } catch {
      return JobResult(job: job, end: .notStarted("\(error)"))
    }
    return await withTaskGroup(of: Step.self) { group in
      group.addTask { .ended(await executor.run(job)) }
      group.addTask { .overdue(await Patience(job).end(progress)) }
      var reason: JobEnd?
      while let step = await group.next() {
        switch step {
        case .overdue(let end):
          reason = end
          if end != nil { group.cancelAll() }
        case .ended(var result):
          group.cancelAll()
          if result.end == .cancelled, let reason { result.end = reason }
          return result
        }
      }
      preconditionFailure("a job neither ended nor ran")
    }
  }
}
