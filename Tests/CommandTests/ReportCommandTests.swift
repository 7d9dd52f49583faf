import Foundation
import Testing

/// The commands that read results, on one finished sweep.
struct ReportCommandTests {
  private let place: TestFolder

  init() async throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    let ended = try await place.skymask("run", "tiny.yaml", "--only", "aggregator=fedavg")
    try #require(ended.code == 0)
  }

  @Test func statusCounts() async throws {
    let text = try await place.skymask("status", "tiny.yaml")
    #expect(text.out == "tiny: 2 of 4 cells finished (50 %), 0 failed, 0 begun, 0 damaged, 0 diverged\n")
    let json = try await place.skymask("status", "tiny.yaml", "--json")
    #expect(json.code == 0)
    #expect(
      json.out
        == #"{"begun":0,"cells":4,"damaged":0,"diverged":0,"failed":0,"finished":2,"name":"tiny","run_by":null}"# + "\n"
    )
  }

  @Test func exportMakesTheSameBytesAgain() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let tables = ["rounds.csv", "summary.csv", "failures.csv", "provenance.csv"].map { "results/tiny/\($0)" }
    let before = try tables.map(place.bytes)
    for table in tables { try place.remove(table) }
    let ended = try await place.skymask("export", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(ended.out == tables.map { $0 + "\n" }.joined())
    #expect(try tables.map(place.bytes) == before)
  }

  @Test func tableShowsWhatThereIs() async throws {
    let summary = Rows(try place.read("results/tiny/summary.csv"))
    let values = try summary.column("test_accuracy_final_mean").map { text in
      String(format: "%.3f", try #require(Double(text)))
    }
    let markdown = try await place.skymask("table", "tiny.yaml", "--format", "markdown")
    #expect(markdown.code == 0)
    #expect(
      markdown.out.hasPrefix(
        """
        **test_accuracy at the last round**

        | attack | fedavg | trimmed-mean |
        | :-- | --: | --: |
        | none | \(values[0]) | not run † |
        | label-flip | \(values[1]) | not run † |

        """))
    let text = try await place.skymask("table", "tiny.yaml", "--only", "aggregator=fedavg")
    #expect(
      text.out == """
        test_accuracy at the last round

        attack      fedavg
        ----------  ------
        none         \(values[0])
        label-flip   \(values[1])

        """)
    let other = try await place.skymask("table", "tiny.yaml", "--value", "accuracy")
    #expect(other.code == 64)
    #expect(other.out == "")
    #expect(other.err.hasPrefix("error: no measurement 'accuracy' in these results; there are: test_accuracy, "))
  }

  @Test func tableSplitsByWhatItIsTold() async throws {
    let text = try await place.skymask(
      "table", "tiny.yaml", "--rows", "aggregator", "--columns", "bias", "--split", "attack")
    #expect(text.code == 0)
    #expect(text.out.split(separator: "\n").filter { $0.hasPrefix("attack ") } == ["attack none", "attack label-flip"])
    let none = try await place.skymask(
      "table", "tiny.yaml", "--rows", "aggregator", "--columns", "bias", "--split", "none")
    #expect(none.code == 64)
    #expect(
      none.err == "error: several results belong in one place, as they differ in attack; split the table by it\n")
    let other = try await place.skymask("table", "tiny.yaml", "--split", "bias,atack")
    #expect(other.code == 64)
    #expect(other.err.hasPrefix("error: no parameter 'atack' in these results; there are: dataset, "))
  }

  @Test func plotWritesAPicture() async throws {
    let ended = try await place.skymask("plot", "tiny.yaml", "--only", "attack=none", "--out", "a.svg")
    #expect(ended.code == 0)
    #expect(ended.out == "a.svg\n")
    let picture = try place.read("a.svg")
    #expect(picture.hasPrefix("<svg "))
    #expect(picture.contains("fedavg"))
    #expect(picture.hasSuffix("</svg>\n"))
    for out in ["nowhere/a.svg", ".", "", "a.pdf"] {
      let lost = try await place.skymask("plot", "tiny.yaml", "--only", "attack=none", "--out", out)
      #expect([64, 74].contains(lost.code))
      #expect(lost.out == "")
      #expect(lost.err.hasPrefix("error: ") || lost.err.hasPrefix("Error: "), "\(lost.err)")
    }
    let early = try await place.skymask(
      "plot", "tiny.yaml", "--only", "aggregator=trimmed-mean", "--out", "b.svg")
    #expect(early.code == 64)
    #expect(early.err == "error: no cell of 'tiny' is finished yet; run it first\n")
    #expect(!place.exists("b.svg"))
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}

