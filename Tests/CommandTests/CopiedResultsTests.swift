import Foundation
import Testing

/// Results are read where neither their data set nor the files that their manifest extends are.
struct CopiedResultsTests {
  private let place: TestFolder
  private static let folder = "laptop/results/mine"

  /// Runs a manifest that extends another on a data set, and copies what there is to a place without both.
  init() async throws {
    place = try TestFolder()
    try OwnArrays.write(to: place)
    try place.write("name: mine\nextends: [mine.yaml]\ndefaults: {rounds: 3}\n", to: "top.yaml")
    try #require(try await place.skymask("run", "top.yaml").code == 0)
    let copied = try await place.shell(
      """
      set -e
      mkdir laptop && cp -r results laptop && mkdir laptop/manifests && cp top.yaml mine.yaml laptop/manifests
      rm -r data results top.yaml mine.yaml
      """)
    try #require(copied.code == 0, "\(copied.err)")
  }

  private func keys() throws -> [String] {
    try place.read(Self.folder + "/plan.jsonl").split(separator: "\n").map { line in
      String(try #require(line.firstMatch(of: /"key":"([0-9a-f]*)"/)).output.1)
    }
  }

  @Test(arguments: [folder, "laptop/manifests/top.yaml"])
  func everyReadingCommandWorks(_ subject: String) async throws {
    let results = ["--results", "laptop/results"]
    let tables = try ["rounds.csv", "summary.csv", "failures.csv", "provenance.csv"].map { "\(Self.folder)/\($0)" }
      .map { ($0, try place.bytes($0)) }
    for (table, _) in tables { try place.remove(table) }
    try place.remove(Self.folder + "/report.html")
    for (command, text) in [
      ("status", "mine: 3 of 3 cells finished (100 %)"), ("export", "\(Self.folder)/rounds.csv\n"),
      ("report", "\(Self.folder)/report.html\n"), ("plan", "\n3 cells: 3 finished\nnothing to run;"),
      ("gc", "\(Self.folder): nothing to remove\n"), ("table", "test_accuracy at the last round\n"),
    ] {
      let ended = try await place.run([command, subject] + results)
      #expect(ended.code == 0, "\(command): \(ended.err)")
      #expect(ended.err == "")
      #expect(ended.out.contains(text) && !ended.out.contains("not run"), "\(command): \(ended.out)")
    }
    for (table, bytes) in tables { #expect(try place.bytes(table) == bytes, "\(table)") }

    let plot = try await place.run(
      ["plot", subject, "--only", "partition=iid", "--out", "a.svg"] + results)
    #expect(plot.code == 0, "\(plot.err)")
    let key = try keys()[0]
    for arguments in [["explain", key] + results, ["explain", key, "--manifest", subject] + results] {
      let explained = try await place.run(arguments)
      #expect(explained.code == 0, "\(explained.err)")
      #expect(explained.out.hasPrefix("cell \(key)\nof \(Self.folder), finished\n"))
      #expect(explained.out.contains("\nskymask run "))
    }
    let diff = try await place.run(["diff", subject, Self.folder] + results)
    #expect(diff.out == "the same in both: 3\n")
    #expect(diff.code == 0)
    let dry = try await place.run(["run", subject] + results)
    #expect(dry.code == 65)
    #expect(dry.err.contains("error: npy: there is no file data/mine/train_x.npy\n"))
  }

  @Test func theStoredManifestNeedsNoOtherFile() async throws {
    let text = try place.read(Self.folder + "/manifest.yaml")
    #expect(!text.contains("extends"))
    #expect(text.contains("  rounds: 3\n"))
    #expect(text.contains("  clients: 4\n"))
    let checked = try await place.skymask("check", Self.folder, "--without-data")
    #expect(checked.out == "\(Self.folder): no errors, 3 cells\n")
  }

  @Test func theCellsAloneSayWhichDataTheyAreOf() async throws {
    try place.remove(Self.folder + "/plan.jsonl")
    #expect(try await place.skymask("status", Self.folder).out.hasPrefix("mine: 3 of 3 cells finished "))
  }

  @Test func aCopyOfAnotherNameIsReadUnderThatName() async throws {
    _ = try await place.shell("mv laptop/results/mine other && cd other && \"$SKYMASK\" status . > ../inside.txt")
    #expect(try place.read("inside.txt").hasPrefix("other: 3 of 3 cells finished "))
    #expect(try await place.skymask("status", "other/").out.hasPrefix("other: 3 of 3 cells finished "))
    let elsewhere = try await place.skymask("status", "other", "--results", "nowhere")
    #expect(elsewhere.out.hasPrefix("other: 0 of 3 cells finished "))
  }

  @Test func aFolderThatHoldsNoExperimentIsRefused() async throws {
    let ended = try await place.skymask("status", "laptop")
    #expect(ended.code == 65)
    #expect(
      ended.err == """
        laptop: error: is a folder without manifest.yaml, so not the results of an experiment
              give a manifest, or a folder that 'skymask run' made, such as results/NAME

        """)
  }

  @Test func aPlanWithDataThatNoResultIsOfAsksForThem() async throws {
    try place.write(OwnArrays.manifest, to: "new.yaml")
    let plan = try await place.skymask("plan", "new.yaml")
    #expect(plan.code == 65)
    #expect(plan.err.contains("error: npy: there is no file data/mine/train_x.npy\n"))
    let status = try await place.skymask("status", "new.yaml")
    #expect(status.out == "mine: 0 of 3 cells finished (0 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n")
  }

  @Test func aRunOfOneDataSetCoversTheResultsOfAnother() async throws {
    let pictures = "{synthetic-images: {height: 4, width: 4, train: 200, test: 40}}"
    let both = OwnArrays.manifest.replacing("  dataset: \(OwnArrays.dataset)\n", with: "")
      .replacing("grid:\n", with: "grid:\n  dataset: [\(pictures), \(OwnArrays.dataset)]\n")
      .replacing("rounds: 5", with: "rounds: 3")
    try place.write(both, to: "both.yaml")
    let ended = try await place.skymask(
      "run", "both.yaml", "--results", "laptop/results", "--only", "dataset=synthetic-images")
    #expect(ended.code == 0, "\(ended.err)")
    let rounds = Rows(try place.read(Self.folder + "/rounds.csv"))
    #expect(Set(rounds.column("dataset").map { $0.prefix { $0 != "(" } }) == ["npy", "synthetic-images"])
    #expect(Set(rounds.column("key")).count == 6)
  }
}
