import Synchronization
import Testing

@testable import Scheduling

/// Ends each job as its executable says, and counts how many ran at once.
private final class FakeExecutor: Executor {
  private let counts = Mutex((now: 0, most: 0))

  var most: Int { counts.withLock { $0.most } }

  func run(_ job: Job) async -> JobResult {
    counts.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    try? await Task.sleep(for: .milliseconds(job.id == "slow" ? 60 : 5))
    counts.withLock { $0.now -= 1 }
    return JobResult(job: job, end: job.executable == "good" ? .exited(0) : .exited(1), lastLines: [job.id])
  }
}

struct SchedulerTests {
  private func job(_ id: String, _ executable: String = "good") -> Job {
    Job(id: id, executable: executable, arguments: [], logFile: "")
  }

  private func words(_ event: JobEvent) -> String {
    switch event {
    case .started(let job): "started \(job.id)"
    case .finished(let result): "finished \(result.job.id)"
    case .failed(let result): "failed \(result.job.id)"
    }
  }

  @Test func answersInTheOrderOfTheJobs() async {
    let jobs = [job("slow"), job("b"), job("c", "bad"), job("d")]
    let results = await Scheduler(limit: 4, executor: FakeExecutor()).run(jobs)
    #expect(results.map(\.job) == jobs)
    #expect(results.map(\.end) == [.exited(0), .exited(0), .exited(1), .exited(0)])
  }

  @Test func tellsOfEveryStepAndGoesOnAfterAFailure() async {
    let told = Mutex<[String]>([])
    let jobs = [job("a", "bad"), job("b"), job("c", "bad")]
    _ = await Scheduler(limit: 1, executor: FakeExecutor()).run(jobs) { event in
      told.withLock { $0.append(words(event)) }
    }
    #expect(
      told.withLock { $0 } == ["started a", "failed a", "started b", "finished b", "started c", "failed c"])
  }

  @Test(arguments: [1, 3]) func keepsToItsLimit(_ limit: Int) async {
    let executor = FakeExecutor()
    _ = await Scheduler(limit: limit, executor: executor).run((0..<12).map { job(String($0)) })
    #expect(executor.most == limit)
  }

  @Test func hasNothingToDoForNoJobs() async {
    #expect(await Scheduler(limit: 2, executor: FakeExecutor()).run([]).isEmpty)
  }
}
