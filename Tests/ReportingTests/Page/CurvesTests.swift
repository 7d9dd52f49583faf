import Experiments
import Testing

@testable import Reporting

struct CurvesTests {
  /// The curves of `rounds.csv` and of the cells that it has.
  private func curves(_ rows: String, _ request: CurveRequest = CurveRequest(), unfinished: [String]? = nil) throws
    -> Curves
  {
    let rounds = try rounds(rows)
    var summary = CSVTable(header: Array(rounds.header[1..<5]) + ["n"])
    for row in rounds.rows { summary.append(Array(row[1..<5]) + ["1"]) }
    if let unfinished { summary.append(unfinished + ["0"]) }
    return try Curves(rounds: rounds, summary: summary, request)
  }

  private func rounds(_ rows: String) throws -> CSVTable {
    try CSVTable(
      Array(("key,dataset,attack,aggregator,bias,seed,round,test_accuracy,test_loss\n" + rows).utf8), name: "t")
  }

  private let nothing = CSVTable(header: ["round", "test_accuracy"])

  private let sweep = """
    a,d,none,fedavg,0.5,1,0,0.25,
    a,d,none,fedavg,0.5,1,5,0.5,
    b,d,none,fedavg,0.5,2,0,0.75,
    b,d,none,fedavg,0.5,2,5,,
    c,d,none,krum,0.5,1,0,0.125,
    d,d,alie,krum,0.5,1,0,nan,
    d,d,alie,krum,0.5,1,5,0.5,

    """

