import Foundation
import Testing

struct InterruptionTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.slow, to: "slow.yaml")
  }

  @Test func goesOnAfterItWasKilled() async throws {
    let whole = try await place.skymask("run", "slow.yaml", "--results", "whole")
    #expect(whole.code == 0)
    var workers: [pid_t] = []
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "2") { process in
      try await eventually { !(try begun().isEmpty) }
      workers = try children(of: process)
      kill(process, SIGKILL)
    }
    #expect(ended.code == 128 + SIGKILL)
    #expect(!workers.isEmpty)
    try await eventually { workers.allSatisfy { !isRunning($0) } }
    #expect(try place.cells(of: "slow", with: "result.json").count < 4)

    let again = try await place.skymask("run", "slow.yaml")
    #expect(again.code == 0)
    for table in ["rounds.csv", "summary.csv"] {
      #expect(try place.bytes("results/slow/\(table)") == place.bytes("whole/slow/\(table)"))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGUSR1]) func saysHowToGoOnWhenInterrupted(_ signal: Int32) async throws {
    var workers: [pid_t] = []
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "1") { process in
      try await eventually { !(try begun().isEmpty) }
      workers = try children(of: process)
      kill(process, signal)
    }
    #expect(ended.code == 75)
    #expect(ended.err.contains("stopping: the cells that run have 20 s to end; SIGINT (Ctrl-C) ends them at once\n"))
    #expect(ended.err.hasSuffix("interrupted: give the same command again to go on\n"))
    #expect(!ended.err.contains("failed"))
    #expect(ended.out.contains(" finished now, interrupted\n"))
    #expect(!workers.isEmpty)
    #expect(!workers.contains(where: isRunning))
    let status = try await place.skymask("status", "slow.yaml")
    #expect(status.out.contains(" 0 failed, "))
    let again = try await place.skymask("run", "slow.yaml")
    #expect(again.code == 0)
    #expect(Rows(try place.read("results/slow/rounds.csv")).rows.count == 24)
  }

  @Test func endsAtOnceAtTheSecondInterruption() async throws {
    var workers: [pid_t] = []
    let begin = ContinuousClock.now
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "2") { process in
      try await eventually { try begun().count == 2 }
      workers = try children(of: process)
      // They cannot end of themselves.
      for worker in workers { kill(worker, SIGSTOP) }
      kill(process, SIGINT)
      try await eventually { try place.read("stream-err").contains("stopping: ") }
      #expect(workers.allSatisfy(isRunning))
      kill(process, SIGINT)
    }
    #expect(ended.code == 75)
    #expect(ContinuousClock.now - begin < .seconds(19))
    #expect(workers.count == 2)
    try await eventually { !workers.contains(where: isRunning) }
    #expect(try await place.skymask("run", "slow.yaml").code == 0)
  }

  @Test func finishesWhatRunsWhenHungUp() async throws {
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "1") { process in
      try await eventually { !(try begun().isEmpty) }
      kill(process, SIGHUP)
    }
    #expect(ended.code == 75)
    #expect(ended.err.contains("hung up: what runs is finished, and nothing more is started\n"))
    #expect(ended.out.hasPrefix("slow: 0 of 4 cells were finished before, 1 finished now, interrupted\n"))
    let rest = try await place.skymask("run", "slow.yaml", "--jobs", "3") { process in
      try await eventually { try begun().count == 3 }
      kill(process, SIGHUP)
    }
    #expect(rest.code == 0)
    #expect(rest.out.hasPrefix("slow: 1 of 4 cells were finished before, 3 finished now\n"))
  }

  @Test func outlivesAHangUpUnderNohup() async throws {
    let ended = try await place.shell(
      """
      trap '' HUP
      "$SKYMASK" run slow.yaml --jobs 1 & run=$!
      until ls results/slow/cells/*/*/progress.txt > /dev/null 2>&1; do sleep 0.05; done
      kill -HUP $run
      wait $run
      """)
    #expect(ended.code == 0)
    #expect(!ended.err.contains("hung up"))
    #expect(ended.out.hasPrefix("slow: 0 of 4 cells were finished before, 4 finished now\n"))
  }

  @Test func triesAWorkerAgainThatWasKilled() async throws {
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "1") { process in
      try await eventually { !(try begun().isEmpty) }
      kill(try #require(try children(of: process).first), SIGKILL)
    }
    #expect(ended.code == 0)
    #expect(ended.err.contains(": ended with signal 9 (SIGKILL); tried again in 1 s or later\n"))
    #expect(ended.out.hasPrefix("slow: 0 of 4 cells were finished before, 4 finished now\n"))
  }

  @Test func startsAWorkerAgainThatSomebodyElseStopped() async throws {
    let whole = try await place.skymask("run", "slow.yaml", "--results", "whole")
    #expect(whole.code == 0)
    let ended = try await place.skymask("run", "slow.yaml", "--jobs", "1") { process in
      try await eventually { !(try begun().isEmpty) }
      kill(try #require(try children(of: process).first), SIGTERM)
    }
    #expect(ended.code == 0)
    #expect(ended.err.contains(": ended with exit status 75; tried again in 1 s or later\n"))
    #expect(try place.bytes("results/slow/rounds.csv") == place.bytes("whole/slow/rounds.csv"))
  }

  @Test func tellsOfAWorkerThatIsKilledEveryTime() async throws {
    // One cell, so that the next worker is its next attempt.
    let ended = try await place.skymask(
      "run", "slow.yaml", "--only", "attack=none", "--only", "aggregator=fedavg"
    ) { process in
      var first: pid_t?
      try await eventually {
        first = try children(of: process).first
        return first != nil
      }
      kill(try #require(first), SIGKILL)
      var second: pid_t?
      try await eventually {
        second = try children(of: process).first { $0 != first }
        return second != nil
      }
      kill(try #require(second), SIGKILL)
    }
    #expect(ended.code == 1)
    #expect(ended.err.contains("error: a cell failed: attack="))
    #expect(ended.err.contains("\n  ended with signal 9 (SIGKILL), at attempt 2; log results/slow/cells/"))
    #expect(ended.out.hasPrefix("slow: 0 of 1 cells were finished before, 0 finished now, 1 failed\n"))
    #expect(try await place.skymask("run", "slow.yaml").code == 0)
  }

  @Test func letsOnlyOneRunAtATime() async throws {
    let first = try await place.skymask("run", "slow.yaml") { process in
      try await eventually { !(try begun().isEmpty) }
      // It cannot end before the second has tried.
      kill(process, SIGSTOP)
      defer { kill(process, SIGCONT) }
      let second = try await place.skymask("run", "slow.yaml")
      #expect(second.code == 73)
      #expect(second.out == "")
      #expect(
        second.err.hasPrefix("error: results/slow/LOCK: the experiment is being run by process \(process) on "))
      #expect(second.err.hasSuffix("; wait until it ends, or stop it\n"))
      let status = try await place.skymask("status", "slow.yaml")
      #expect(status.code == 0)
      #expect(status.out.contains(" begun, 0 damaged"))
    }
    #expect(first.code == 0)
  }

  /// The cells that work at this moment.
  private func begun() throws -> [String] {
    place.exists("results/slow/cells") ? try place.cells(of: "slow", with: "progress.txt") : []
  }
}

struct DamageTests {
  enum Damage: CaseIterable {
    case cutRounds, deletedRounds, flippedRecord, emptiedRecord
  }

  @Test(arguments: Damage.allCases)
  func isToldAndRepaired(_ damage: Damage) async throws {
    let place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    _ = try await place.skymask("run", "tiny.yaml")
    let rounds = try place.bytes("results/tiny/rounds.csv")
    let cell = try #require(try place.cells(of: "tiny", with: "result.json").first)
    let reason: String
    switch damage {
    case .cutRounds:
      let bytes = try place.bytes("\(cell)/rounds.csv")
      try place.write(Array(bytes.dropLast(7)), to: "\(cell)/rounds.csv")
      reason = "rounds.csv has \(bytes.count - 7) bytes, not \(bytes.count)"
    case .deletedRounds:
      try place.remove("\(cell)/rounds.csv")
      reason = "rounds.csv is missing"
    case .flippedRecord:
      var bytes = try place.bytes("\(cell)/result.json")
      bytes[0] ^= 1
      try place.write(bytes, to: "\(cell)/result.json")
      reason = "result.json cannot be read as a result"
    case .emptiedRecord:
      try place.write("", to: "\(cell)/result.json")
      reason = "result.json cannot be read as a result"
    }
    let status = try await place.skymask("status", "tiny.yaml", "--verify")
    #expect(status.out.contains("tiny: 3 of 4 cells finished (75 %), 0 failed, 0 begun, 1 damaged"))
    #expect(status.out.contains("  damaged, \(reason)   attack="))
    let again = try await place.skymask("run", "tiny.yaml")
    #expect(again.code == 0)
    let key = cell.split(separator: "/").last.map { $0.prefix(12) } ?? ""
    #expect(again.err.hasPrefix("warning: \(key) is damaged and is run again: \(reason)\n"))
    #expect(again.out.hasPrefix("tiny: 3 of 4 cells were finished before, 1 finished now\n"))
    #expect(try place.bytes("results/tiny/rounds.csv") == rounds)
  }
}
