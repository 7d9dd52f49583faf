import Foundation
import Testing

struct RunTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  /// A manifest's tables and plots name its columns.
  @Test func aPartHasTheColumnsOfTheWhole() async throws {
    try place.write(
      Manifests.many(2)
        + "report:\n  tables: [{rows: attack, columns: aggregator, value: test_accuracy, split: local_lr}]\n",
      to: "many.yaml")
    let part = try await place.skymask("run", "many.yaml", "--only", "local_lr=0.00001")
    #expect(part.code == 0)
    #expect(!part.err.contains("warning"))
    let before = Rows(try place.read("results/tiny/rounds.csv"))
    #expect(Set(before.column("local_lr")) == ["1e-05"])
    let page = try place.read("results/tiny/report.html")
    #expect(page.contains("local_lr 1e-05"))
    #expect(try await place.skymask("run", "many.yaml").code == 0)
    #expect(Rows(try place.read("results/tiny/rounds.csv")).header == before.header)
  }

  @Test func leavesOneRowForEachEvaluatedRound() async throws {
    let ended = try await place.skymask("run", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(
      ended.out == """
        tiny: 0 of 4 cells were finished before, 4 finished now
        results: results/tiny/rounds.csv, results/tiny/summary.csv
        report: results/tiny/report.html

        """)
    let rounds = Rows(try place.read("results/tiny/rounds.csv"))
    #expect(rounds.isRectangular)
    #expect(rounds.column("round") == Array(repeating: ["0", "2", "4", "5"], count: 4).flatMap { $0 })
    #expect(
      rounds.column("aggregator")
        == ["fedavg", "trimmed-mean", "fedavg", "trimmed-mean"].flatMap {
          Array(repeating: $0, count: 4)
        })
    for accuracy in rounds.column("test_accuracy") { #expect((0...1).contains(try #require(Double(accuracy)))) }
    let summary = Rows(try place.read("results/tiny/summary.csv"))
    #expect(summary.isRectangular)
    #expect(summary.column("complete") == ["yes", "yes", "yes", "yes"])
    #expect(summary.column("attack") == ["none", "none", "label-flip", "label-flip"])
    #expect(Rows(try place.read("results/tiny/failures.csv")).rows.isEmpty)
  }

  /// Four cells, of which the last two diverge.
  private static let troubled = """
    name: troubled
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      clients: 5
      byzantine: 1
      rounds: 6
      evaluate_every: 2
      local_epochs: 5
      root.size: 20
      gradient_clip: none
      attack: none
    add:
      - {aggregator: median}
      - {aggregator: median, local_lr: 3e38}
      - {aggregator: fltrust, local_lr: 3e38}

    """

  @Test func whatDivergedIsSaidAtTheEndInTheTableAndByExplain() async throws {
    try place.write(Self.troubled, to: "troubled.yaml")
    let ended = try await place.skymask("run", "troubled.yaml")
    #expect(ended.code == 0)
    let warning = try #require(ended.err.firstRange(of: "warning: 2 of 4 rows of summary.csv have cells that diverged"))
    #expect(ended.err[warning.lowerBound...].contains("\n  aggregator median, local_lr 3e+38: 1 of 1 seeds diverged\n"))
    #expect(
      ended.err.contains(
        "\n  aggregator fltrust, local_lr 3e+38: 1 of 1 seeds diverged; no update used in 1 of 1 rounds: "
          + "the root update is not finite (1 round)\n"))
    // Again when there is nothing left to run.
    let again = try await place.skymask("run", "troubled.yaml")
    #expect(again.err.contains(ended.err[warning.lowerBound...]))
    let table = try await place.skymask("table", "troubled.yaml", "--rows", "local_lr")
    #expect(table.out.contains("\n~ seeds that diverged: 1 of 1 (3e+38 × median"))
    let page = try place.read("results/troubled/report.html")
    #expect(page.contains("<h2>Divergence and remarks</h2>"))
    for key in try await place.skymask("plan", "troubled.yaml", "--json").out.matches(of: /"key":"([0-9a-f]*)"/).suffix(
      2)
    {
      let told = try await place.skymask("explain", String(key.output.1))
      #expect(told.out.contains("\nresult, diverged at round 0\n"))
      let remark = "\nremarks of the rule\n  1 round, first 0  the root update is not finite  (no update used)\n"
      #expect(told.out.contains(remark) == told.out.contains(" fltrust\n"))
    }
    let summary = Rows(try place.read("results/troubled/summary.csv"))
    #expect(summary.column("played_rounds") == ["6", "6", "1", "1"])
    #expect(summary.column("fallback_rounds") == ["0", "0", "0", "1"])
    #expect(summary.column("test_loss_final_n") == ["1", "1", "0", "0"])
  }

  @Test func changesNothingTheSecondTime() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let before = try place.snapshot("results/tiny").filter { $0.key != "LOCK" }
    let ended = try await place.skymask("run", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(ended.out.hasPrefix("tiny: 4 of 4 cells were finished before, 0 finished now\n"))
    #expect(ended.err == "")
    let after = try place.snapshot("results/tiny").filter { $0.key != "LOCK" }
    #expect(before.keys.filter { $0.hasSuffix("result.json") }.count == 4)
    #expect(before == after)
  }

  @Test func givesTheSameBytesWhateverRunsBeside() async throws {
    _ = try await place.skymask("run", "tiny.yaml", "--jobs", "1", "--results", "one")
    _ = try await place.skymask("run", "tiny.yaml", "--jobs", "2", "--results", "two")
    for table in ["rounds.csv", "summary.csv"] {
      #expect(try place.bytes("one/tiny/\(table)") == place.bytes("two/tiny/\(table)"))
    }
    let other = try await place.skymask("run", "tiny.yaml", "--seeds", "2", "--results", "three")
    #expect(other.code == 0)
    let one = Rows(try place.read("one/tiny/rounds.csv"))
    let three = Rows(try place.read("three/tiny/rounds.csv"))
    #expect(three.column("seed") == Array(repeating: "2", count: 16))
    #expect(one.column("test_loss") != three.column("test_loss"))
  }

  @Test(.timeLimit(.minutes(1)))
  func takesMorePlacesThanCells() async throws {
    let ended = try await place.skymask("run", "tiny.yaml", "--jobs", "1000000000000")
    #expect(ended.code == 0)
    #expect(ended.out.hasPrefix("tiny: 0 of 4 cells were finished before, 4 finished now\n"))
  }

  @Test func namesWhatADryRunWouldRun() async throws {
    let ended = try await place.skymask("run", "tiny.yaml", "--dry-run")
    #expect(ended.code == 0)
    let lines = ended.out.split(separator: "\n")
    #expect(lines.count == 5)
    // The longest first: a trimmed mean takes longer than a mean.
    #expect(lines[0].hasSuffix("  attack=none aggregator=trimmed-mean"))
    #expect(lines[4] == "0 of 4 cells are finished")
    #expect(!place.exists("results"))
  }

  @Test func givesTheSameBytesInEveryOrder() async throws {
    _ = try await place.skymask("run", "tiny.yaml", "--results", "one")
    for (results, seed) in [("two", "1"), ("three", "2")] {
      let ended = try await place.skymask("run", "tiny.yaml", "--shuffle-seed", seed, "--results", results)
      #expect(ended.code == 0)
      #expect(ended.err.hasPrefix("shuffled: --shuffle-seed \(seed) gives this order again\n"))
      for table in ["rounds.csv", "summary.csv"] {
        #expect(try place.bytes("\(results)/tiny/\(table)") == place.bytes("one/tiny/\(table)"))
      }
    }
  }

  @Test func tellsTheOrderThatItShuffledTo() async throws {
    try place.write(Manifests.many(10), to: "many.yaml")
    let plain = try await place.skymask("run", "many.yaml", "--dry-run").out
    let ended = try await place.skymask("run", "many.yaml", "--dry-run", "--shuffle")
    let told = try #require(ended.err.wholeMatch(of: /shuffled: --shuffle-seed ([0-9]+) gives this order again\n/))
    let again = try await place.skymask("run", "many.yaml", "--dry-run", "--shuffle-seed", String(told.1))
    #expect(ended.out == again.out)
    #expect(ended.out != plain)
    #expect(ended.out.split(separator: "\n").sorted() == plain.split(separator: "\n").sorted())
  }

  @Test func beginsWithTheLongestAndEveryFirstSeed() async throws {
    let manifest = Manifests.tiny.replacing("aggregator: [fedavg, trimmed-mean]", with: "rounds: [2, 6, 4]")
      .replacing("  attack: [none, label-flip]\n", with: "")
    try place.write(manifest, to: "tiny.yaml")
    let ended = try await place.skymask("run", "tiny.yaml", "--seeds", "1-2", "--jobs", "1", "--json")
    #expect(ended.code == 0)
    let started = try Event.all(in: ended.out).filter { $0.event == "started" }
    #expect(
      started.map(\.label) == [
        "rounds=6 seed=1", "rounds=4 seed=1", "rounds=2 seed=1", "rounds=6 seed=2", "rounds=4 seed=2",
        "rounds=2 seed=2",
      ])
  }

  @Test func showsABarOnATerminal() async throws {
    let ended = try await place.shell("script -qec \"'$SKYMASK' run tiny.yaml\" /dev/null")
    #expect(ended.code == 0)
    #expect(ended.out.contains("\r\u{1B}[K["))
    #expect(ended.out.contains("[########################################] 100 %  4/4 cells"))
  }
}