/// The commands that need no results.
struct CatalogueCommandTests {
  @Test func checkTellsOfEveryManifest() async throws {
    let place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
    try place.write(Manifests.tiny.replacing("model: lr", with: "model: rl"), to: "bad.yaml")
    let ended = try await place.skymask("check", "tiny.yaml", "bad.yaml", "tiny.yaml")
    #expect(ended.code == 65)
    #expect(ended.out == "tiny.yaml: no errors, 4 cells\ntiny.yaml: no errors, 4 cells\n")
    #expect(ended.err.hasPrefix("bad.yaml:4:10: error: unknown model 'rl'\n"))
    #expect(!place.exists("results"))
    let none = try await place.skymask("check")
    #expect(none.code == 64)
  }

  @Test func listNamesEveryFamily() async throws {
    let place = try TestFolder()
    let all = try await place.skymask("list")
    #expect(all.code == 0)
    for title in ["datasets", "models", "partitions", "attacks", "aggregators"] {
      #expect(all.out.split(separator: "\n").contains { $0 == title })
    }
    let attacks = try await place.skymask("list", "attacks")
    #expect(attacks.out.hasPrefix("attacks\n  none "))
    #expect(attacks.out.contains("\n  label-flip "))
    #expect(!attacks.out.contains("fedavg"))
    let other = try await place.skymask("list", "atack")
    #expect(other.code == 64)
    #expect(other.out == "")
    #expect(other.err.hasPrefix("error: nothing is called 'atack'; did you mean 'attack'?"))
  }

  @Test func describeTellsParametersAndSource() async throws {
    let place = try TestFolder()
    let rule = try await place.skymask("describe", "krum")
    #expect(rule.code == 0)
    #expect(rule.out.hasPrefix("krum (aggregator): "))
    #expect(rule.out.contains("  source: Blanchard et al."))
    #expect(rule.out.contains("  neighbours: "))
    let parameter = try await place.skymask("describe", "niter")
    #expect(parameter.out.hasPrefix("rounds (parameter of a cell): "))
    #expect(parameter.out.contains("  default: 2500\n"))
    let other = try await place.skymask("describe", "krm")
    #expect(other.code == 64)
    #expect(other.out == "")
    #expect(other.err.hasPrefix("error: nothing is called 'krm'; did you mean 'krum'?"))
  }

  @Test(arguments: ["run", "check", "plan", "status", "export", "table", "plot", "list", "describe"])
  func explains(_ command: String) async throws {
    let place = try TestFolder()
    let ended = try await place.skymask(command, "--help")
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(ended.out.contains("USAGE: skymask \(command)"))
    #expect(ended.out.hasPrefix("OVERVIEW: "))
  }

  @Test func explainsItself() async throws {
    let place = try TestFolder()
    let help = try await place.skymask("--help")
    #expect(help.code == 0)
    // Wrapped for a terminal once, by the parser: no line of one or two words left over.
    #expect(help.out.contains("\n  skymask table experiments/quickstart.yaml   attacks by aggregators\n"))
    #expect(help.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(try await place.skymask().out == help.out)
    let version = try await place.skymask("--version")
    #expect(version.code == 0)
    #expect(version.out.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
