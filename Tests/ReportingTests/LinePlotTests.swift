import Experiments
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Reporting

struct LinePlotTests {
  private typealias Line = (name: String, values: [[Double]])

  private func line(_ name: String, _ values: [Double]) -> Line { (name, [values]) }

  /// A line for each rule, over its seeds.
  private func plot(_ lines: [Line]) throws -> String {
    var rounds = CSVTable(header: ["key", "aggregator", "seed", "round", "test_accuracy"])
    var summary = CSVTable(header: ["aggregator", "n"])
    for line in lines {
      summary.append([line.name, "\(line.values.count)"])
      for (seed, values) in line.values.enumerated() {
        for (round, value) in values.enumerated() {
          rounds.append(["\(line.name)\(seed)", line.name, "\(seed)", "\(round)", "\(value)"])
        }
      }
    }
    return try Figures.picture(
      CurveRequest(series: "aggregator"), title: "A < B & C", rounds: rounds, summary: summary,
      looks: Looks(plan: summary))
  }

  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test func drawsTwoPointsToTheTenthOfAPixel() throws {
    #expect(
      try plot([line("one", [0, 1])]) == """
        <svg xmlns="http://www.w3.org/2000/svg" width="676" height="420" viewBox="0 0 676 420" \
        font-family="Helvetica, Arial, sans-serif">
        <rect width="676" height="420" fill="white"/>
        <text x="64" y="26" text-anchor="start" font-size="15" font-weight="bold">A &lt; B &amp; C</text>
        <line x1="64" y1="364" x2="584" y2="364" stroke="#dddddd"/>
        <text x="56" y="368.5" text-anchor="end" font-size="13">0.0</text>
        <line x1="64" y1="300.8" x2="584" y2="300.8" stroke="#dddddd"/>
        <text x="56" y="305.3" text-anchor="end" font-size="13">0.2</text>
        <line x1="64" y1="237.6" x2="584" y2="237.6" stroke="#dddddd"/>
        <text x="56" y="242.1" text-anchor="end" font-size="13">0.4</text>
        <line x1="64" y1="174.4" x2="584" y2="174.4" stroke="#dddddd"/>
        <text x="56" y="178.9" text-anchor="end" font-size="13">0.6</text>
        <line x1="64" y1="111.2" x2="584" y2="111.2" stroke="#dddddd"/>
        <text x="56" y="115.7" text-anchor="end" font-size="13">0.8</text>
        <line x1="64" y1="48" x2="584" y2="48" stroke="#dddddd"/>
        <text x="56" y="52.5" text-anchor="end" font-size="13">1.0</text>
        <line x1="64" y1="364" x2="584" y2="364" stroke="#000000"/>
        <line x1="64" y1="48" x2="64" y2="364" stroke="#000000"/>
        """ + "\n"
        + ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].enumerated().map { index, text in
          """
          <line x1="\(64 + 104 * index)" y1="364" x2="\(64 + 104 * index)" y2="369" stroke="#000000"/>
          <text x="\(64 + 104 * index)" y="384" text-anchor="middle" font-size="13">\(text)</text>

          """
        }.joined() + """
          <text x="324" y="406" text-anchor="middle" font-size="13">round</text>
          <text x="18" y="206" text-anchor="middle" font-size="13" transform="rotate(-90 18 206)">test accuracy</text>
          <polyline points="64,364 584,48" fill="none" stroke="#0072b2" stroke-width="2"/>
          <circle cx="64" cy="364" r="3.6" fill="white" stroke="#0072b2" stroke-width="1.6"/>
          <circle cx="584" cy="48" r="3.6" fill="white" stroke="#0072b2" stroke-width="1.6"/>
          <line x1="589" y1="48" x2="602" y2="48" stroke="#999999"/>
          <polyline points="604,48 634,48" fill="none" stroke="#0072b2" stroke-width="2"/>
          <circle cx="619" cy="48" r="3.6" fill="white" stroke="#0072b2" stroke-width="1.6"/>
          <text x="640" y="52.5" text-anchor="start" font-size="13">one</text>
          </svg>

          """)
  }

  @Test func isWellFormed() throws {
    let svg = try plot((0..<12).map { line("<rule> & \($0)", [0.1 * Double($0 % 7), .nan, 0.5]) })
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse() && parser.parserError == nil, "\(String(describing: parser.parserError))")
  }

  @Test func givesEveryLineALookOfItsOwn() {
    var looks: Set<String> = []
    for index in 0..<30 {
      let style = LineStyle(index)
      // Also without the colour.
      looks.insert(style.dash + "|" + style.marker.map { "\($0.x),\($0.y)" }.joined(separator: " "))
    }
    #expect(looks.count == 30)
    #expect(Set((0..<7).map { LineStyle($0).colour }).count == 7)
  }

  @Test func keepsNamesApart() {
    #expect(LinePlot.spread([100, 101, 102], gap: 18, within: 48...364) == [83, 101, 119])
    #expect(LinePlot.spread([50, 360, 364], gap: 18, within: 48...364) == [50, 346, 364])
    let crowded = LinePlot.spread([Double](repeating: 364, count: 8), gap: 18, within: 48...364)
    #expect(zip(crowded, crowded.dropFirst()).allSatisfy { $1 - $0 >= 18 })
    #expect(crowded.last == 364)
  }

  @Test func leavesOutWhatIsNotFinite() throws {
    let svg = try plot([line("a", [0.5, .nan, .infinity, 1]), line("nothing", [.nan])])
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    #expect(!svg.contains("nothing"))
    #expect(count("<polyline", in: svg) == 2)
  }

  @Test func nothingMeasuredIsNoPlot() {
    #expect(throws: ReportError.nothingToShow("'test_accuracy' was not measured")) { try plot([]) }
    #expect(throws: ReportError.self) { try plot([line("a", [.nan])]) }
  }

  /// 0.25 ± 0.25·√2 and 0.75 ± 0.25·√2, of which nothing lies beyond 0 and 1.
  @Test func aBandShowsTheDeviationOverTheSeeds() throws {
    let svg = try plot([("one", [[0, 0.5, 0.5], [0.5, 1, 0.5]]), line("two", [0.5, 0.5, 0.5])])
    let lines = svg.split(separator: "\n")
    #expect(
      lines.contains(
        ##"<polygon points="64,173.3 324,48 584,206 584,206 324,238.7 64,364" fill="#0072b2" fill-opacity="0.15"/>"##))
    #expect(count("fill-opacity", in: svg) == 1)
    #expect(svg.contains(">band: the mean ± one standard deviation over 2 seeds</text>"))
    // Below every line.
    let band = try #require(lines.firstIndex { $0.contains("fill-opacity") })
    #expect(lines[..<band].allSatisfy { !$0.contains("polyline") })
    #expect(try !plot([line("one", [0, 1])]).contains("band"))
  }

  @Test func aBandThatLeavesTheShareIsCutAndAnyOtherHasRoom() throws {
    let header = "aggregator,byzantine,n,test_loss_final_mean,test_loss_final_std\n"
    let summary = try CSVTable(Array((header + "a,1,2,4,3\na,2,2,4,5\n").utf8), name: "summary.csv").completed
    let curves = try Curves(
      rounds: CSVTable(header: []), summary: summary, CurveRequest(x: "byzantine", y: "test_loss"))
    #expect(curves.heights == [4, 1, 7, 4, 0, 9])
  }

  @Test(arguments: [
    ([0.0, 39], true, ["0", "5", "10", "15", "20", "25", "30", "35"]),
    ([0.0, 2499], true, ["0", "500", "1000", "1500", "2000"]),
    ([0.1, 0.87], false, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([0.0, 0.03], false, ["0.000", "0.005", "0.010", "0.015", "0.020", "0.025", "0.030"]),
    ([-2.0, 3], false, ["-2", "-1", "0", "1", "2", "3"]),
    ([5.0, 5], false, ["0", "1", "2", "3", "4", "5"]),
    ([0.0, 0], false, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
  ])
  func putsTicksAtRoundNumbers(_ values: [Double], _ tight: Bool, _ expected: [String]) {
    let axis = Axis(covering: values, length: 100, start: 0, tight: tight)
    #expect(axis.ticks.map(axis.text) == expected)
  }

  private let rounds = """
    key,dataset,attack,aggregator,seed,round,test_accuracy
    k1,d,none,fedavg,1,0,0.2
    k1,d,none,fedavg,1,5,0.5
    k3,d,none,krum,1,0,0.1
    k4,d,fang-trim,krum,1,0,0.9

    """

  @Test func refusesToDrawMoreThanOnePicture() throws {
    let table = try CSVTable(Array(rounds.utf8), name: "rounds.csv")
    var summary = CSVTable(header: ["dataset", "attack", "aggregator", "n"])
    for row in table.rows { summary.append(Array(row[1...3]) + ["1"]) }
    let looks = Looks(plan: summary)
    let thrown = #expect(throws: ReportError.self) {
      try Figures.picture(CurveRequest(), title: "", rounds: table, summary: summary, looks: looks)
    }
    #expect(
      thrown?.description
        == "several results belong in one place, as they differ in attack; choose a value for each, such as --only attack=VALUE"
    )
    #expect(throws: ReportError.unknown("loss", what: "measurement", known: ["test_accuracy"])) {
      try Figures.picture(CurveRequest(y: "loss"), title: "", rounds: table, summary: summary, looks: looks)
    }
  }
}