/// A line of `run --json`.
struct Event: Decodable {
  var event: String
  var key: String?
  var label: String?
  var attempt: Int?
  var end: String?
  var last_lines: [String]?
  var wait_seconds: Double?
  var exit: Int?
  var total: Int?
  var finished: Int?
  var finished_before: Int?
  var failed: Int?
  var not_run: Int?
  var fraction: Double?

  static func all(in text: String) throws -> [Event] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
  }
}

struct RunEventTests {
  @Test func tellsEachStepAsJSON() async throws {
    let place = try TestFolder()
    try place.write(Manifests.failing, to: "failing.yaml")
    let ended = try await place.skymask("run", "failing.yaml", "--json", "--jobs", "1")
    #expect(ended.code == 1)
    let events = try Event.all(in: ended.out)
    let steps = events.filter { $0.event != "progress" }
    #expect(steps.count { $0.event == "started" && $0.attempt == 1 } == 4)
    #expect(steps.count { $0.event == "finished" && $0.label?.hasSuffix("clients=5") == true } == 2)
    let failed = steps.filter { $0.event == "failed" }
    #expect(failed.map(\.end) == ["exit status 65", "exit status 65"])
    #expect(failed.allSatisfy { $0.last_lines?.last?.hasPrefix("error: client ") == true })
    let last = try #require(steps.last)
    #expect(steps.count == 9)
    #expect(last.event == "end")
    #expect(last.exit == 1)
    #expect([last.finished_before, last.finished, last.failed, last.not_run] == [0, 2, 2, 0])
    let progress = events.filter { $0.event == "progress" }
    #expect(progress.first?.total == 4)
    #expect(progress.last?.finished == 2)
    #expect(progress.last?.fraction == 1)
    #expect(ended.err.contains("failing: 0 of 4 cells were finished before, 2 finished now, 2 failed\n"))
  }

