import Synchronization
import Testing

@testable import Scheduling

/// Ends each job as its executable says, and counts how many ran at once.
private final class FakeExecutor: Executor {
  private struct State {
    var now: Set<String> = []
    var most = 0
  }

  private let state = Mutex(State())
  /// What a running job holds.
  private let held: Int

  init(held: Int = 0) { self.held = held }

  var most: Int { state.withLock { $0.most } }

  func run(_ job: Job) async -> JobResult {
    state.withLock {
      $0.now.insert(job.id)
      $0.most = max($0.most, $0.now.count)
    }
    try? await Task.sleep(for: .milliseconds(job.id == "slow" ? 60 : 5))
    _ = state.withLock { $0.now.remove(job.id) }
    return JobResult(job: job, end: job.executable == "good" ? .exited(0) : .exited(1), lastLines: [job.id])
  }

  func memoryInUse() -> [String: Int] {
    Dictionary(uniqueKeysWithValues: state.withLock { $0.now }.map { ($0, held) })
  }

  func killAll() {}
}

struct SchedulerTests {
  private func job(_ id: String, _ executable: String = "good", memory: Int? = nil) -> Job {
    Job(id: id, executable: executable, arguments: [], logFile: "", estimatedMemoryBytes: memory)
  }

  private func scheduler(
    _ limit: Int, _ executor: FakeExecutor = FakeExecutor(), available: Int? = nil
  ) -> Scheduler<FakeExecutor> {
    Scheduler(limits: SweepLimits(jobs: limit), executor: executor) {
      available.map { MachineMemory(availableBytes: $0, totalBytes: 0) }
    }
  }

  private func words(_ event: JobEvent) -> String {
    switch event {
    case .started(let job, let attempt): "started \(job.id) \(attempt)"
    case .finished(let result): "finished \(result.job.id)"
    case .failed(let result): "failed \(result.job.id)"
    case .retried(let result, let wait): "retried \(result.job.id) after \(wait)"
    case .stopped(let result): "stopped \(result.job.id)"
    }
  }

  @Test func answersInTheOrderOfTheJobs() async {
    let jobs = [job("slow"), job("b"), job("c", "bad"), job("d")]
    let outcome = await scheduler(4).run(jobs)
    #expect(outcome.results.map(\.job) == jobs)
    #expect(outcome.results.map(\.end) == [.exited(0), .exited(0), .exited(1), .exited(0)])
    #expect(outcome.stop == nil)
  }

  @Test func tellsOfEveryStepAndGoesOnAfterAFailure() async {
    let told = Mutex<[String]>([])
    let jobs = [job("a", "bad"), job("b"), job("c", "bad")]
    _ = await scheduler(1).run(jobs, tell: { event in told.withLock { $0.append(words(event)) } })
    #expect(
      told.withLock { $0 } == ["started a 1", "failed a", "started b 1", "finished b", "started c 1", "failed c"])
  }

  @Test(arguments: [1, 3]) func keepsToItsLimit(_ limit: Int) async {
    let executor = FakeExecutor()
    _ = await scheduler(limit, executor).run((0..<12).map { job(String($0)) })
    #expect(executor.most == limit)
  }

  @Test(arguments: [(250, 2), (90, 1), (1000, 4)]) func keepsToTheMemory(_ available: Int, _ most: Int) async {
    let executor = FakeExecutor()
    let outcome = await scheduler(4, executor, available: available).run((0..<8).map { job(String($0), memory: 100) })
    #expect(outcome.results.allSatisfy { $0.end.succeeded })
    #expect(executor.most == most)
  }

  @Test func hasNothingToDoForNoJobs() async {
    #expect(await scheduler(2).run([]) == SweepOutcome(results: [], stop: nil))
  }

  @Test func startsNothingMoreOnceItMayNot() async {
    let started = Mutex(0)
    let jobs = (0..<6).map { job(String($0)) }
    let outcome = await scheduler(2).run(
      jobs, mayStart: { started.withLock { $0 } < 4 },
      tell: { event in if case .started = event { started.withLock { $0 += 1 } } })
    #expect(outcome.stop == .drained)
    #expect(outcome.results.count { $0.end == .exited(0) } == started.withLock { $0 })
    #expect(outcome.results.count { $0.end == .cancelled } == 6 - started.withLock { $0 })
    #expect(started.withLock { $0 } < 6)
  }

  @Test func takesAJobThatCannotBePreparedForOneThatDidNotStart() async {
    struct Refusal: Error {}
    let told = Mutex<[String]>([])
    let prepared = Mutex(0)
    var limits = SweepLimits(jobs: 1)
    limits.backOff = [.milliseconds(1)]
    let scheduler = Scheduler(limits: limits, executor: FakeExecutor())
    let prepare: @Sendable (Job) throws -> Void = { _ in
      let count = prepared.withLock { count in
        count += 1
        return count
      }
      if count == 1 { throw Refusal() }
    }
    let outcome = await scheduler.run(
      [job("a")], prepare: prepare, tell: { event in told.withLock { $0.append(words(event)) } })
    #expect(
      told.withLock { $0 } == ["started a 1", "retried a after 0.001 seconds", "started a 2", "finished a"])
    #expect(outcome.results.map(\.end) == [.exited(0)])
    #expect(prepared.withLock { $0 } == 2)
  }
}
