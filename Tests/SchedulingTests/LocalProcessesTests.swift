import Foundation
import Synchronization
import Testing

@testable import Scheduling

/// A folder for logs that is gone when the test ends.
final class LogFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "skymask-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func job(_ id: String, _ executable: String, _ arguments: String..., environment: [String: String] = [:]) -> Job {
    Job(
      id: id, executable: executable, arguments: arguments, environment: environment, logFile: "\(path)/\(id).txt")
  }

  func shell(_ id: String, _ script: String, environment: [String: String] = [:]) -> Job {
    job(id, "/bin/sh", "-c", script, environment: environment)
  }

  func text(_ id: String) throws -> String { try String(contentsOfFile: "\(path)/\(id).txt", encoding: .utf8) }
}

struct LocalProcessesTests {
  private let folder: LogFolder
  private let executor: LocalProcesses

  init() throws {
    folder = try LogFolder()
    executor = try LocalProcesses(grace: .milliseconds(300))
  }

  @Test func tellsHowAProcessEnded() async {
    #expect(await executor.run(folder.job("a", "/bin/true")).end == .exited(0))
    #expect(await executor.run(folder.job("b", "/bin/false")).end == .exited(1))
    #expect(await executor.run(folder.shell("c", "exit 75")).end == .exited(75))
    #expect(await executor.run(folder.shell("d", "kill -9 $$")).end == .signalled(9))
  }

  @Test(arguments: [
    (JobEnd.exited(1), "exit status 1"), (.signalled(9), "signal 9 (SIGKILL)"), (.signalled(40), "signal 40"),
    (.notStarted("why"), "not started: why"), (.cancelled, "cancelled"),
    (.timedOut(5400), "stopped at its time limit of 1 h 30 min"),
    (.stalled, "stopped because it made no more progress"),
  ])
  func putsAnEndIntoWords(_ end: JobEnd, _ words: String) { #expect(end.description == words) }

  @Test func putsAnEndIntoASentence() {
    #expect(JobEnd.exited(1).told == "ended with exit status 1")
    #expect(JobEnd.timedOut(60).told == "was stopped at its time limit of 1 min 0 s")
    #expect(JobEnd.notStarted("why").told == "was not started: why")
  }

  @Test func takesAMissingProgramForAResult() async {
    let result = await executor.run(folder.job("a", "/no/such/program"))
    guard case .notStarted(let reason) = result.end else {
      Issue.record("ended as \(result.end)")
      return
    }
    #expect(reason.contains("/no/such/program"))
  }

  @Test func takesALogThatCannotBeOpenedForAResult() async {
    var job = folder.job("a", "/bin/true")
    job.logFile = folder.path + "/none/a.txt"
    #expect(
      await executor.run(job).end == .notStarted("\(job.logFile): cannot open it: No such file or directory"))
  }

  @Test func writesBothStreamsToTheLogAfterWhatIsThere() async throws {
    try "before\n".write(toFile: folder.path + "/a.txt", atomically: false, encoding: .utf8)
    let result = await executor.run(folder.shell("a", "echo out; echo error >&2; exit 3"))
    #expect(try folder.text("a") == "before\nout\nerror\n")
    #expect(result.lastLines == ["before", "out", "error"])
  }

  @Test func bringsTheLastLinesOfALongLog() async {
    let result = await executor.run(folder.shell("a", "seq 1 20000; echo; exit 1"))
    #expect(result.lastLines == (19_981...20_000).map(String.init))
  }

  @Test func addsToTheEnvironment() async throws {
    _ = await executor.run(folder.shell("a", "echo $MARK; echo $PATH", environment: ["MARK": "x y"]))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    #expect(try folder.text("a") == "x y\n\(path)\n")
  }

  @Test func leavesTheChildNothingButItsThreeStreams() async throws {
    #if os(Linux)
      _ = await executor.run(folder.job("a", "/bin/ls", "/proc/self/fd"))
      // The fourth is the folder that ls reads.
      #expect(try folder.text("a") == "0\n1\n2\n3\n")
    #endif
  }

  /// A child would take an end of its input for the end of its parent.
  @Test func keepsTheInputOfItsChildrenOpen() async throws {
    _ = await executor.run(folder.shell("a", "timeout 0.2 cat; echo $?"))
    #expect(try folder.text("a") == "124\n")
  }

  @Test func aChildIsAskedToStopWhenItsParentEnds() async {
    // The process of an exit test has an empty input, as a child has whose parent is gone.
    await #expect(processExitsWith: .exitCode(3)) {
      try StopSignals.listen(status: 75, deadlineSeconds: 60)
      try ParentWatch.stopWhenParentEnds()
      while !StopSignals.isStopAsked { try await Task.sleep(for: .milliseconds(5)) }
      exit(3)
    }
  }

  @Test func aChildThatDoesNotStopEndsAtTheDeadline() async {
    await #expect(processExitsWith: .exitCode(75)) {
      try StopSignals.listen(status: 75, deadlineSeconds: 1)
      try ParentWatch.stopWhenParentEnds()
      // Busy, as a long aggregation is.
      let limit = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < limit {}
    }
  }

  @Test func theInputOfAChildEndsWhenItsParentIsKilled() async throws {
    await #expect(processExitsWith: .signal(9)) { [path = folder.path as String] in
      let job = Job(
        id: "a", executable: "/bin/sh", arguments: ["-c", "echo begun; cat; echo the end"], logFile: path + "/a.txt")
      let executor = try LocalProcesses()
      let running = Task { await executor.run(job) }
      while (try? String(contentsOfFile: job.logFile, encoding: .utf8)) != "begun\n" {
        try await Task.sleep(for: .milliseconds(5))
      }
      kill(getpid(), 9)
      _ = await running.value
    }
    for _ in 0..<100 where try folder.text("a") != "begun\nthe end\n" { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try folder.text("a") == "begun\nthe end\n")
  }

  @Test func losesNoExit() async {
    let jobs = (0..<200).map { folder.shell(String($0), "exit \($0 % 7)") }
    let outcome = await Scheduler(limits: SweepLimits(jobs: 16), executor: executor).run(jobs)
    #expect(outcome.results.map(\.end) == (0..<200).map { .exited($0 % 7) })
  }

  @Test(arguments: ["exit 4", "kill -9 $$", "wait"]) func leavesNoGrandchildHoweverItsChildEnds(_ end: String)
    async throws
  {
    let id = UUID().uuidString
    let result = await executor.run(
      folder.shell(
        id, "sleep 1000 & echo $!; sh -c 'trap \"\" TERM HUP; sleep 1000' & \(end == "wait" ? "kill $!" : end)"))
    #expect(result.end != .cancelled)
    try await Processes.expectGone(folder.text(id))
  }

  @Test func stopsTheWholeGroupWhenCancelled() async throws {
    let job = folder.shell("a", "sleep 30 & echo $! $$; wait")
    let stubborn = folder.shell("b", "trap '' TERM; echo $$ $$; sleep 30; sleep 30")
    let executor = executor
    let task = Task {
      await Scheduler(limits: SweepLimits(jobs: 2), executor: executor).run([
        job, stubborn, folder.job("c", "/bin/true"),
      ])
    }
    while (try? folder.text("a").contains("\n")) != true || (try? folder.text("b").contains("\n")) != true {
      try await Task.sleep(for: .milliseconds(10))
    }
    task.cancel()
    let outcome = await task.value
    #expect(outcome.stop == .cancelled)
    #expect(outcome.results.map(\.end) == [.cancelled, .cancelled, .cancelled])
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/c.txt"))
    try await Processes.expectGone(folder.text("a") + folder.text("b"))
  }
}
