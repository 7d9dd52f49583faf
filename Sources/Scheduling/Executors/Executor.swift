/// Where jobs run.
///
/// Contract: `run` returns once the job's process is gone, whatever became of it; what goes wrong is a `JobEnd`. When the
/// task is cancelled it stops the job, and what the job started, first.
package protocol Executor: Sendable {
  func run(_ job: Job) async -> JobResult
}
