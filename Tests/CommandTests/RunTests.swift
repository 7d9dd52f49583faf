import Foundation
import Testing

struct RunTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  @Test func leavesOneRowForEachEvaluatedRound() async throws {
    let ended = try await place.skymask("run", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(
      ended.out == """
        tiny: 0 of 4 cells were finished before, 4 finished now
        results: results/tiny/rounds.csv, results/tiny/summary.csv

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
    #expect(lines[0].hasSuffix("  attack=none aggregator=fedavg"))
    #expect(lines[4] == "0 of 4 cells are finished")
    #expect(!place.exists("results"))
  }

  @Test func showsABarOnATerminal() async throws {
    let ended = try await place.shell("script -qec \"'$SKYMASK' run tiny.yaml\" /dev/null")
    #expect(ended.code == 0)
    #expect(ended.out.contains("\r\u{1B}[K["))
    #expect(ended.out.contains("[########################################] 100 %  4/4 cells"))
  }
}

struct FailingCellTests {
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
    #expect(table.out.contains("failed *!"))
    #expect(table.out.contains("! some seeds failed"))

    let again = try await place.skymask("run", "failing.yaml")
    #expect(again.code == 1)
    #expect(again.out.hasPrefix("failing: 2 of 4 cells were finished before, 0 finished now, 2 failed\n"))
  }
}
