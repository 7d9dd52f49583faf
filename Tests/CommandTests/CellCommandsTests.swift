import Foundation
import Testing

/// explain, diff and gc, on finished sweeps.
struct CellCommandsTests {
  private let place: TestFolder

  init() async throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    let ended = try await place.skymask("run", "tiny.yaml")
    try #require(ended.code == 0)
  }

  private func keys(_ manifest: String = "tiny.yaml") async throws -> [String] {
    let ended = try await place.skymask("plan", manifest, "--json")
    return try ended.out.split(separator: "\n").dropLast().map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["key"] as? String)
    }
  }

  @Test func explainTellsWhatACellIs() async throws {
    let key = try await keys()[3]
    let ended = try await place.skymask("explain", String(key.prefix(6)))
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(ended.out.hasPrefix("cell \(key)\nof results/tiny, finished\nparameters\n"))
    // Columns are as wide as their longest entry.
    let text = ended.out.replacing(/[ ]{2,}/, with: "  ")
    for line in [
      "  dataset  synthetic-images\n", "  dataset.height  4\n", "  dataset.channels  1  (default)\n", "  model  lr\n",
      "  partition  label-bias  (default)\n", "  attack  label-flip\n", "  rounds  6\n",
      "  batch_size  32  (default)\n",
      "  assumed_byzantine  1  (default)\n", "  data_seed  1  (default)\n", "\nresult\n  last round  5\n",
      "  test_accuracy  0.", "\nprovenance\n", "  training_seconds  ",
      "\nlog results/tiny/cells/\(key.prefix(2))/\(key)/log.txt\n",
    ] {
      #expect(text.contains(line), "\(line)\(text)")
    }
    let command = try #require(ended.out.split(separator: "\n").last)
    #expect(
      command == "skymask run results/tiny --only attack=label-flip --only aggregator=trimmed-mean")
    let dry = try await place.shell(command.replacing("skymask", with: "\"$SKYMASK\"") + " --dry-run --results other")
    #expect(dry.out.hasPrefix("would run \(key.prefix(12))  "))
    #expect(dry.out.hasSuffix("\n0 of 1 cells are finished\n"))
  }

  @Test func theCommandOfACellRunsOnlyItAmongAttacksThatDifferInAParameter() async throws {
    let text = Manifests.tiny.replacing("label-flip]", with: "{scaling: {size: 2}}, {scaling: {size: 2, factor: 3}}]")
    try place.write(text.replacing("name: tiny", with: "name: more") + "seeds: [1, 7]\n", to: "more.yaml")
    for key in try await keys("more.yaml") {
      let ended = try await place.skymask("explain", key, "--manifest", "more.yaml")
      #expect(ended.out.hasPrefix("cell \(key)\nof results/more, new\nparameters\n"))
      let command = try #require(ended.out.split(separator: "\n").last)
      let dry = try await place.shell(command.replacing("skymask", with: "\"$SKYMASK\"") + " --dry-run")
      #expect(dry.out.hasPrefix("would run \(key.prefix(12))  "), "\(command)\n\(dry.err)")
      #expect(dry.out.hasSuffix("\n0 of 1 cells are finished\n"), "\(command)")
    }
  }

  @Test func explainSaysWhatIsWrongWithAKey() async throws {
    for (key, message) in [
      ("abc", "error: 'abc' is no cell's key: give four or more of its digits 0-9 and a-f, as plan shows them\n"),
      ("XYZW", "error: 'XYZW' is no cell's key: give four or more of its digits 0-9 and a-f, as plan shows them\n"),
      ("000000000000", "error: no cell of results has a key that begins with 000000000000\n"),
    ] {
      let ended = try await place.skymask("explain", key)
      #expect(ended.code == 64)
      #expect(ended.out == "")
      #expect(ended.err == message)
    }
    let key = try await keys()[0]
    _ = try await place.shell("cp -r results/tiny results/twin")
    let several = try await place.skymask("explain", key)
    #expect(several.code == 64)
    #expect(
      several.err == """
        error: 2 cells have keys that begin with \(key); give more digits, or --manifest or the cell's folder:
          results/tiny \(key)
          results/twin \(key)

        """)
    try place.remove("results/twin")
    try place.write("{", to: "results/tiny/cells/\(key.prefix(2))/\(key)/cell.json")
    let damaged = try await place.skymask("explain", key)
    #expect(damaged.code == 76)
    #expect(damaged.err.contains("damaged: it is missing or is not the description of the cell"))
  }

  @Test func diffTellsHowTwoCellsDiffer() async throws {
    let keys = try await keys()
    let ended = try await place.skymask("diff", keys[0], String(keys[2].prefix(8)))
    #expect(ended.code == 1)
    #expect(ended.err == "")
    #expect(
      ended.out.hasPrefix(
        """
        a  \(keys[0])  results/tiny
        b  \(keys[2])  results/tiny
          parameter  a     b
          attack     none  label-flip
        the measurements differ from round 0 on, evaluation 1
          last round     a
        """), "\(ended.out)")
    #expect(ended.out.contains("\n  round          5"))
    let same = try await place.skymask("diff", keys[1], keys[1])
    #expect(same.code == 0)
    #expect(same.out.hasSuffix("the same parameters\nthe same measurements in all 4 evaluated rounds\n"))
  }

  @Test func diffComparesExperimentsCellByCell() async throws {
    _ = try await place.skymask("run", "tiny.yaml", "--results", "other")
    let same = try await place.skymask("diff", "results/tiny", "other/tiny")
    #expect(same.code == 0)
    #expect(same.out == "the same in both: 4\n")
    _ = try await place.skymask("run", "tiny.yaml", "--results", "other", "--set", "rounds=3", "--name", "tiny")
    let more = try await place.skymask("diff", "results/tiny", "other/tiny/")
    #expect(more.code == 1)
    #expect(more.out.hasPrefix("only in other/tiny/: 4\n  "))
    #expect(more.out.firstMatch(of: /attack=(none|label-flip) aggregator=(fedavg|trimmed-mean) rounds=3\n/) != nil)
    #expect(more.out.hasSuffix("\nthe same in both: 4\n"))

    // One cell with other bytes, committed as such.
    let key = try await keys()[0]
    let folder = "cells/\(key.prefix(2))/\(key)"
    let mine = try place.read("results/tiny/\(folder)/result.json")
    let digest = try #require(mine.firstMatch(of: /"sha256" : "([0-9a-f]{64})",\s*"size" : [0-9]+\s*}\s*]/)).1
    try place.write(
      mine.replacing(digest, with: String(repeating: "0", count: 64)), to: "results/tiny/\(folder)/result.json")
    let damaged = try await place.skymask("diff", "tiny.yaml", "other/tiny")
    #expect(damaged.code == 1)
    #expect(
      damaged.out.contains(
        "in both, but not the same: 1\n  \(key.prefix(12))  attack=none aggregator=fedavg rounds=6  (damaged in "))
    #expect(damaged.out.contains("  (damaged in tiny.yaml, finished in other/tiny)\n"))
    #expect(damaged.out.hasSuffix("\nthe same in both: 3\n"))
  }

  @Test func diffRefusesWhatItCannotCompare() async throws {
    let key = try await keys()[0]
    let kinds = try await place.skymask("diff", key, "tiny.yaml")
    #expect(kinds.code == 64)
    #expect(kinds.err == "error: '\(key)' and 'tiny.yaml' cannot be compared: one is a cell, the other an experiment\n")
    let nothing = try await place.skymask("diff", key, "nowhere")
    #expect(nothing.code == 64)
    #expect(nothing.err == "error: 'nowhere' is no cell's key, no results folder and no manifest\n")
  }

  @Test func gcShowsFirstAndRemovesWhatNoManifestAsksFor() async throws {
    let keys = try await keys()
    try place.write("half", to: "results/tiny/.rounds.csv.1.tmp")
    try place.write(Manifests.tiny.replacing("[none, label-flip]", with: "[none]"), to: "less.yaml")
    let before = try place.snapshot("results/tiny").filter { $0.key != "LOCK" }
    let shown = try await place.skymask("gc", "less.yaml")
    #expect(shown.code == 0)
    let lines = shown.out.split(separator: "\n")
    try #require(lines.count == 4)
    for (line, key) in zip(lines, keys.suffix(2).sorted()) {
      #expect(line.hasPrefix("\(key.prefix(12))  finished    attack=label-flip aggregator="))
    }
    #expect(lines[2] == "results/tiny/.rounds.csv.1.tmp  4 bytes")
    #expect(lines[3].hasPrefix("results/tiny: 2 cells and 1 temporary file, "))
    #expect(lines[3].hasSuffix("; nothing was removed, --yes removes it"))
    #expect(try place.snapshot("results/tiny").filter { $0.key != "LOCK" } == before)

    let both = try await place.skymask("gc", "less.yaml", "tiny.yaml")
    #expect(
      both.out
        == "results/tiny/.rounds.csv.1.tmp  4 bytes\nresults/tiny: 1 temporary file, 4 bytes; nothing was removed, --yes removes it\n"
    )

    // The folder's own manifest asks for all, however the folder is spelled.
    let folder = try await place.skymask("gc", "less.yaml", "./results/tiny/")
    #expect(folder.out.hasSuffix("/tiny: 1 temporary file, 4 bytes; nothing was removed, --yes removes it\n"))
    #expect(folder.out == both.out)

    let removed = try await place.skymask("gc", "less.yaml", "--yes")
    #expect(removed.code == 0)
    #expect(removed.out.contains("\nresults/tiny: removed 2 cells and 1 temporary file, "))
    let after = try place.snapshot("results/tiny").filter { $0.key != "LOCK" }
    #expect(
      after
        == before.filter { name, _ in !keys.suffix(2).contains { name.contains($0) } && !name.hasSuffix(".tmp") })
    #expect(try await place.skymask("gc", "less.yaml", "--yes").out == "results/tiny: nothing to remove\n")
    #expect(try await place.skymask("plan", "less.yaml").out.contains("\n2 cells: 2 finished\n"))
  }

  @Test func gcNamesWhatDistinguishesCells() async throws {
    try place.write(Manifests.tiny.replacing("rounds: 6", with: "rounds: 5"), to: "tiny.yaml")
    let shown = try await place.skymask("gc", "tiny.yaml")
    let lines = shown.out.split(separator: "\n").dropLast()
    #expect(lines.count == 4)
    for line in lines {
      #expect(
        line.wholeMatch(
          of: /[0-9a-f]{12}  finished    attack=(none|label-flip) aggregator=(fedavg|trimmed-mean) rounds=6  [0-9.]+ kB/
        )
          != nil, "\(line)")
    }
  }

  @Test func gcMakesNoFolder() async throws {
    let ended = try await place.skymask("gc", "tiny.yaml", "--results", "nowhere", "--yes")
    #expect(ended.code == 0)
    #expect(ended.out == "nowhere/tiny: nothing there\n")
    #expect(!place.exists("nowhere"))
  }
}

