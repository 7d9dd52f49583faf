import Experiments
import Testing

@testable import Reporting

struct LooksTests {
  /// Four rules under two attacks, each finished, with its accuracy at two numbers of malicious clients.
  private static let summary: CSVTable = {
    var summary = CSVTable(
      header: ["attack", "aggregator", "byzantine", "n", "n_expected", "n_failed", "n_diverged"]
        + ["test_accuracy_final_mean", "test_accuracy_final_std"])
    for attack in ["none", "alie"] {
      for rule in ["fedavg", "median", "krum", "skymask"] {
        for byzantine in ["1", "2"] { summary.append([attack, rule, byzantine, "1", "1", "0", "0", "0.5", ""]) }
      }
    }
    return summary.completed
  }()

  private static let rounds: CSVTable = {
    var rounds = CSVTable(header: ["key", "attack", "aggregator", "byzantine", "seed", "round", "test_accuracy"])
    for row in summary.rows {
      for round in 0..<3 { rounds.append([row.prefix(3).joined()] + row.prefix(3) + ["1", "\(round)", "0.5"]) }
    }
    return rounds
  }()

  private func part(_ table: CSVTable, _ holds: ([String]) -> Bool) -> CSVTable {
    var part = CSVTable(header: table.header)
    for row in table.rows where holds(row) { part.append(row) }
    return part
  }

  /// The colour that each picture draws a rule in, found by the rule's name in the picture's text.
  private func colours(of rule: String, _ rules: Set<String>) throws -> [String] {
    let looks = Looks(plan: LooksTests.summary)
    let summary = part(LooksTests.summary) { rules.contains($0[1]) && $0[0] == "alie" }
    let rounds = part(LooksTests.rounds) { rules.contains($0[2]) && $0[1] == "alie" && $0[3] == "1" }
    let one = part(summary) { $0[2] == "1" }
    var colours: [String] = []
    // One picture without gnuplot: the name stands behind its sample.
    let picture = try Figures.picture(CurveRequest(), title: "t", rounds: rounds, summary: one, looks: looks)
    let lines = picture.split(separator: "\n")
    let name = try #require(lines.firstIndex { $0.hasSuffix(">\(rule)</text>") })
    let sample = try #require(lines[name - 1].firstMatch(of: /stroke="(#[0-9a-f]{6})"/))
    colours.append(String(sample.output.1))
    // Those of gnuplot, by round and by a parameter.
    for request in [CurveRequest(), CurveRequest(x: "byzantine")] {
      var names = FigureNames()
      let curves = try Curves(
        rounds: rounds, summary: request.isByRound ? one : summary, request, looks: looks)
      let figure = try #require(curves.figures(&names).first)
      let script = figure.script(.svg)
      let line = try #require(script.split(separator: "\n").first { $0.contains("title '\(rule)'") })
      let colour = try #require(line.firstMatch(of: /lc rgb '(#[0-9a-f]{6})'/))
      colours.append(String(colour.output.1))
      // The page's panels name the colour by its number.
      let svg = CurvePanel(curves).svg(curves.panels[0], label: "", series: curves.series)
      let group = try #require(svg.split(separator: "\n").first { $0.contains("data-name=\"\(rule)\"") })
      let number = try #require(group.firstMatch(of: /var\(--line-(\d+)\)/)).output.1
      colours.append(LineStyle.colours[try #require(Int(number))])
    }
    return colours
  }

  @Test(arguments: [["fedavg", "median", "krum", "skymask"], ["krum", "skymask"], ["skymask"]] as [Set<String>])
  func aRuleHasOneColourInEveryPicture(_ rules: Set<String>) throws {
    #expect(try colours(of: "skymask", rules) == Array(repeating: LineStyle.colours[3], count: 5))
  }

  @Test func noTwoRulesHaveTheSameLook() {
    let looks = Looks(plan: LooksTests.summary)
    let rules = ["fedavg", "median", "krum", "skymask"]
    #expect(rules.map { looks.place(of: $0, in: "aggregator") } == [0, 1, 2, 3])
    #expect(looks.place(of: "unknown", in: "aggregator") == 4)
    #expect(looks.place(of: "alie", in: "attack") == 1)
  }
}
