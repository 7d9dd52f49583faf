import Experiments
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Reporting

struct LinePlotTests {
  private func line(_ name: String, _ values: [Double]) -> Series {
    Series(name: name, points: values.enumerated().map { .init(x: Double($0), y: $1) })
  }

  private func plot(_ series: [Series]) -> String {
    LinePlot(title: "A < B & C", xName: "round", yName: "test accuracy", series: series).svg
  }

  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test func drawsTwoPointsToTheTenthOfAPixel() {
    #expect(
      plot([line("one", [0, 1])]) == """
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
    let svg = plot((0..<12).map { line("<rule> & \($0)", [0.1 * Double($0 % 7), .nan, 0.5]) })
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

  @Test func leavesOutWhatIsNotFinite() {
    let svg = plot([line("a", [0.5, .nan, .infinity, 1]), line("nothing", [.nan])])
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    #expect(!svg.contains("nothing"))
    #expect(count("<polyline", in: svg) == 2)
  }

  @Test func drawsAnEmptyPlot() { #expect(plot([]).hasSuffix("</svg>\n")) }

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
    k2,d,none,fedavg,2,0,0.4
    k2,d,none,fedavg,2,5,
    k3,d,none,krum,1,0,0.1
    k4,d,fang-trim,krum,1,0,0.9

    """

  @Test func averagesOverSeeds() throws {
    let table = try CSVTable(Array(rounds.utf8), name: "rounds.csv")
    let series = try Series.means(of: "test_accuracy", in: table, by: "aggregator", where: [("attack", "none")])
    #expect(series.map(\.name) == ["fedavg", "krum"])
    #expect(series[0].points == [.init(x: 0, y: (0.2 + 0.4) / 2), .init(x: 5, y: 0.5)])
    #expect(series[1].points == [.init(x: 0, y: 0.1)])
  }

  @Test func refusesToAverageOverMoreThanSeeds() throws {
    let table = try CSVTable(Array(rounds.utf8), name: "rounds.csv")
    let thrown = #expect(throws: ReportError.self) {
      try Series.means(of: "test_accuracy", in: table, by: "aggregator")
    }
    #expect(
      thrown?.description
        == "several results belong in one place, as they differ in attack; choose a value for each, such as --only attack=VALUE"
    )
    #expect(throws: ReportError.nothingToShow("no finished cell fits the plot")) {
      try Series.means(of: "test_accuracy", in: table, by: "aggregator", where: [("attack", "alie")])
    }
    #expect(throws: ReportError.unknown("loss", what: "measurement", known: ["test_accuracy"])) {
      try Series.means(of: "loss", in: table, by: "aggregator")
    }
  }
}
