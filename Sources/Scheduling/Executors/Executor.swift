/// Where jobs run.
///
/// Contract: `run` returns once the job's process is gone, and with it all that the process started; whatever became of
/// it, what goes wrong is a `JobEnd`. When the task is cancelled it stops the job first.
package protocol Executor: Sendable {
  func run(_ job: Job) async -> JobResult

  /// The bytes that running jobs hold now, by id; a job of which it is not known is left out.
  func memoryInUse() -> [String: Int]

  /// Ends what runs at once, and what begins after that too; `run` returns soon.
  func killAll()
}
