import Catalogue
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Experiments
@testable import Reporting

struct HTMLReportTests {
  private static let statistics = ["test_accuracy_final_mean", "test_accuracy_final_std"]
  private static let machine = [
    "version", "commit", "host", "cpu", "isa", "attempts", "setup_seconds", "training_seconds",
    "peak_memory_bytes",
  ]

  /// A sweep of these attacks under two rules, two seeds each, of which the second rule failed in all cells but one.
  private func report(attacks: [String], name: String = "a", text: String = "text") -> HTMLReport {
    let parameters = ["dataset", "attack", "aggregator"]
    var summary = CSVTable(
      header: parameters + ["n", "n_expected", "n_failed", "n_diverged"] + HTMLReportTests.statistics)
    var rounds = CSVTable(header: ["key"] + parameters + ["seed", "round", "test_accuracy"])
    var failures = CSVTable(header: ["key"] + parameters + ["seed", "end", "log"])
    var provenance = CSVTable(header: ["key"] + parameters + ["seed"] + HTMLReportTests.machine)
    for attack in attacks {
      summary.append([text, attack, "fedavg", "2", "2", "0", "0", "0.75", "0.125"])
      summary.append([text, attack, "krum", "0", "2", "1", "0", "", ""])
      for seed in ["1", "2"] {
        for round in 0..<3 {
          rounds.append(["k\(seed)", text, attack, "fedavg", seed, "\(round)", "\(0.25 * Double(round))"])
        }
        provenance.append(
          ["k\(seed)", text, attack, "fedavg", seed] + [
            "0.1.0", "", text, text, "avx2", "1", "1", "59.5", "1048576",
          ])
      }
      failures.append(["k3", text, attack, "krum", "1", "exit status 1", "first\n\(text)"])
    }
    var settings = ReportSettings()
    settings.reference = [
      ReportSettings.Reference(
        source: text, parameters: ["attack": .string(attacks[0]), "aggregator": .string("fedavg")],
        metrics: ["test_accuracy": 0.8])
    ]
    return HTMLReport(
      name: name, description: text, manifestText: text, settings: settings, summary: summary.completed, rounds: rounds,
      failures: failures, provenance: provenance)
  }

