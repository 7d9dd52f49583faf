import Foundation
import Testing

/// The pictures of one finished sweep, with masks.
struct PlotCommandTests {
  private let place: TestFolder

  private static let gnuplot = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  private static let names = [
    "test-accuracy-by-round-attack-none", "test-accuracy-by-round-label-flip", "test-accuracy-attack-by-aggregator",
    "masks-attack-none-skymask", "masks-label-flip-skymask",
  ]

  init() async throws {
    place = try TestFolder()
    let manifest = Manifests.tiny.replacing("trimmed-mean", with: "skymask")
      .replacing("local_epochs: 1", with: "local_epochs: 1\n  record: [masks]")
    try place.write(manifest, to: "tiny.yaml")
    let ended = try await place.skymask("run", "tiny.yaml")
    try #require(ended.code == 0, "\(ended.err)")
  }

  private func files(_ ending: String) -> [String] { Self.names.map { "results/tiny/plots/\($0).\(ending)" } }

  @Test func withoutGnuplotTheScriptsAndTheDataAreThere() async throws {
    let ended = try await place.skymask(
      "plot", "tiny.yaml", "--format", "pdf", environment: ["PATH": "\(place.path)/nowhere"])
    #expect(ended.code == 65)
    #expect(ended.out == files("gp").map { $0 + "\n" }.joined())
    #expect(
      ended.err == """
        error: gnuplot is not installed, so no picture is drawn; the scripts and their data are in results/tiny/plots. \
        Install it with 'sudo apt-get install gnuplot-nox' or 'brew install gnuplot' and rerun the command. --out FILE.svg \
        draws curves without it.

        """)
    let snapshot = try place.snapshot("results/tiny/plots")
    #expect(snapshot.keys.sorted() == Self.names.flatMap { ["\($0).dat", "\($0).gp"] }.sorted())
    _ = try await place.skymask(
      "plot", "tiny.yaml", "--format", "pdf", environment: ["PATH": "\(place.path)/nowhere"])
    #expect(try place.snapshot("results/tiny/plots").mapValues(\.bytes) == snapshot.mapValues(\.bytes))
  }

  @Test(
    .enabled(if: PlotCommandTests.gnuplot != nil, "gnuplot is not installed: nothing is drawn here"),
    arguments: [("svg", "<?xml "), ("pdf", "%PDF"), ("png", "\u{89}PNG\r\n\u{1A}\n")])
  func drawsEveryKindOfPicture(_ format: String, _ signature: String) async throws {
    let ended = try await place.skymask("plot", "tiny.yaml", "--format", format)
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(ended.out == files(format).map { $0 + "\n" }.joined())
    let expected = signature.unicodeScalars.map { UInt8($0.value) }
    for file in files(format) {
      let bytes = try place.bytes(file)
      #expect(Array(bytes.prefix(expected.count)) == expected, "\(file)")
      #expect(bytes.count > 2000, "\(file)")
      if format == "svg" {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("<svg ") && text.hasSuffix("</svg>\n\n"), "\(file)")
      }
    }
  }

  /// Each name of eleven is in the legend, which gnuplot cuts without a word where it is too high.
  @Test(.enabled(if: PlotCommandTests.gnuplot != nil, "gnuplot is not installed: nothing is drawn here"))
  func theLegendHasEveryName() async throws {
    let rates = (Array(11...19) + [21, 22]).map { "0.\($0)" }
    let manifest = Manifests.tiny.replacing("name: tiny", with: "name: rates")
      .replacing("aggregator: [fedavg, trimmed-mean]", with: "local_lr: [\(rates.joined(separator: ", "))]")
      .replacing("[none, label-flip]", with: "[none]")
    try place.write(manifest, to: "rates.yaml")
    let ran = try await place.skymask("run", "rates.yaml")
    try #require(ran.code == 0, "\(ran.err)")
    let ended = try await place.skymask("plot", "rates.yaml", "--series", "local_lr")
    #expect(ended.out == "results/rates/plots/test-accuracy-by-round.svg\n")
    let picture = try place.read("results/rates/plots/test-accuracy-by-round.svg")
    for rate in rates { #expect(picture.contains("<text>\(rate)</text>"), "\(rate)") }
  }

  @Test func tellsWhatGnuplotSays() async throws {
    try place.write("#!/bin/sh\necho 'line 1: no such terminal' >&2\nexit 1\n", to: "gnuplot")
    let made = try await place.shell("chmod +x gnuplot; PATH=\"$PWD:$PATH\" exec \"$SKYMASK\" plot tiny.yaml")
    #expect(made.code == 74)
    #expect(made.out == "")
    #expect(
      made.err == """
        error: gnuplot could not draw results/tiny/plots/\(Self.names[0]).gp; it said:
        line 1: no such terminal

        """)
  }

  @Test func drawsThePlotsOfTheManifest() async throws {
    let manifest = try place.read("tiny.yaml") + "report:\n  plots: [{x: byzantine, y: test_loss, split: [attack]}]\n"
    try place.write(manifest, to: "tiny.yaml")
    let checked = try await place.skymask("check", "tiny.yaml")
    #expect(checked.err == "")
    let nowhere = ["PATH": "\(place.path)/nowhere"]
    let ended = try await place.skymask("plot", "tiny.yaml", environment: nowhere)
    #expect(
      ended.out.hasPrefix(
        "results/tiny/plots/test-loss-by-byzantine-attack-none.gp\n"
          + "results/tiny/plots/test-loss-by-byzantine-label-flip.gp\n"
          + "results/tiny/plots/test-accuracy-attack-by-aggregator.gp\n"))
    let one = try await place.skymask("plot", "tiny.yaml", "--x", "model", environment: nowhere)
    #expect(one.code == 64)
    #expect(one.err == "error: 'model' cannot be the x of a plot, as 'lr' is no number\n")
  }

  @Test func splitAndTheMeanOfTheLastTenEvaluationsAreAccepted() async throws {
    let nowhere = ["PATH": "\(place.path)/nowhere"]
    let one = try await place.skymask(
      "plot", "tiny.yaml", "--value", "test_accuracy_last10", "--split", "aggregator", "--series", "attack",
      environment: nowhere)
    #expect(
      one.out == """
        results/tiny/plots/test-accuracy-last10-by-round-fedavg.gp
        results/tiny/plots/test-accuracy-last10-by-round-skymask.gp

        """)
    #expect(
      try place.read("results/tiny/plots/test-accuracy-last10-by-round-fedavg.dat").contains("# attack label-flip\n"))
    // At the last round it is what the summary says.
    let summary = Rows(try place.read("results/tiny/summary.csv"))
    let data = try place.read("results/tiny/plots/test-accuracy-last10-by-round-fedavg.dat")
    let mean = try #require(summary.column("test_accuracy_last10_mean").first.flatMap(Double.init))
    #expect(data.contains("\n5.0 \(mean) NaN 1\n"))
    let byNumber = try await place.skymask(
      "plot", "tiny.yaml", "--value", "test_accuracy_last10", "--x", "byzantine", "--out", "a.svg", "--only",
      "attack=none")
    #expect(byNumber.code == 0, "\(byNumber.err)")
    #expect(try place.read("a.svg").contains(">test accuracy, mean of the last 10 evaluations</text>"))
    let both = try await place.skymask("plot", "tiny.yaml", "--split", "none", environment: nowhere)
    #expect(both.code == 64)
    #expect(
      both.err
        == "error: several results belong in one place, as they differ in attack; split the plot by it\n")
  }

  /// Whatever a picture leaves out.
  @Test func aRuleHasTheSameColourInEveryPicture() async throws {
    for flags in [["--only", "attack=none"], ["--only", "attack=none", "--only", "aggregator=skymask"]] {
      try #require(try await place.run(["plot", "tiny.yaml", "--out", "a.svg"] + flags).code == 0)
      let lines = try place.read("a.svg").split(separator: "\n")
      let name = try #require(lines.firstIndex { $0.hasSuffix(">skymask</text>") })
      #expect(lines[name - 1].contains(##"stroke="#d55e00""##), "\(flags)")
    }
  }

  @Test func refusesFlagsThatDoNotGoTogether() async throws {
    let other = try await place.skymask("plot", "tiny.yaml", "--out", "a.pdf")
    #expect(other.code == 64)
    #expect(
      other.err.hasPrefix("Error: --out a.pdf: name a file that ends in .svg; pdf and png come without --out\n"))
    for flags in [["--format", "pdf"], ["--split", "attack"]] {
      let both = try await place.run(["plot", "tiny.yaml", "--out", "a.svg"] + flags)
      #expect(both.code == 64)
      #expect(both.err.hasPrefix("Error: --out draws one picture, as SVG; leave it out for --format and --split\n"))
    }
    let format = try await place.skymask("plot", "tiny.yaml", "--format", "gif")
    #expect(format.code == 64)
  }
}
