import Foundation
import Testing

/// `skymask report` as a command.
struct ReportPageTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  @Test func writesThePageBesideTheTables() async throws {
    try #require(try await place.skymask("run", "tiny.yaml").code == 0)
    let ended = try await place.skymask("report", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(ended.out == "results/tiny/report.html\n")
    let page = try place.read("results/tiny/report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    #expect(page.hasSuffix("</html>\n"))
    let again = try await place.skymask("report", "tiny.yaml", "--out", "page.html")
    #expect(again.out == "page.html\n")
    #expect(try place.read("page.html") == page, "equal results give equal bytes")
  }

  @Test func aRunEndsByNamingIt() async throws {
    let ended = try await place.skymask("run", "tiny.yaml")
    #expect(ended.code == 0)
    #expect(ended.out.hasSuffix("/summary.csv\nreport: results/tiny/report.html\n"))
    let page = try place.read("results/tiny/report.html")
    #expect(try await place.skymask("report", "tiny.yaml", "--out", "page.html").code == 0)
    #expect(try place.read("page.html") == page)
  }

  private static let misfit = """
    report:
      tables:
        - {rows: attack, columns: model, value: test_accuracy, split: [bias]}
        - {rows: root.size, columns: aggregator, value: test_accuracy}
      plots:
        - {x: attack, y: test_accuracy}

    """

  private static let complaint = """
    misfit.yaml:16:7: error: several results belong in one place, as they differ in aggregator; split the table by it
       16 |     - {rows: attack, columns: model, value: test_accuracy, split: [bias]}
          |       ^
    misfit.yaml:17:7: error: no parameter 'root.size' in these results; there are: dataset, model, attack, aggregator, \
    bias, clients, byzantine
       17 |     - {rows: root.size, columns: aggregator, value: test_accuracy}
          |       ^
    misfit.yaml:19:7: error: 'attack' cannot be the x of a plot, as 'none' is no number
       19 |     - {x: attack, y: test_accuracy}
          |       ^

    """

  /// Not after hours of computing, at the end of which there is nothing to show.
  @Test func aReportThatDoesNotFitIsRefusedBeforeAnythingIsRun() async throws {
    try place.write(Manifests.tiny + Self.misfit, to: "misfit.yaml")
    let checked = try await place.skymask("check", "misfit.yaml")
    #expect(checked.code == 65)
    #expect(checked.err == Self.complaint)
    let ended = try await place.skymask("run", "misfit.yaml")
    #expect(ended.code == 65)
    #expect(ended.err == Self.complaint)
    #expect(!place.exists("results"))
  }

  /// What the flag fixes may be what the report is about.
  @Test func aReportThatDoesNotFitWithAParameterSetIsAWarning() async throws {
    let report = "report: {tables: [{rows: local_lr, columns: aggregator, value: test_accuracy}]}\n"
    try place.write(
      Manifests.many(2).replacing("attack: [none, label-flip]", with: "attack: [none]") + report, to: "rates.yaml")
    #expect(try await place.skymask("check", "rates.yaml").code == 0)
    let ended = try await place.skymask("run", "rates.yaml", "--set", "local_lr=0.1")
    #expect(ended.code == 0)
    #expect(ended.err.hasPrefix("rates.yaml:15:19: warning: no parameter 'local_lr' in these results; there are: "))
  }

  @Test func refusesWhatIsNotThere() async throws {
    let early = try await place.skymask("report", "tiny.yaml", "--out", "page.html")
    #expect(early.code == 64)
    #expect(early.out == "")
    #expect(early.err == "error: no cell of 'tiny' is finished yet; run it first\n")
    #expect(!place.exists("page.html"))
    let nameless = try await place.skymask("report", "tiny.yaml", "--out", "")
    #expect(nameless.code == 64)
    #expect(nameless.err.hasPrefix("Error: --out is empty; name a file\n"))
    _ = try await place.skymask("run", "tiny.yaml", "--only", "attack=none")
    let lost = try await place.skymask("report", "tiny.yaml", "--out", "nowhere/page.html")
    #expect(lost.code == 74)
    #expect(lost.err.hasPrefix("error: nowhere/"))
  }

  @Test func tellsTheFailures() async throws {
    try place.write(Manifests.failing, to: "failing.yaml")
    try #require(try await place.skymask("run", "failing.yaml").code == 1)
    #expect(try await place.skymask("report", "failing.yaml").code == 0)
    let page = try place.read("results/failing/report.html")
    #expect(page.contains(#"<li class="finished"><b>2</b> of 4 cells finished</li><li class="failed"><b>2</b> failed"#))
    #expect(page.contains("<h3>2 cells alike: "))
    #expect(page.contains("<li>attack none, aggregator fedavg, "))
  }

  @Test func explainsItself() async throws {
    let ended = try await place.skymask("report", "--help")
    #expect(ended.code == 0)
    #expect(ended.out.hasPrefix("OVERVIEW: Write one HTML page"))
    #expect(ended.out.contains("USAGE: skymask report"))
  }
}

/// The page of a small sweep, as a browser shows it.
///
/// Needs Chromium or Chrome; `.ci/run` installs it.
@Suite(.enabled(if: Browser.path != nil, "no chromium or google-chrome is installed, so no page is looked at"))
struct ShownPageTests {
  private static let sweep = """
    name: shown
    description: "A <script>owned = 1</script> & 'its' \\"end\\""
    defaults:
      dataset: {synthetic-features: {features: 4, classes: 3, train: 300, test: 90}}
      model: lr
      clients: 6
      byzantine: 1
      rounds: 12
      evaluate_every: 2
      local_epochs: 1
      root.size: 20
    grid:
      attack: [none, min-max]
      aggregator: [fedavg, trimmed-mean]
    seeds: [1, 2]

    """