  @Test func hasNoJSONOfWhatIsOnlyForetold() async throws {
    let place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    let ended = try await place.skymask("run", "tiny.yaml", "--json", "--dry-run")
    #expect(ended.code == 64)
    #expect(ended.err.contains("--json tells of a run, so not with --dry-run; plan --json lists the cells\n"))
  }

  @Test func tellsOfAFurtherAttempt() async throws {
    let place = try TestFolder()
    try place.write(Manifests.slow, to: "slow.yaml")
    let ended = try await place.skymask("run", "slow.yaml", "--json", "--jobs", "1", "--only", "attack=none") {
      process in
      try await eventually { try !children(of: process).isEmpty }
      kill(try #require(try children(of: process).first), SIGKILL)
    }
    #expect(ended.code == 0)
    let events = try Event.all(in: ended.out)
    let retried = try #require(events.first { $0.event == "retried" })
    #expect(retried.end == "signal 9 (SIGKILL)")
    #expect(retried.wait_seconds == 1)
    #expect(events.contains { $0.event == "started" && $0.key == retried.key && $0.attempt == 2 })
    #expect(events.contains { $0.event == "finished" && $0.key == retried.key && $0.attempt == 2 })
    #expect(events.last?.exit == 0)
  }
}

struct LimitTests {
  @Test func stopsACellAtTheTimeLimitOfTheManifest() async throws {
    let place = try TestFolder()
    let endless = Manifests.slow.replacing("rounds: 1500", with: "rounds: 10000000")
    try place.write(endless + "run: {timeout: 1s, retries: 3}\n", to: "slow.yaml")
    let ended = try await place.skymask(
      "run", "slow.yaml", "--only", "attack=none", "--only", "aggregator=fedavg")
    #expect(ended.code == 1)
    #expect(ended.err.contains(": was stopped at its time limit of 1 s; tried again in 1 s or later\n"))
    #expect(ended.err.contains("\n  was stopped at its time limit of 1 s, at attempt 2; log results/slow/"))
    #expect(ended.err.contains("no effect") == false)
  }