/// Commands beside a run that goes on.
struct BesideARunTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.slow, to: "slow.yaml")
  }

  @Test(.timeLimit(.minutes(3)))
  func statusWatchesARunToItsEndAndGCRefuses() async throws {
    let place = place
    var watched: Ended?
    var status: Ended?
    var garbage: Ended?
    let run = try await place.skymask("run", "slow.yaml", "--jobs", "1") { process in
      while try place.cells(of: "slow", with: "progress.txt").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
      status = try await place.skymask("status", "slow.yaml")
      garbage = try await place.skymask("gc", "slow.yaml", "--yes")
      watched = try await place.skymask("status", "slow.yaml", "--watch")
      #expect(status?.out.contains("\nbeing run by process \(process) on ") == true, "\(status?.out ?? "")")
    }
    #expect(run.code == 0)
    #expect(garbage?.code == 73)
    #expect(garbage?.out == "")
    #expect(garbage?.err.hasPrefix("error: results/slow/LOCK: the experiment is being run by process ") == true)
    let lines = try #require(watched).out.split(separator: "\n")
    #expect(watched?.code == 0)
    #expect(lines.first?.contains(" %  ") == true)
    #expect(lines.first?.contains("/4 cells") == true)
    #expect(
      watched?.out.contains("\nslow: 4 of 4 cells finished (100 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n") == true
    )
    let after = try await place.skymask("status", "slow.yaml")
    #expect(after.out == "slow: 4 of 4 cells finished (100 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n")
  }

  @Test func watchingNothingEndsAtOnce() async throws {
    let ended = try await place.skymask("status", "slow.yaml", "--watch")
    #expect(ended.code == 0)
    #expect(ended.out == "slow: 0 of 4 cells finished (0 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n")
    let both = try await place.skymask("status", "slow.yaml", "--watch", "--json")
    #expect(both.code == 64)
    #expect(both.err.hasPrefix("Error: --watch is for people and --json for programs; give one of them\n"))
  }
}