  private struct Shown: Sendable {
    let place: TestFolder
    let day: [String: Seen]
    let night: [String: Seen]
    /// Of `summary.csv`, the texts of the table.
    let numbers: [String]
  }

  /// Run and looked at once for all tests.
  private static let shown = Task<Shown, any Error> {
    let place = try TestFolder()
    try place.write(sweep, to: "shown.yaml")
    let ran = try await place.skymask("run", "shown.yaml")
    guard ran.code == 0 else { throw ProbeError(description: ran.err) }
    let reported = try await place.skymask("report", "shown.yaml", "--out", "report.html")
    guard reported.code == 0, let browser = Browser.path else { throw ProbeError(description: reported.err) }
    let probe = PageProbe(place: place, browser: browser)
    let day = try await probe.look(
      at: "report.html",
      [
        Look(name: "wide"), Look(name: "narrow", width: 360), Look(name: "attack", fragment: "#attack=min-max"),
        Look(name: "both", fragment: "#attack=none&amp;aggregator=fedavg"),
        Look(name: "unknown", fragment: "#attack=alie"), Look(name: "place", fragment: "#curves"),
      ])
    let night = try await probe.look(at: "report.html", [Look(name: "wide")], isDark: true)
    let summary = Rows(try place.read("results/shown/summary.csv"))
    let means = summary.column("test_accuracy_final_mean").compactMap(Double.init)
    let deviations = summary.column("test_accuracy_final_std").compactMap(Double.init)
    return Shown(
      place: place, day: day, night: night,
      numbers: zip(means, deviations).map { String(format: "%.3f ± %.3f", $0, $1) })
  }

  private func seen(_ name: String) async throws -> Seen {
    try #require(try await ShownPageTests.shown.value.day[name])
  }