  @Test func aPanelForEachOfWhatVariesAndALineForEachRule() throws {
    let curves = try curves(sweep)
    #expect(curves.names == ["fedavg", "krum"])
    #expect(
      curves.panels == [
        .init(
          shared: [.init(name: "attack", value: "none")],
          lines: [
            .init(
              name: "fedavg",
              points: [
                .init(x: 0, mean: 0.5, deviation: 0.125.squareRoot(), seeds: 2),
                .init(x: 5, mean: 0.5, deviation: nil, seeds: 1),
              ]), .init(name: "krum", points: [.init(x: 0, mean: 0.125, deviation: nil, seeds: 1)]),
          ]),
        // What is not finite has no place on a line.
        .init(
          shared: [.init(name: "attack", value: "alie")],
          lines: [.init(name: "krum", points: [.init(x: 5, mean: 0.5, deviation: nil, seeds: 1)])]),
      ])
    #expect(!curves.isThinned)
  }

  /// At each evaluation the mean over the last ten of the same cell, that of the last round as `summary.csv` has it.
  @Test func theMeanOfTheLastTenEvaluationsRunsAlong() throws {
    let first = (0..<12).map { "a,d,none,fedavg,0.5,1,\($0),\($0),\n" }.joined()
    let second = "b,d,none,krum,0.5,1,0,0.5,\nb,d,none,krum,0.5,1,1,,\nb,d,none,krum,0.5,1,2,1,\n"
    let curves = try curves(first + second, CurveRequest(y: "test_accuracy_last10"))
    let lines = try #require(curves.panels.first).lines
    #expect(lines[0].points.map(\.mean) == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5.5, 6.5])
    #expect(lines[1].points.map(\.x) == [0, 2])
    #expect(lines[1].points.map(\.mean) == [0.5, 0.75])
    #expect(curves.request.yText == "test accuracy, mean of the last 10 evaluations")
    #expect(throws: ReportError.unknown("loss_last10", what: "measurement", known: ["test_accuracy", "test_loss"])) {
      try self.curves(first, CurveRequest(y: "loss_last10"))
    }
  }

  @Test func theMeanOfTheLastTenEvaluationsByAParameterIsThatOfTheSummary() throws {
    let text = """
      aggregator,byzantine,n,test_accuracy_final_mean,test_accuracy_final_std,test_accuracy_last10_n,\
      test_accuracy_last10_mean,test_accuracy_last10_std
      krum,1,3,0.5,0.1,2,0.25,0.2
      krum,2,3,0.75,0.1,3,0.125,0.3

      """
    let table = try CSVTable(Array(text.utf8), name: "summary.csv").completed
    let curves = try Curves(
      rounds: nothing, summary: table, CurveRequest(x: "byzantine", y: "test_accuracy_last10", series: "aggregator"))
    #expect(
      curves.panels[0].lines[0].points == [
        .init(x: 1, mean: 0.25, deviation: 0.2, seeds: 2), .init(x: 2, mean: 0.125, deviation: 0.3, seeds: 3),
      ])
    #expect(CurveSection(curves).heading == "test_accuracy_last10 by byzantine")
    #expect(throws: ReportError.unknown("loss", what: "measurement", known: ["test_accuracy"])) {
      try Curves(rounds: nothing, summary: table, CurveRequest(x: "byzantine", y: "loss"))
    }
  }

  @Test func linesOfManyPointsAreThinnedToTheirEnds() throws {
    let rows = (0..<400).map { "a,d,none,fedavg,0.5,1,\($0 * 5),\(Double($0) / 400),\n" }.joined()
    let curves = try curves(rows)
    let points = try #require(curves.panels.first?.lines.first?.points)
    #expect(curves.isThinned)
    #expect(points.count == 200)
    #expect(points.first?.x == 0)
    #expect(points.last?.x == 1995)
    let gaps = zip(points, points.dropFirst()).map { $1.x - $0.x }
    #expect(gaps.allSatisfy { $0 == 10 || $0 == 15 })
  }

  @Test func refusesToDrawTwoResultsAsOneLine() throws {
    let thrown = #expect(throws: ReportError.self) { try curves(sweep, CurveRequest(split: ["bias"])) }
    #expect(
      thrown?.description
        == "several results belong in one place, as they differ in attack; split the plot by it")
  }

  @Test func whatDependsOnTheSplitNeedNotBeNamed() throws {
    let rows = "a,d,none,fedavg,0.5,1,0,0.5,\nb,e,none,fedavg,0.1,1,0,0.5,\n"
    #expect(try curves(rows, CurveRequest(split: ["dataset"])).panels.count == 2)
  }

  @Test func whatVariesAmongUnfinishedCellsTellsPanelsToo() throws {
    let some = try curves(
      "a,d,none,fedavg,0.5,1,0,0.5,\n", CurveRequest(series: "aggregator"), unfinished: ["d", "none", "fedavg", "0.1"])
    #expect(some.panels.map(\.shared) == [[.init(name: "bias", value: "0.5")]])
  }

  @Test func namesWhatThereIs() throws {
    #expect(throws: ReportError.unknown("loss", what: "measurement", known: ["test_accuracy", "test_loss"])) {
      try curves(sweep, CurveRequest(y: "loss"))
    }
    #expect(
      throws: ReportError.unknown("rule", what: "parameter", known: ["dataset", "attack", "aggregator", "bias"])
    ) { try curves(sweep, CurveRequest(series: "rule")) }
  }

  @Test func aPanelTellsItsNumbersAndKeepsBandsWithinTheAxes() throws {
    let rows =
      "a,d,none,fedavg,0.5,1,0,0,\nb,d,none,fedavg,0.5,2,0,0.5,\na,d,none,fedavg,0.5,1,5,1,\nb,d,none,fedavg,0.5,2,5,1,\n"
    let curves = try curves(rows)
    let svg = CurvePanel(curves).svg(curves.panels[0], label: "a < b", series: "aggregator")
    #expect(svg.contains(#"aria-label="a &lt; b""#))
    #expect(
      svg.contains(
        #"data-at="{&quot;aggregator&quot;:&quot;fedavg&quot;}" data-name="fedavg" data-x="0,5" "#
          + #"data-means="0.25,1" data-deviations="0.3536,0" data-seeds="2" style="--line: var(--line-0)">"#
          + #"<polyline points="47.2,151 348,10"/>"#))
    // 0.25 − 0.35 lies below the axis, which ends at 0.
    #expect(svg.contains(#"points="47.2,84.5 348,10 348,10 47.2,198"/>"#))
  }

  @Test func noTwoTickLabelsTouch() throws {
    // Eleven ticks of six digits are more than a panel is wide.
    let rows = (0...10).map { "a,d,none,fedavg,0.5,1,\(100_000 * $0),0.5,\n" }.joined()
    let curves = try curves(rows)
    let svg = CurvePanel(curves).svg(curves.panels[0], label: "", series: "aggregator")
    let labels = svg.matches(of: #/<text x="([0-9.]+)" y="215" text-anchor="middle">(\d+)</#).map {
      (x: Double($0.1) ?? 0, half: Double($0.2.count) * 6.4 / 2)
    }
    #expect(labels.count >= 3)
    #expect(zip(labels, labels.dropFirst()).allSatisfy { $0.x + $0.half < $1.x - $1.half })
  }

  private func summary(_ rows: String) throws -> CSVTable {
    let header = "attack,aggregator,aggregator.threshold,byzantine,n,test_accuracy_final_mean,test_accuracy_final_std\n"
    return try CSVTable(Array((header + rows).utf8), name: "summary.csv").completed
  }

  @Test func aParameterCanBeTheX() throws {
    let table = try summary(
      "none,krum,,40,2,0.25,0.1\nnone,krum,,20,2,0.5,0.2\nnone,krum,,60,0,,\nmin-max,krum,,20,1,0.75,\n")
    let curves = try Curves(rounds: nothing, summary: table, CurveRequest(x: "byzantine", series: "aggregator"))
    #expect(
      curves.panels == [
        .init(
          shared: [.init(name: "attack", value: "none")],
          lines: [
            .init(
              name: "krum",
              points: [
                .init(x: 20, mean: 0.5, deviation: 0.2, seeds: 2), .init(x: 40, mean: 0.25, deviation: 0.1, seeds: 2),
              ])
          ]),
        .init(
          shared: [.init(name: "attack", value: "min-max")],
          lines: [.init(name: "krum", points: [.init(x: 20, mean: 0.75, deviation: nil, seeds: 1)])]),
      ])
    let svg = CurvePanel(curves).svg(curves.panels[0], label: "", series: "aggregator")
    #expect(svg.contains(">byzantine</text>"))
    #expect(
      throws: ReportError.ambiguous(differing: ["attack"], remedy: "split the plot by it")
    ) {
      try Curves(
        rounds: nothing, summary: table, CurveRequest(x: "byzantine", series: "aggregator", split: ["aggregator"]))
    }
  }

  @Test func whatIsInsideARuleCanBeTheX() throws {
    let table = try summary(
      "none,skymask(threshold=0.4),0.4,5,1,0.25,\nnone,skymask,0.5,5,1,0.5,\nnone,krum,,5,1,0.75,\n")
    let curves = try Curves(
      rounds: nothing, summary: table, CurveRequest(x: "aggregator.threshold", series: "attack"))
    #expect(
      curves.panels == [
        .init(
          shared: [],
          lines: [
            .init(
              name: "none",
              points: [
                .init(x: 0.4, mean: 0.25, deviation: nil, seeds: 1), .init(x: 0.5, mean: 0.5, deviation: nil, seeds: 1),
              ])
          ])
      ])
  }

  @Test func anXThatIsNoNumberIsRefused() throws {
    let table = try summary("none,krum,,5,1,0.75,\nmin-max,krum,,5,1,0.75,\n")
    let thrown = #expect(throws: ReportError.self) {
      try Curves(rounds: nothing, summary: table, CurveRequest(x: "attack"))
    }
    #expect(thrown?.description == "'attack' cannot be the x of a plot, as 'none' is no number")
  }
}