  @Test func headCountsTheCells() throws {
    let content = try report(attacks: ["none", "alie"]).content()
    #expect(
      content.counts == [
        .init(kind: "finished", number: 4, what: "of 8 cells finished"),
        .init(kind: "failed", number: 2, what: "failed"), .init(kind: "missing", number: 2, what: "not finished yet"),
      ])
    #expect(content.filters.map(\.parameter) == ["attack", "aggregator"])
    #expect(content.filters[0].values.map(\.value) == ["none", "alie"])
  }

  @Test func tablesMapsAndReferencesShowTheNumbers() throws {
    let page = try report(attacks: ["none"]).page()
    #expect(
      page.contains(#"<td class="plain" data-at="{&quot;aggregator&quot;:&quot;fedavg&quot;}">0.750 ± 0.125</td>"#))
    #expect(page.contains(#"data-at="{&quot;aggregator&quot;:&quot;krum&quot;}">failed †!</td>"#))
    #expect(page.contains(#"style="background: #fdea45; color: #000000">0.75</td>"#))
    #expect(page.contains(#"class="empty">–</td>"#))
    #expect(page.contains("<td>0.750</td><td>2</td><td>0.800</td><td>-0.050</td>"))
    #expect(page.contains("<p>2 min 1 s of computing in all, at most 1 MiB in a process</p>"))
    #expect(!page.contains("{{"))
  }

  @Test func theManifestSaysWhatIsShown() throws {
    var report = report(attacks: ["none", "alie"])
    report.settings.tables = [.init(rows: "aggregator", columns: "attack", value: "test_accuracy", split: [])]
    report.settings.plots = [.init(x: "round", y: "test_accuracy", series: "attack", split: ["aggregator"])]
    let content = try report.content()
    #expect(content.tables.map { $0.blocks.map(\.rowName) } == [["aggregator"]])
    #expect(content.maps.map { $0.blocks.map(\.rowName) } == [["aggregator"]])
    #expect(content.curves.map(\.heading) == ["test_accuracy by round"])
    #expect(content.curves.map { $0.legend.map(\.name) } == [["none", "alie"]])
    #expect(content.curves.map { $0.blocks.map(\.caption) } == [["aggregator fedavg"]])
  }

  @Test func theManifestsPlotsAreAskedFor() {
    let summary = CSVTable(header: ["attack", "n"])
    var settings = ReportSettings()
    #expect(settings.curveRequests(in: summary) == [CurveRequest()])
    settings.plots = [
      .init(x: "byzantine", y: "kept", series: nil, split: nil),
      // Nothing to split by is not the same as nothing said about it.
      .init(x: "round", y: "kept", series: "attack", split: []),
      // What is no column does not vary.
      .init(x: "round", y: "kept", series: nil, split: ["attack", "profile"]),
    ]
    #expect(
      settings.curveRequests(in: summary) == [
        CurveRequest(x: "byzantine", y: "kept"), CurveRequest(x: "round", y: "kept", series: "attack", split: []),
        CurveRequest(x: "round", y: "kept", split: ["attack"]),
      ])
  }

  @Test func whatDivergedOrFellBackIsShown() throws {
    var report = report(attacks: ["none"])
    #expect(try !report.page().contains("Divergence and remarks"))
    var summary = CSVTable(header: report.summary.header)
    for (index, row) in report.summary.rows.enumerated() {
      var told = zip(summary.header, row).map { $0 == "n_diverged" && index == 0 ? "1" : $1 }
      if index == 0, let remarks = summary.header.firstIndex(of: "remarks") {
        told[remarks] = "nobody is kept (4 rounds)"
      }
      if index == 0, let rounds = summary.header.firstIndex(of: "fallback_rounds") { told[rounds] = "4" }
      summary.append(told)
    }
    report.summary = summary
    let page = try report.page()
    #expect(page.contains("Divergence and remarks"))
    #expect(
      page.contains(
        #"<tr data-at="{&quot;aggregator&quot;:&quot;fedavg&quot;}"><th scope="row">aggregator fedavg</th>"#
          + #"<td>1 of 2</td><td>4 of 20</td><td class="words">nobody is kept (4 rounds)</td></tr>"#))
    #expect(page.contains(">0.750 ± 0.125 ~‡</td>"))
  }

  @Test func failuresAreToldOnce() throws {
    let sections = try report(attacks: ["none", "alie"]).content().failures
    #expect(
      sections == [
        FailureSection(
          heading: "2 cells alike: exit status 1", log: "first\ntext",
          cells: ["attack none, aggregator krum, seed 1", "attack alie, aggregator krum, seed 1"])
      ])
  }

  @Test func thereIsNothingOutside() throws {
    let page = try report(attacks: ["none"]).page()
    #expect(page.contains("default-src 'none'"))
    for address in ["http:", "https:", "src=", "url(", "@import", "<link"] { #expect(!page.contains(address)) }
  }

  @Test func equalResultsGiveEqualBytes() throws {
    let attacks = ["none", "alie", "min-max"]
    #expect(try report(attacks: attacks).page() == report(attacks: attacks).page())
  }

  /// A quote or an angle under an accent is one character to Swift, and to a browser a quote or an angle.
  @Test(arguments: [
    "</pre><script>owned()</script>", #"" onmouseover="owned()"#, "' onmouseover='owned()", "&lt;script&gt; & <b>",
    "{{title}}", "\"\u{301} onmouseover=\"\u{301}owned()", "<\u{338}script>owned()</script>", "\u{1b}[31mred\u{1b}[0m",
  ])
  func everyTextIsInert(_ text: String) throws {
    let reader = PageReader(try report(attacks: [text, "none"], text: text).page())
    let plain = PageReader(try report(attacks: ["some", "none"], text: "text").page())
    #expect(reader.errors == [] && plain.errors == [])
    // The same elements with the same attributes, whatever the texts say.
    #expect(reader.elements == plain.elements)
    #expect(reader.elements.count > 100)
    let shown = text.replacing("\u{1b}", with: "\u{fffd}")
    #expect(reader.texts.contains(shown), "the text is shown as it was written")
  }

  @Test func whatCannotFitIsAnError() throws {
    var report = report(attacks: ["none", "alie"])
    report.settings.reference = [
      ReportSettings.Reference(source: "s", parameters: ["rounds": .integer(5)], metrics: ["test_accuracy": 1])
    ]
    #expect(throws: ReportError.self) { try report.page() }
  }

  @Test func mixedVersionsAreAWarningAndMixedMachinesAreNot() throws {
    var one = try #require(try ProvenanceSection(report(attacks: ["none"]).provenance))
    #expect(one.warning == nil)
    #expect(one.rows.map(\.cells) == [2])
    var provenance = report(attacks: ["none"]).provenance
    let rest = Array(provenance.header.prefix(5))
    provenance.append(rest + ["0.1.0", "", "text", "another CPU", "avx512", "3", "1", "7200", "2147483648"])
    one = try #require(try ProvenanceSection(provenance))
    #expect(one.rows.map(\.cells) == [2, 1])
    #expect(
      one.total == "2 h 2 min of computing in all, at most 2.0 GiB in a process; 1 cell went on from a checkpoint")
    #expect(one.warning == nil)
    provenance.append(rest + ["0.0.9", "", "text", "another CPU", "avx512", "1", "1", "1", "1"])
    one = try #require(try ProvenanceSection(provenance))
    #expect(
      one.warning == "The cells were computed with different versions: numbers may differ from those of one version.")
  }

  @Test func aLargeSweepStaysAFewMegabytes() throws {
    var large = report(attacks: ["none"])
    let parameters = ["dataset", "attack", "aggregator", "bias"]
    large.summary = CSVTable(
      header: parameters + ["n", "n_expected", "n_failed", "n_diverged"] + HTMLReportTests.statistics)
    large.rounds = CSVTable(header: ["key"] + parameters + ["seed", "round", "test_accuracy"])
    for cell in 0..<462 {
      let texts = ["d", "attack-\(cell % 7)", "rule-\(cell / 7 % 11)", cell / 77 % 2 == 0 ? "0.1" : "0.5"]
      let seed = "\(cell / 154)"
      if seed == "0" { large.summary.append(texts + ["3", "3", "0", "0", "0.123456789", "0.01"]) }
      for round in 0..<400 {
        let value = Double((cell * 7919 + round * 104_729) % 1_000_003) / 1_000_003
        large.rounds.append(["key-\(cell)"] + texts + [seed, "\(5 * round)", "\(value)"])
      }
    }
    large.summary = large.summary.completed
    large.settings.reference = []
    let page = try large.page()
    #expect(page.utf8.count < 4_000_000, "\(page.utf8.count) bytes")
    #expect(page.contains("lines of more evaluations are drawn at 200 of them; rounds.csv has them all"))
    #expect(page.matches(of: #/<g class="line"/#).count == 154)
  }

  @Test(arguments: [
    ([0.5, 1], ["0.50", "1.00"]), ([2, 12.34], ["2.0", "12.3"]), ([5, 250], ["5", "250"]),
    ([0.0012, 0.00004], ["0.0012", "4e-05"]), ([2, 3e30], ["2", "3e+30"]), ([0.5, .nan], ["0.50", "nan"]),
  ])
  func numbersOfAMapHaveAsManyDecimals(_ values: [Double], _ texts: [String]) {
    #expect(values.map(PageNumber.alike(values)) == texts)
  }

  @Test(arguments: [
    (0.0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (7261, "2 h 1 min"), (100_000, "1 d 3 h"),
  ])
  func durationsAreReadable(_ seconds: Double, _ text: String) { #expect(PageNumber.duration(seconds) == text) }
}

/// The elements of a page, each with the names of its attributes, and its texts.
private final class PageReader: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var texts: Set<String> = []
  /// What is wrong with it as XML; the parser itself goes on after most errors and does not tell at its end.
  private(set) var errors: [String] = []
  private var text = ""

  init(_ page: String) {
    super.init()
    let own = page.replacing(PageScript.text, with: "").replacing(PageStyle.text, with: "")
    let parser = XMLParser(data: Data(own.utf8))
    parser.delegate = self
    if !parser.parse() { errors.append("it cannot be parsed") }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    errors.append("line \(parser.lineNumber): \(error)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    elements.append(name + " " + attributes.keys.sorted().joined(separator: " "))
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    texts.insert(text)
    text = ""
  }
}
