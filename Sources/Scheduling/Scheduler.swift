/// Runs jobs, so many at once, in the order given.
package struct Scheduler<Runner: Executor>: Sendable {
  private let limit: Int
  private let executor: Runner

  /// - Parameter limit: the number of jobs at once, at least 1.
  package init(limit: Int, executor: Runner) {
    precondition(limit > 0, "no job may run")
    self.limit = limit
    self.executor = executor
  }

  /// Runs every job to its end; a job that fails stops no other.
  ///
  /// Cancelling the task stops what runs and starts nothing more; those jobs end as `cancelled`.
  ///
  /// - Parameter tell: called for each event, never for two at once.
  /// - Returns: one result per job, in the order of `jobs`.
  package func run(_ jobs: [Job], tell: @Sendable (JobEvent) -> Void = { _ in }) async -> [JobResult] {
    var results = [JobResult?](repeating: nil, count: jobs.count)
    await withTaskGroup(of: (index: Int, result: JobResult).self) { group in
      var next = 0
      func startOne() {
        guard next < jobs.count, !Task.isCancelled else { return }
        let (index, job) = (next, jobs[next])
        next += 1
        tell(.started(job))
        group.addTask { (index, await executor.run(job)) }
      }
      for _ in 0..<limit { startOne() }
      while let (index, result) = await group.next() {
        results[index] = result
        tell(result.end.succeeded ? .finished(result) : .failed(result))
        startOne()
      }
    }
    return zip(jobs, results).map { job, result in result ?? JobResult(job: job, end: .cancelled) }
  }
}
