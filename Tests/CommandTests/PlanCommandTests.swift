import Foundation
import Testing

struct PlanCommandTests {
  private let place: TestFolder
  private static let manifest = Manifests.tiny.replacing("label-flip]", with: "{scaling: {size: 2, factor: 1}}]")

  init() throws {
    place = try TestFolder()
    try place.write(PlanCommandTests.manifest, to: "tiny.yaml")
  }

  /// The lines before the estimate, whose numbers are this machine's; keys cut away.
  private func told(_ ended: Ended) -> [String] {
    ended.out.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("a run takes about ") }.map { line in
      line.replacing(/[0-9a-f]{12}/, with: "KEY")
    }
  }

  private func objects(_ ended: Ended) throws -> [[String: Any]] {
    try ended.out.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test func beforeTheFirstRunEverythingIsNewAndEstimated() async throws {
    let ended = try await place.skymask("plan", "tiny.yaml", "--jobs", "2")
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(
      told(ended) == [
        "KEY  new         attack=none aggregator=fedavg", "KEY  new         attack=none aggregator=trimmed-mean",
        "KEY  new         attack=scaling(size=2 factor=1) aggregator=fedavg",
        "KEY  new         attack=scaling(size=2 factor=1) aggregator=trimmed-mean", "4 cells: 4 new",
      ])
    #expect(
      try #require(ended.out.split(separator: "\n").last).wholeMatch(
        of:
          /a run takes about [0-9]+ s with 2 cells at once, 400 MB of memory, and at the end .* kB of disk \(from a measurement of this CPU; no cell is finished yet\)/
      ) != nil)
    #expect(!place.exists("results"))
  }

  @Test func oneChangedParameterOfOneAttackTellsWhichCellsAreNewAndWhy() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let before = try objects(try await place.skymask("plan", "tiny.yaml", "--json"))
    try place.write(PlanCommandTests.manifest.replacing("factor: 1", with: "factor: 2"), to: "tiny.yaml")
    let ended = try await place.skymask("plan", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(
      told(ended) == [
        "KEY  finished    attack=none aggregator=fedavg", "KEY  finished    attack=none aggregator=trimmed-mean",
        "KEY  new         attack=scaling(size=2 factor=2) aggregator=fedavg  (attack.factor 1 → 2, as against KEY)",
        "KEY  new         attack=scaling(size=2 factor=2) aggregator=trimmed-mean"
          + "  (attack.factor 1 → 2, as against KEY)",
        "new since the last run: 2 cells", "  2 cells: attack.factor 1 → 2",
        "no longer asked for: 2; `skymask gc` removes their files, those of 2", "4 cells: 2 finished, 2 new",
      ])
    let cells = try objects(try await place.skymask("plan", "tiny.yaml", "--json"))
    #expect(cells.count == 5)
    for index in 2...3 {
      #expect(cells[index]["state"] as? String == "new")
      #expect(cells[index]["differs"] as? [String: [String]] == ["attack.factor": ["1", "2"]])
      #expect(cells[index]["against"] as? String == before[index]["key"] as? String)
    }
    #expect(cells[0]["against"] == nil)
    let estimate = try #require(cells[2]["estimate"] as? [String: Double])
    #expect(estimate.keys.sorted() == ["disk_bytes", "memory_bytes", "seconds"])
    #expect(cells[4]["cells"] as? Int == 4)
    #expect(
      cells[4]["states"] as? [String: Int]
        == ["finished": 2, "resumable": 0, "unfinished": 0, "new": 2, "failed": 0, "damaged": 0])
    #expect((cells[4]["no_longer_asked_for"] as? [String])?.count == 2)
  }

  @Test func whatIsLeftOutForTheMomentIsStillAskedFor() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let ended = try await place.skymask("plan", "tiny.yaml", "--only", "aggregator=fedavg")
    #expect(told(ended).last?.hasPrefix("nothing to run; the results take ") == true)
    #expect(!ended.out.contains("no longer asked for"))
    #expect(ended.out.contains("\n2 cells: 2 finished\n"))
  }

  @Test func aRunOfAPartPlansTheWhole() async throws {
    _ = try await place.skymask("run", "tiny.yaml", "--only", "aggregator=fedavg")
    let ended = try await place.skymask("plan", "tiny.yaml")
    #expect(!ended.out.contains("new since the last run"))
    #expect(ended.out.contains("\n4 cells: 2 finished, 2 new\n"))
  }

  @Test func manyCellsAreGroupedUnlessAllAreWanted() async throws {
    try place.write(Manifests.many(2500), to: "many.yaml")
    let ended = try await place.skymask("plan", "many.yaml")
    #expect(ended.out.split(separator: "\n").count == 8)
    #expect(ended.out.contains("\n… and 9995 new; --all lists them\n10000 cells: 10000 new\n"))
    let all = try await place.skymask("plan", "many.yaml", "--all")
    #expect(all.out.split(separator: "\n").count == 10_002)
  }

  @Test func aDamagedCellIsToldWithTheReason() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let cell = try #require(try place.cells(of: "tiny", with: "rounds.csv").first)
    try place.remove(cell + "/rounds.csv")
    let ended = try await place.skymask("plan", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(ended.out.contains("  damaged     "))
    #expect(ended.out.contains("  (rounds.csv is missing)\n"))
    #expect(ended.out.contains("\n4 cells: 3 finished, 1 damaged\n"))
    let glance = try await place.skymask("status", "tiny.yaml")
    #expect(glance.out == "tiny: 4 of 4 cells finished (100 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n")
    let verified = try await place.skymask("status", "tiny.yaml", "--verify")
    #expect(verified.out.hasPrefix("tiny: 3 of 4 cells finished (75 %), 0 failed, 0 begun, 1 damaged, 0 diverged\n"))
    #expect(verified.out.firstMatch(of: /\n  [0-9a-f]{12}  damaged, rounds.csv is missing   attack=/) != nil)
  }
}
