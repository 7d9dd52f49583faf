import Foundation
import Testing

/// The shared files of an experiment cover all its finished cells, whatever part was run last.
struct WholeResultsTests {
  private let place: TestFolder
  private static let shared = ["rounds.csv", "summary.csv", "failures.csv", "provenance.csv", "report.html"]

  init() async throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    try #require(try await place.skymask("run", "tiny.yaml").code == 0)
  }

  private func files(_ folder: String = "results/tiny") throws -> [[UInt8]] {
    try (WholeResultsTests.shared + ["manifest.yaml", "plan.jsonl"]).map { try place.bytes("\(folder)/\($0)") }
  }

  @Test func aRunOfAPartLeavesTheWholeAsItWas() async throws {
    let before = try files()
    let ended = try await place.skymask("run", "tiny.yaml", "--only", "attack=none")
    #expect(ended.code == 0)
    #expect(ended.out.hasPrefix("tiny: 2 of 2 cells were finished before, 0 finished now\n"))
    #expect(try files() == before)
  }

  @Test func otherSeedsJoinTheWhole() async throws {
    #expect(try await place.skymask("run", "tiny.yaml", "--seeds", "2-3", "--only", "attack=none").code == 0)
    let rounds = Rows(try place.read("results/tiny/rounds.csv"))
    #expect(
      Set(zip(rounds.column("attack"), rounds.column("seed")).map { "\($0) \($1)" })
        == ["none 1", "none 2", "none 3", "label-flip 1"])
    let summary = Rows(try place.read("results/tiny/summary.csv"))
    #expect(summary.column("n") == ["3", "3", "1", "1"])
    #expect(summary.column("n_expected") == ["3", "3", "3", "3"])
    // The folder says so too.
    let status = try await place.skymask("status", "results/tiny")
    #expect(status.out.hasPrefix("tiny: 8 of 12 cells finished "))
    #expect(try await place.skymask("status", "tiny.yaml").out.hasPrefix("tiny: 4 of 4 cells finished "))
    #expect(
      try await place.skymask("status", "tiny.yaml", "--seeds", "3").out.hasPrefix("tiny: 2 of 4 cells finished "))
  }

  @Test func seedsAreAddedOneRunAfterAnother() async throws {
    for seed in ["2", "3"] { #expect(try await place.skymask("run", "tiny.yaml", "--seeds", seed).code == 0) }
    #expect(Rows(try place.read("results/tiny/summary.csv")).column("n") == ["3", "3", "3", "3"])
    #expect(try place.read("results/tiny/manifest.yaml").hasSuffix("\nmore_seeds: [2, 3]\n"))
    // The folder goes on as it is; the manifest knows nothing of them.
    #expect(try await place.skymask("run", "results/tiny").out.hasPrefix("tiny: 12 of 12 cells were finished before"))
    let whole = try await place.skymask("run", "tiny.yaml")
    #expect(
      whole.err
        == "note: the CSV files leave out seeds of earlier runs that the manifest lacks: 2, 3; add them to its 'seeds', or"
        + " give --seeds again\n")
    #expect(Rows(try place.read("results/tiny/summary.csv")).column("n") == ["1", "1", "1", "1"])
    #expect(try await place.skymask("run", "tiny.yaml").err == "")
  }

  @Test func seedsOfTheCommandLineDoNotReplaceASeedOfTheManifest() async throws {
    try place.write(Manifests.tiny.replacing("  rounds: 6", with: "  rounds: 6\n  seed: 4"), to: "seed.yaml")
    let ended = try await place.skymask("run", "seed.yaml", "--seeds", "1-2")
    #expect(ended.code == 65)
    #expect(
      ended.err.hasPrefix(
        "seed.yaml:8:9: error: 'seed' is set here, but --seeds gives every cell its own; keep one of the two\n"))
  }

  @Test func setIsAnotherExperimentInAFolderOfItsOwn() async throws {
    let before = try files()
    let ended = try await place.skymask("run", "tiny.yaml", "--set", "rounds=3", "--set", "global_lr=0.1")
    #expect(ended.code == 0)
    let name = try #require(ended.out.firstMatch(of: /^tiny-set-[0-9a-f]{8}/)).output
    #expect(
      ended.out == """
        \(name): 0 of 4 cells were finished before, 4 finished now
        results: results/\(name)/rounds.csv, results/\(name)/summary.csv
        report: results/\(name)/report.html

        """)
    #expect(try files() == before)
    #expect(Rows(try place.read("results/\(name)/rounds.csv")).rows.count == 8)
    #expect(try place.read("results/\(name)/manifest.yaml").hasSuffix("\nset:\n  rounds: 3\n  global_lr: 0.1\n"))

    // The same settings, in whatever order and spelling, are the same experiment, for every command.
    let flags = ["--set", "global_lr=1e-1", "--set", "niter=3"]
    for (command, text) in [
      ("run", "\(name): 4 of 4 cells were finished before, 0 finished now\n"),
      ("status", "\(name): 4 of 4 cells finished (100 %)"), ("export", "results/\(name)/rounds.csv\n"),
      ("report", "results/\(name)/report.html\n"),
    ] {
      let again = try await place.run([command, "tiny.yaml"] + flags)
      #expect(again.code == 0, "\(again.err)")
      #expect(again.out.hasPrefix(text), "\(again.out)")
    }
    #expect(try await place.run(["plan", "tiny.yaml"] + flags).out.contains("\n4 cells: 4 finished\n"))
    // Its manifest is stored as it was run, and needs no flags.
    let bytes = try place.bytes("results/\(name)/rounds.csv")
    try place.remove("results/\(name)/rounds.csv")
    #expect(try await place.skymask("export", "results/\(name)").code == 0)
    #expect(try place.bytes("results/\(name)/rounds.csv") == bytes)
  }

  @Test func nameGivesTheFolder() async throws {
    let ended = try await place.skymask("run", "tiny.yaml", "--set", "rounds=3", "--name", "short")
    #expect(ended.out.hasPrefix("short: 0 of 4 cells were finished before, 4 finished now\n"))
    #expect(try place.read("results/short/manifest.yaml").contains("\nname: short\n"))
    #expect(try await place.skymask("status", "results/short").out.hasPrefix("short: 4 of 4 cells finished "))
    let bad = try await place.skymask("run", "tiny.yaml", "--name", "../up")
    #expect(bad.code == 64)
    #expect(
      bad.err.hasPrefix("Error: --name '../up': a name has at most 100 of the letters a-z, digits and '-'\nUsage: "))
  }

  @Test func picturesOfAPartGoToAFolderOfTheirOwn() async throws {
    _ = try await place.skymask("plot", "tiny.yaml")
    let before = try place.snapshot("results/tiny/plots")
    #expect(!before.isEmpty)
    let part = try await place.skymask("plot", "tiny.yaml", "--only", "attack=none")
    #expect(part.out.hasPrefix("results/tiny/plots/attack=none/"))
    #expect(try place.snapshot("results/tiny/plots").filter { !$0.key.hasPrefix("attack=none/") } == before)
  }

  @Test func aPartOfTheReportGoesToAnotherFile() async throws {
    let before = try files()
    let refused = try await place.skymask("report", "tiny.yaml", "--only", "attack=none")
    #expect(refused.code == 64)
    #expect(
      refused.err
        == "error: results/tiny/report.html covers the whole experiment; name another file for a part of it with --out\n"
    )
    let part = try await place.skymask("report", "tiny.yaml", "--only", "attack=none", "--out", "part.html")
    #expect(part.code == 0)
    #expect(!(try place.read("part.html")).contains("<td>label-flip"))
    let export = try await place.skymask("export", "tiny.yaml", "--only", "attack=none")
    #expect(export.code == 64)
    #expect(export.err.hasPrefix("Error: export writes the files of the whole experiment; leave out --only\n"))
    #expect(try files() == before)
  }
}