  @Test func showsTheTableTheMapAndAPanelForEachAttack() async throws {
    let seen = try await seen("wide")
    let numbers = try await ShownPageTests.shown.value.numbers
    try #require(numbers.count == 4)
    #expect(seen.width == 1200)
    #expect(seen.title == "shown")
    #expect(seen.counts == ["8 of 8 cells finished"])
    #expect(
      seen.tables.map(\.rows) == [
        [
          ["attack", "fedavg", "trimmed-mean"], ["none", numbers[0], numbers[1]], ["min-max", numbers[2], numbers[3]],
        ]
      ])
    let maps = try #require(seen.maps.first)
    #expect(seen.maps.count == 1)
    #expect(maps.rows[1].count == 3)
    #expect(maps.rows[1].dropFirst().allSatisfy { $0.wholeMatch(of: /0\.\d\d|1\.00/) != nil })
    #expect(seen.panels.map(\.caption) == ["attack none", "attack min-max"])
    #expect(seen.panels.map(\.lines) == [["fedavg", "trimmed-mean"], ["fedavg", "trimmed-mean"]])
    #expect(seen.legend == ["fedavg", "trimmed-mean"])
    #expect(seen.shown == "4 of 4 tables and pictures shown")
  }

  @Test func noLabelLiesOverAnother() async throws {
    for look in ["wide", "narrow"] {
      let seen = try await seen(look)
      #expect(seen.panels.flatMap(\.overlaps) == [])
    }
  }

  @Test func aDescriptionIsShownAndNotRun() async throws {
    let seen = try await seen("wide")
    #expect(seen.description == #"A <script>owned = 1</script> & 'its' "end""#)
    #expect(!seen.wasOwned)
  }

  @Test func anAddressNarrowsToAnAttack() async throws {
    let seen = try await seen("attack")
    #expect(seen.chosen == ["attack=min-max"])
    #expect(seen.tables.map { $0.rows.map(\.first) } == [["attack", "min-max"]])
    #expect(seen.maps.map { $0.rows.map(\.first) } == [["attack", "min-max"]])
    #expect(seen.panels.map(\.caption) == ["attack min-max"])
    #expect(seen.shown == "3 of 4 tables and pictures shown")
  }

  @Test func anAddressNarrowsToARuleToo() async throws {
    let seen = try await seen("both")
    let numbers = try await ShownPageTests.shown.value.numbers
    #expect(seen.tables.map(\.rows) == [[["attack", "fedavg"], ["none", numbers[0]]]])
    #expect(seen.panels.map(\.lines) == [["fedavg"]])
    #expect(seen.legend == ["fedavg"])
  }

  @Test func anAddressThatFitsNothingIsToldAndShowsAll() async throws {
    let seen = try await seen("unknown")
    #expect(seen.panels.count == 2)
    #expect(seen.shown == "4 of 4 tables and pictures shown; nothing here is attack=alie")
    #expect(try await self.seen("place").shown == "4 of 4 tables and pictures shown")
  }

  @Test func aClickNarrowsAndIsKeptInTheAddress() async throws {
    let seen = try await seen("wide")
    #expect(seen.addressAfterClick == "#attack=none")
    #expect(seen.panelsAfterClick == ["attack none"])
  }

  @Test func thePointerTellsTheRuleTheRoundAndTheValue() async throws {
    let seen = try await seen("wide")
    let summary = Rows(try await ShownPageTests.shown.value.place.read("results/shown/summary.csv"))
    let texts = try ["mean", "std"].map { statistic in
      let number = try #require(Double(summary.column("test_accuracy_final_\(statistic)")[0]))
      return number == number.rounded() ? "\(Int(number))" : String(format: "%.4g", number)
    }
    #expect(seen.tip == "fedavg|round 11|\(texts[0]) ± \(texts[1]) over 2 seeds")
    #expect(seen.tipElsewhere == "")
  }

  @Test func aNarrowWindowNeedsNoSidewaysScrolling() async throws {
    let seen = try await seen("narrow")
    #expect(seen.width == 360)
    #expect(seen.scrollWidth <= 360)
    #expect(seen.panels.count == 2)
  }

  @Test func isDarkWhereTheSystemIs() async throws {
    #expect(try await seen("wide").background == "rgb(255, 255, 255)")
    let night = try #require(try await ShownPageTests.shown.value.night["wide"])
    #expect(night.background == "rgb(20, 23, 26)")
  }
}