  @Test func triesNothingAgainWithoutRetries() async throws {
    let place = try TestFolder()
    try place.write(Manifests.slow + "run: {retries: 0}\n", to: "slow.yaml")
    let ended = try await place.skymask(
      "run", "slow.yaml", "--only", "attack=none", "--only", "aggregator=fedavg"
    ) { process in
      try await eventually { try !children(of: process).isEmpty }
      kill(try #require(try children(of: process).first), SIGKILL)
    }
    #expect(ended.code == 1)
    #expect(ended.err.contains("\n  ended with signal 9 (SIGKILL); log results/slow/cells/"))
  }

  @Test func stopsASweepWhoseFirstCellsFailAlike() async throws {
    let place = try TestFolder()
    try place.write(
      Manifests.failing.replacing("clients: [5, 150]", with: "clients: [150, 151, 152, 153]"), to: "failing.yaml")
    let ended = try await place.skymask("run", "failing.yaml", "--jobs", "1")
    #expect(ended.code == 1)
    #expect(ended.out.hasPrefix("failing: 0 of 8 cells were finished before, 0 finished now, 5 failed, 3 not run\n"))
    #expect(ended.err.split(separator: "\n").count { $0.hasPrefix("error: 5 cells failed alike, the first: ") } == 1)
    #expect(
      ended.err.hasSuffix(
        "error: the first 5 cells to end all failed alike, so the others were not run; put that right and give the same "
          + "command again\n"))
    #expect(try place.cells(of: "failing", with: "failure.json").count == 5)
  }
}

struct FailingCellTests {
  @Test func goesOnBesideACellWhoseFolderCannotBeUsed() async throws {
    let place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    _ = try await place.skymask("run", "tiny.yaml")
    let cell = try #require(try place.cells(of: "tiny", with: "result.json").first)
    for file in ["result.json", "log.txt"] { try place.remove("\(cell)/\(file)") }
    try FileManager.default.createDirectory(atPath: "\(place.path)/\(cell)/log.txt", withIntermediateDirectories: false)
    let ended = try await place.skymask("run", "tiny.yaml")
    #expect(ended.code == 74)
    #expect(ended.err.contains("error: a cell failed: attack="))
    #expect(
      ended.err.contains(
        "  was not started: \(cell)/log.txt: cannot remove it: a folder stands where a file must be; move it away, at "
          + "attempt 2; log \(cell)/log.txt\n"))
    try place.remove("\(cell)/log.txt")
    #expect(try await place.skymask("run", "tiny.yaml").code == 0)
  }

  @Test func leavesTheOthersAlone() async throws {
    let place = try TestFolder()
    try place.write(Manifests.failing, to: "failing.yaml")
    let ended = try await place.skymask("run", "failing.yaml")
    #expect(ended.code == 1)
    #expect(ended.out.hasPrefix("failing: 0 of 4 cells were finished before, 2 finished now, 2 failed\n"))
    #expect(
      ended.err.contains("error: 2 cells failed alike, the first: attack=none clients=150\n  ended with exit status 65")
    )
    #expect(ended.err.contains("\n  | error: client "))
    #expect(ended.err.contains(" of 150 gets none of the 180 samples that root.size leaves"))
    #expect(try place.cells(of: "failing", with: "result.json").count == 2)
    #expect(try place.cells(of: "failing", with: "failure.json").count == 2)
    #expect(Rows(try place.read("results/failing/rounds.csv")).rows.count == 8)

    let status = try await place.skymask("status", "failing.yaml")
    #expect(status.out.hasPrefix("failing: 2 of 4 cells finished (50 %), 2 failed, 0 begun, 0 damaged, 0 diverged\n"))
    #expect(status.out.contains("  failed, exit status 65   attack=none clients=150\n"))
    let plan = try await place.skymask("plan", "failing.yaml")
    #expect(plan.out.contains("  failed      attack=label-flip clients=150  (exit status 65)\n"))
    #expect(plan.out.contains("\n4 cells: 2 finished, 2 failed\n"))
    let table = try await place.skymask("table", "failing.yaml", "--rows", "attack", "--columns", "clients")
    #expect(table.out.contains("failed †!"))
    #expect(table.out.contains("! seeds that failed: 1 of 1 (none × 150, label-flip × 150)\n"))

    let again = try await place.skymask("run", "failing.yaml")
    #expect(again.code == 1)
    #expect(again.out.hasPrefix("failing: 2 of 4 cells were finished before, 0 finished now, 2 failed\n"))
  }
}
