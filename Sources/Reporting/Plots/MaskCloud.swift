package import Experiments

/// Where SkyMask's clustering saw the masks of one cell: the content of its `masks.csv`.
package struct MaskCloud: Sendable {
  /// What tells the cell from others of its sweep.
  package var shared: [Table.Pair]
  private var rounds: [(round: Int, points: [Point])] = []

  private struct Point {
    var kind: Kind
    var x: Double
    var y: Double
  }

  /// Each has a marker of its own, filled where the update was kept.
  private enum Kind: Int, CaseIterable {
    case honestKept, honestRejected, maliciousKept, maliciousRejected, root

    var title: String {
      switch self {
      case .honestKept: "honest, kept"
      case .honestRejected: "honest, rejected"
      case .maliciousKept: "malicious, kept"
      case .maliciousRejected: "malicious, rejected"
      case .root: "root"
      }
    }

    var style: String {
      switch self {
      case .honestKept: "pt 7 ps 0.55 lc rgb '\(Gnuplot.colour(0))'"
      case .honestRejected: "pt 6 ps 0.55 lc rgb '\(Gnuplot.colour(0))'"
      case .maliciousKept: "pt 9 ps 0.65 lc rgb '\(Gnuplot.colour(1))'"
      case .maliciousRejected: "pt 8 ps 0.65 lc rgb '\(Gnuplot.colour(1))'"
      case .root: "pt 3 ps 0.75 lw 1.5 lc rgb 'black'"
      }
    }
  }

  /// - Throws: `StoreError.noColumn`, or `ReportError` for a round or a place that is no number.
  package init(_ masks: CSVTable, shared: [Table.Pair], name: String) throws {
    self.shared = shared
    let columns = try ["round", "malicious", "root", "kept", "x", "y"].map { try masks.column($0, of: name) }
    for row in masks.rows {
      let (malicious, root, kept) = (row[columns[1]] == "1", row[columns[2]] == "1", row[columns[3]] == "1")
      guard let round = Int(row[columns[0]]) else { throw ReportError.notANumber(row[columns[0]], x: "round") }
      if rounds.last?.round != round { rounds.append((round, [])) }
      // An update that is not finite has no place.
      guard let x = Double(row[columns[4]]), let y = Double(row[columns[5]]) else { continue }
      let kind: Kind =
        root ? .root : malicious ? (kept ? .maliciousKept : .maliciousRejected) : kept ? .honestKept : .honestRejected
      rounds[rounds.count - 1].points.append(Point(kind: kind, x: x, y: y))
    }
  }

  /// The most rounds that a figure shows, evenly chosen, the first and the last among them.
  private static let mostPanels = 3
  private static let panelWidth = 2.3

  /// A panel for each of some rounds; nil where there is no round.
  func figure(_ names: inout FigureNames) -> Figure? {
    let count = min(rounds.count, MaskCloud.mostPanels)
    if count == 0 { return nil }
    let chosen = count == 1 ? [0] : (0..<count).map { $0 * (rounds.count - 1) / (count - 1) }
    let name = names.name(["masks"] + shared.words)
    // The legend below takes a line of its own width.
    let width = max(MaskCloud.panelWidth * Double(count) + 0.3, 4.6)
    let file = Gnuplot.quoted(name + ".dat")
    let present = Kind.allCases.filter { kind in
      chosen.contains { rounds[$0].points.contains { $0.kind == kind } }
    }
    var commands = [
      "set multiplot layout 1,\(count) margins screen 0.04,0.98,0.24,0.80 spacing screen 0.03,0"
        + (shared.isEmpty ? "" : " title \(Gnuplot.title(shared.text, width: width))"),
      "unset key",
      "set xlabel 'first component' offset 0,0.8",
      "set ylabel 'second component' offset 1.5,0",
      "set tics scale 0 format ''",
      "set offsets graph 0.06, graph 0.06, graph 0.06, graph 0.06",
    ]
    commands += legend(present, width: width)
    for (panel, index) in chosen.enumerated() {
      if panel == 1 { commands += ["unset label", "unset ylabel"] }
      commands.append("set title 'round \(rounds[index].round)' offset 0,-0.6")
      let kinds = present.map { kind in
        "\(file) index \(index) using ($3==\(kind.rawValue)?$1:NaN):2 with points \(kind.style)"
      }
      commands.append("plot " + kinds.joined(separator: ", \\\n  "))
    }
    commands.append("unset multiplot")
    return Figure(name: name, width: width, height: 3.1, data: data, commands: commands)
  }

  /// The markers and what they mean, side by side below all panels; gnuplot's own legend is as wide as a panel at most.
  private func legend(_ kinds: [Kind], width: Double) -> [String] {
    let (before, after) = (0.15, 0.25)
    let widths = kinds.map { before + Double($0.title.count) * Gnuplot.letterWidth * 0.9 + after }
    var left = (width - widths.reduce(0, +)) / 2
    return zip(kinds, widths).enumerated().map { number, entry in
      defer { left += entry.1 }
      return "set label \(number + 1) \(Gnuplot.quoted(entry.0.title)) at screen \(Gnuplot.number(left / width)),0.05"
        + " point \(entry.0.style) offset 1,0"
    }
  }

  /// A block for each round, all of them, two empty lines between.
  private var data: String {
    let kinds = Kind.allCases.map { "\($0.rawValue) \($0.title)" }.joined(separator: "; ")
    return rounds.map { round, points in
      "# round \(round)\n# x y kind (\(kinds))\n"
        + points.map { "\(Gnuplot.field($0.x)) \(Gnuplot.field($0.y)) \($0.kind.rawValue)\n" }.joined()
    }.joined(separator: "\n\n")
  }
}
