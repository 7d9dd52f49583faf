import Testing

@testable import Scheduling

extension Job {
  /// A job that is only ever talked about.
  static func named(
    _ id: String, group: String? = nil, turn: Int = 0, seconds: Double? = nil, memory: Int? = nil
  ) -> Job {
    Job(
      id: id, executable: "", arguments: [], logFile: "/logs/\(id)/log.txt", group: group, turn: turn,
      estimatedSeconds: seconds, estimatedMemoryBytes: memory)
  }
}

struct ScheduleTests {
  /// Room for what the tests ask for, with nothing held in reserve.
  private func memory(_ available: Int) -> MachineMemory { MachineMemory(availableBytes: available, totalBytes: 0) }

  private func schedule(
    _ jobs: [Job], limit: Int = 2, retries: Int = 2, canary: Int = 5
  ) -> Schedule {
    var limits = SweepLimits(jobs: limit, retries: retries)
    limits.canary = canary
    return Schedule(jobs, limits)
  }

  private func result(_ job: Job, _ end: JobEnd, _ lines: [String] = [], peak: Int? = nil) -> JobResult {
    JobResult(job: job, end: end, lastLines: lines, peakMemoryBytes: peak)
  }

  @Test func fillsItsPlacesInTheOrderGiven() {
    let jobs = ["a", "b", "c"].map { Job.named($0) }
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: nil) == [0, 1])
    #expect(schedule.starts(now: .zero, memory: nil) == [])
    #expect(schedule.note(result(jobs[1], .exited(0)), of: 1, now: .zero) == .finished(result(jobs[1], .exited(0))))
    #expect(schedule.starts(now: .zero, memory: nil) == [2])
    #expect(!schedule.isOver)
    _ = schedule.note(result(jobs[0], .exited(0)), of: 0, now: .zero)
    _ = schedule.note(result(jobs[2], .exited(0)), of: 2, now: .zero)
    #expect(schedule.isOver)
    #expect(schedule.outcome.stop == nil)
    #expect(schedule.outcome.results.map(\.job) == jobs)
  }

  @Test func startsNothingThatDoesNotFitBesideWhatRuns() {
    let jobs = [Job.named("a", memory: 60), .named("b", memory: 50), .named("c", memory: 10)]
    var schedule = schedule(jobs, limit: 3)
    // c would fit, but does not overtake b.
    #expect(schedule.starts(now: .zero, memory: memory(100)) == [0])
    // What a holds is no longer available, and is a part of what it will need.
    #expect(schedule.starts(now: .zero, memory: memory(60), inUse: ["a": 40]) == [])
    #expect(schedule.starts(now: .zero, memory: memory(70), inUse: ["a": 40]) == [1])
    #expect(schedule.starts(now: .zero, memory: memory(70), inUse: ["a": 40]) == [])
    #expect(schedule.starts(now: .zero, memory: memory(80), inUse: ["a": 40]) == [2])
  }

  @Test func takesWhatAJobHoldsForItsNeedWhenThatIsMore() {
    let jobs = [Job.named("a", memory: 10), .named("b", memory: 50)]
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: memory(100)) == [0, 1])
    var other = self.schedule(jobs + [.named("c", memory: 50)], limit: 3)
    #expect(other.starts(now: .zero, memory: memory(60)) == [0, 1])
    #expect(other.starts(now: .zero, memory: memory(90), inUse: ["a": 70]) == [])
    #expect(other.starts(now: .zero, memory: memory(100), inUse: ["a": 70]) == [2])
  }

  @Test func leavesTheReserveFree() {
    let jobs = [Job.named("a", memory: 400), .named("b", memory: 400)]
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: MachineMemory(availableBytes: 850, totalBytes: 1000)) == [0])
    #expect(schedule.starts(now: .zero, memory: MachineMemory(availableBytes: 900, totalBytes: 1000)) == [1])
  }

  @Test func alwaysRunsOne() {
    let jobs = [Job.named("a", memory: 1000), .named("b", memory: 1)]
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: memory(5)) == [0])
    #expect(schedule.starts(now: .zero, memory: memory(5)) == [])
    _ = schedule.note(result(jobs[0], .exited(0)), of: 0, now: .zero)
    #expect(schedule.starts(now: .zero, memory: memory(0)) == [1])
  }

  @Test func learnsWhatAGroupNeeds() {
    let jobs = ["a1", "a2", "b1", "a3"].map { Job.named($0, group: String($0.first ?? "a"), memory: 60) }
    var schedule = schedule(jobs, limit: 2)
    #expect(schedule.starts(now: .zero, memory: memory(100)) == [0])
    _ = schedule.note(result(jobs[0], .exited(0), peak: 30), of: 0, now: .zero)
    // a2 needs 30 as a1 did; of b nothing is known but the estimate.
    #expect(schedule.starts(now: .zero, memory: memory(89)) == [1])
    #expect(schedule.starts(now: .zero, memory: memory(90)) == [2])
    _ = schedule.note(result(jobs[1], .exited(0), peak: 50), of: 1, now: .zero)
    #expect(schedule.starts(now: .zero, memory: memory(109)) == [])
    #expect(schedule.starts(now: .zero, memory: memory(110)) == [3])
  }

  @Test(arguments: [
    JobEnd.signalled(11), .signalled(15), .exited(74), .notStarted("no log"), .timedOut(1), .stalled, .exited(75),
  ])
  func triesAgainWhatMayPass(_ end: JobEnd) {
    let job = Job.named("a")
    var schedule = schedule([job])
    _ = schedule.starts(now: .zero, memory: nil)
    var failure = result(job, end)
    #expect(schedule.note(failure, of: 0, now: .seconds(10)) == .retried(failure, after: .seconds(1)))
    #expect(!schedule.isOver)
    #expect(schedule.starts(now: .seconds(10.9), memory: nil) == [])
    #expect(schedule.starts(now: .seconds(11), memory: nil) == [0])
    #expect(schedule.attempt(0) == 2)
    failure = result(job, .exited(0))
    failure.attempts = 2
    #expect(schedule.note(result(job, .exited(0)), of: 0, now: .seconds(12)) == .finished(failure))
    #expect(schedule.outcome == SweepOutcome(results: [failure], stop: nil))
  }

  @Test(arguments: [JobEnd.exited(1), .exited(65), .exited(70), .exited(76), .exited(2)])
  func triesNothingAgainThatWouldEndAlike(_ end: JobEnd) {
    let job = Job.named("a")
    var schedule = schedule([job])
    _ = schedule.starts(now: .zero, memory: nil)
    #expect(schedule.note(result(job, end), of: 0, now: .zero) == .failed(result(job, end)))
    #expect(schedule.isOver)
  }

  @Test func givesUpWhenTheSameErrorComesTwiceRunning() {
    let job = Job.named("a")
    var schedule = schedule([job], retries: 9)
    func end(_ end: JobEnd, _ line: String) -> Bool {
      _ = schedule.starts(now: .seconds(1000), memory: nil)
      if case .retried = schedule.note(result(job, end, [line]), of: 0, now: .zero) { return true }
      return false
    }
    #expect(end(.exited(74), "disk full"))
    #expect(end(.exited(74), "cannot read"))
    #expect(end(.signalled(11), "cannot read"))
    #expect(end(.exited(74), "cannot read"))
    #expect(!end(.exited(74), "cannot read"))
    #expect(schedule.outcome.results.map(\.attempts) == [5])
  }

  @Test func waitsLongerEachTimeAndThenGivesUp() {
    let job = Job.named("a")
    var schedule = schedule([job], retries: 4)
    var waits: [Duration] = []
    for attempt in 1...5 {
      #expect(schedule.starts(now: .seconds(1000), memory: nil) == [0])
      let event = schedule.note(result(job, .exited(74), ["line \(["a", "b"][attempt % 2])"]), of: 0, now: .zero)
      if case .retried(_, let wait) = event { waits.append(wait) }
    }
    #expect(waits == [.seconds(1), .seconds(4), .seconds(16), .seconds(16)])
    #expect(schedule.isOver)
    #expect(schedule.outcome.results.map(\.failed) == [true])
  }

  @Test func startsAgainWhatSomebodyElseInterruptedAndCallsItNoFailure() {
    let job = Job.named("a")
    var schedule = schedule([job], retries: 2)
    for attempt in 1...3 {
      #expect(schedule.starts(now: .seconds(1000), memory: nil) == [0])
      let event = schedule.note(result(job, .exited(75)), of: 0, now: .zero)
      var told = result(job, .exited(75))
      told.attempts = attempt
      #expect(event == (attempt < 3 ? .retried(told, after: attempt == 1 ? .seconds(1) : .seconds(4)) : .stopped(told)))
    }
    #expect(schedule.outcome.results.map(\.failed) == [false])
  }

  @Test(arguments: [JobEnd.signalled(9), .exited(137)])
  func runsWhatRanOutOfMemoryAloneAndLast(_ end: JobEnd) {
    let jobs = ["a", "b", "c"].map { Job.named($0) }
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: nil) == [0, 1])
    let killed = result(jobs[0], end)
    #expect(schedule.note(killed, of: 0, now: .zero) == .retried(killed, after: .seconds(1)))
    #expect(schedule.starts(now: .seconds(5), memory: nil) == [2])
    _ = schedule.note(result(jobs[1], .exited(0)), of: 1, now: .zero)
    #expect(schedule.starts(now: .seconds(5), memory: nil) == [])
    _ = schedule.note(result(jobs[2], .exited(0)), of: 2, now: .zero)
    #expect(schedule.starts(now: .seconds(5), memory: nil) == [0])
    if case .failed = schedule.note(killed, of: 0, now: .seconds(6)) {
    } else {
      Issue.record("it ran out of memory with all of it to itself and is tried again")
    }
  }

  @Test func letsNoOtherBesideOneThatRunsAlone() {
    let jobs = ["a", "b"].map { Job.named($0) }
    var schedule = schedule(jobs)
    _ = schedule.starts(now: .zero, memory: nil)
    _ = schedule.note(result(jobs[0], .signalled(9)), of: 0, now: .zero)
    _ = schedule.note(result(jobs[1], .signalled(9)), of: 1, now: .zero)
    #expect(schedule.starts(now: .seconds(5), memory: nil).count == 1)
    #expect(schedule.starts(now: .seconds(5), memory: nil) == [])
  }

  @Test func expectsOfItsGroupWhatOneTookThatRanOutOfMemory() {
    let jobs = ["a1", "a2", "a3"].map { Job.named($0, group: "a", memory: 10) }
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: memory(100)) == [0, 1])
    _ = schedule.note(result(jobs[0], .signalled(9), peak: 70), of: 0, now: .zero)
    #expect(schedule.starts(now: .zero, memory: memory(139)) == [])
    #expect(schedule.starts(now: .zero, memory: memory(140)) == [2])
  }

  @Test func stopsWhenTheFirstFiveFailAlike() {
    let jobs = (0..<8).map { Job.named("job\($0)") }
    var schedule = schedule(jobs, limit: 2)
    for index in 0..<5 {
      _ = schedule.starts(now: .zero, memory: nil)
      #expect(schedule.stop == nil)
      // Numbers and the job's own folder differ between failures that are alike.
      let line = "error: /logs/job\(index)/rounds.csv: client \(index * 7) has no sample"
      _ = schedule.note(result(jobs[index], .exited(65), [line]), of: index, now: .zero)
    }
    #expect(schedule.stop == .canary)
    #expect(schedule.starts(now: .zero, memory: nil) == [])
    #expect(!schedule.isOver)
    let stopped = result(jobs[5], .cancelled)
    #expect(schedule.note(stopped, of: 5, now: .zero) == .stopped(stopped))
    #expect(schedule.isOver)
    #expect(schedule.outcome.stop == .canary)
    #expect(schedule.outcome.results.map(\.failed) == [true, true, true, true, true, false, false, false])
  }

  @Test(arguments: [0, 4]) func goesOnWhenOneOfTheFirstFiveEndsOtherwise(_ odd: Int) {
    for end in [JobEnd.exited(0), .exited(70)] {
      let jobs = (0..<8).map { Job.named("job\($0)") }
      var schedule = schedule(jobs, limit: 8)
      _ = schedule.starts(now: .zero, memory: nil)
      for index in 0..<8 {
        _ = schedule.note(result(jobs[index], index == odd ? end : .exited(65)), of: index, now: .zero)
      }
      #expect(schedule.stop == nil)
      #expect(schedule.isOver)
    }
  }

  @Test func callsItNoCanaryWhenNothingIsLeft() {
    let jobs = (0..<5).map { Job.named("job\($0)") }
    var schedule = schedule(jobs, limit: 5)
    _ = schedule.starts(now: .zero, memory: nil)
    for index in 0..<5 { _ = schedule.note(result(jobs[index], .exited(65)), of: index, now: .zero) }
    #expect(schedule.outcome.stop == nil)
  }

  @Test func looksAgainWhenATimeHasComeAndEverySecondAtMemory() {
    let jobs = [Job.named("a", memory: 10), .named("b", memory: 10)]
    var schedule = schedule(jobs)
    #expect(schedule.starts(now: .zero, memory: memory(10)) == [0])
    #expect(schedule.pause(now: .seconds(5)) == .seconds(1))
    _ = schedule.note(result(jobs[0], .exited(74)), of: 0, now: .seconds(5))
    #expect(schedule.pause(now: .seconds(5.75)) == .seconds(0.25))
    #expect(schedule.pause(now: .seconds(6)) == .seconds(1))
  }

  @Test func startsNothingOnceStopped() {
    let jobs = (0..<3).map { Job.named("job\($0)") }
    var schedule = schedule(jobs, limit: 1)
    _ = schedule.starts(now: .zero, memory: nil)
    schedule.stop(.drained)
    schedule.stop(.cancelled)
    #expect(!schedule.isOver)
    // What would be tried again is left to the next run.
    let failure = result(jobs[0], .signalled(11))
    #expect(schedule.note(failure, of: 0, now: .zero) == .failed(failure))
    #expect(schedule.starts(now: .seconds(60), memory: nil) == [])
    #expect(schedule.isOver)
    #expect(schedule.outcome.stop == .drained)
    #expect(schedule.outcome.results.map(\.end) == [.signalled(11), .cancelled, .cancelled])
  }

  @Test func wasNotStoppedWhenEveryJobEndedFirst() {
    let job = Job.named("a")
    var schedule = schedule([job])
    _ = schedule.starts(now: .zero, memory: nil)
    schedule.stop(.cancelled)
    _ = schedule.note(result(job, .exited(0)), of: 0, now: .zero)
    #expect(schedule.outcome.stop == nil)
  }
}
