import Foundation
import Synchronization
import Testing

@testable import Scheduling

/// Sweeps of real processes.
struct SweepTests {
  private let folder: LogFolder
  private let executor: LocalProcesses

  init() throws {
    folder = try LogFolder()
    executor = try LocalProcesses(grace: .milliseconds(200))
  }

  private func scheduler(_ limit: Int, retries: Int = 2) -> Scheduler<LocalProcesses> {
    var limits = SweepLimits(jobs: limit, retries: retries)
    limits.backOff = [.milliseconds(10)]
    return Scheduler(limits: limits, executor: executor)
  }

  /// A script that runs `failure` so many times, and ends well after that.
  private func failing(_ id: String, _ times: Int, _ failure: String) -> Job {
    folder.shell(
      id,
      "echo try >> '\(folder.path)/\(id).tries'; [ $(wc -l < '\(folder.path)/\(id).tries') -gt \(times) ] || { \(failure); }"
    )
  }

  private func tries(_ id: String) throws -> Int {
    try String(contentsOfFile: "\(folder.path)/\(id).tries", encoding: .utf8).split(separator: "\n").count
  }

  @Test func triesAgainUntilItSucceeds() async throws {
    let outcome = await scheduler(2).run([
      failing("crash", 1, "kill -SEGV $$"),
      failing("disk", 2, "echo $(wc -c < '\(folder.path)/disk.tries' | tr '48' 'ab'); exit 74"),
      failing("killed", 1, "kill -9 $$"), failing("asked", 2, "exit 75"),
    ])
    #expect(outcome.results.map(\.end) == Array(repeating: .exited(0), count: 4))
    #expect(outcome.results.map(\.attempts) == [2, 3, 2, 3])
    #expect(try tries("disk") == 3)
  }

  @Test func doesNotTryAgainWhatFailsForGood() async throws {
    let outcome = await scheduler(2).run([
      failing("wrong", 9, "exit 65"), failing("differs", 9, "exit 76"), failing("twice", 9, "exit 74"),
    ])
    #expect(outcome.results.map(\.end) == [.exited(65), .exited(76), .exited(74)])
    #expect(try [tries("wrong"), tries("differs"), tries("twice")] == [1, 1, 2])
  }

  @Test func stopsAJobAtItsTimeLimitWithAllThatItStarted() async throws {
    var job = folder.shell("a", "sleep 1000 & echo $!; sleep 1000")
    job.timeoutSeconds = 0.3
    let begin = ContinuousClock.now
    let outcome = await scheduler(1, retries: 0).run([job])
    #expect(outcome.results.map(\.end) == [.timedOut(0.3)])
    #expect(ContinuousClock.now - begin < .seconds(20))
    try await Processes.expectGone(folder.text("a"))
  }

  @Test func goesOnWithinTheTimeLimit() async {
    var job = folder.job("a", "/bin/sleep", "0.1")
    job.timeoutSeconds = 30
    #expect(await scheduler(1).run([job]).results.map(\.end) == [.exited(0)])
  }

  @Test func triesAgainAfterATimeLimitAndGivesUpTheSecondTime() async {
    var job = folder.job("a", "/bin/sleep", "1000")
    job.timeoutSeconds = 0.1
    let outcome = await scheduler(1, retries: 5).run([job])
    #expect(outcome.results.map(\.end) == [.timedOut(0.1)])
    #expect(outcome.results.map(\.attempts) == [2])
  }

  @Test func endsWhatRunsWhenTheFirstFiveFailAlike() async throws {
    let long = folder.shell("long", "sleep 1000 & echo $!; wait")
    let outcome = await scheduler(2).run([long] + (0..<6).map { folder.shell("\($0)", "echo no \($0); exit 65") })
    #expect(outcome.stop == .canary)
    #expect(outcome.results.map(\.failed) == [false, true, true, true, true, true, false])
    #expect(outcome.results.first?.end == .cancelled)
    try await Processes.expectGone(folder.text("long"))
  }

  @Test func learnsThePeakOfAProcess() async throws {
    #if os(Linux)
      let jobs = [
        folder.job("small", "/bin/true"),
        // It reads into one buffer of that size; a small one counts what this process holds when it starts it.
        folder.job("large", "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=900000000", "count=1"),
      ]
      let peaks = await scheduler(1).run(jobs).results.map { $0.peakMemoryBytes ?? 0 }
      #expect(peaks[0] > 0)
      #expect(peaks[1] > 800_000_000)
      #expect(peaks[1] > peaks[0])
    #endif
  }

  @Test func tellsWhatRunningJobsHold() async throws {
    #if os(Linux)
      let running = Task { await executor.run(folder.job("a", "/bin/sleep", "1000")) }
      var held: [String: Int] = [:]
      for _ in 0..<500 where held["a", default: 0] == 0 {
        held = executor.memoryInUse()
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(held["a", default: 0] > 0)
      executor.killAll()
      #expect(await running.value.end == .signalled(9))
      #expect(executor.memoryInUse().isEmpty)
    #endif
  }

  @Test func killsEverythingAtOnce() async throws {
    let stubborn = folder.shell("a", "trap '' TERM; sleep 1000 & echo $! $$; sleep 1000; sleep 1000")
    let executor = try LocalProcesses(grace: .seconds(60))
    let sweep = Task { await Scheduler(limits: SweepLimits(jobs: 1), executor: executor).run([stubborn]) }
    while (try? folder.text("a").contains("\n")) != true { try await Task.sleep(for: .milliseconds(10)) }
    sweep.cancel()
    try await Task.sleep(for: .milliseconds(50))
    let begin = ContinuousClock.now
    executor.killAll()
    #expect(await sweep.value.results.map(\.end) == [.cancelled])
    #expect(ContinuousClock.now - begin < .seconds(20))
    try await Processes.expectGone(folder.text("a"))
  }
}

/// Processes of this machine, by their numbers.
enum Processes {
  /// Records an issue unless every process whose number is in the text ends within some seconds.
  static func expectGone(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let numbers = text.split(whereSeparator: \.isWhitespace)
    #expect(!numbers.isEmpty, sourceLocation: sourceLocation)
    for number in numbers {
      var state = ""
      for _ in 0..<250 {
        // One that is gone, or is only waiting to be counted out by init.
        state = (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)) ?? ""
        if state.isEmpty || state.contains(") Z ") { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(
        state.isEmpty || state.contains(") Z "), "process \(number) still runs: \(state)",
        sourceLocation: sourceLocation)
    }
  }
}
