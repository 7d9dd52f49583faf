import Foundation

extension Curves {
  /// A figure for each panel that has a point.
  func figures(_ names: inout FigureNames) -> [Figure] {
    panels.filter { $0.lines.contains { !$0.points.isEmpty } }.map { figure($0, &names) }
  }

  private static let plotWidth = 4.2
  private static let leastHeight = 3.0

  private func figure(_ panel: Panel, _ names: inout FigureNames) -> Figure {
    let name = names.name([request.y, "by", request.x] + panel.shared.words)
    let lines = panel.lines.filter { !$0.points.isEmpty }
    let longest = Double(([series] + lines.map(\.name)).map(\.count).max() ?? 0)
    let width = Curves.plotWidth + 0.9 + longest * Gnuplot.letterWidth
    // A legend that is higher than the axes would lose its last names.
    let height = max(Curves.leastHeight, 1.2 + Gnuplot.lineHeight * Double(lines.count + 2))
    var commands = [
      // Gnuplot guesses how wide the names are, and in SVG it guesses ill.
      "set rmargin at screen \(Gnuplot.number(Curves.plotWidth / width))",
      "set key at screen \(Gnuplot.number((Curves.plotWidth + 0.1) / width)),0.5 left center vertical maxcols 1"
        + " Left reverse samplen 4 spacing 1.15 title \(Gnuplot.quoted(series)) left",
      "set xlabel \(Gnuplot.quoted(request.x))",
      "set ylabel \(Gnuplot.quoted(request.y))",
      "set grid ytics lc rgb '#dddddd' dt solid",
      "set border 3",
      "set tics nomirror",
      "set bars small",
    ]
    if !panel.shared.isEmpty { commands.append("set title \(Gnuplot.title(panel.shared.text, width: width))") }
    commands += ranges
    commands.append(plot(lines, file: name + ".dat"))
    return Figure(
      name: name, width: width, height: height, data: data(lines), commands: commands)
  }

  /// The same for all panels, so that they can be compared.
  private var ranges: [String] {
    let points = panels.flatMap(\.lines).flatMap(\.points)
    var ranges: [String] = []
    if points.map(\.mean).allSatisfy({ $0 >= 0 }), let most = points.map({ $0.mean + ($0.deviation ?? 0) }).max(),
      most > 0
    {
      let power = pow(10, log10(most).rounded(.down))
      // One digit, or two where the first would leave much empty; a share is never above 1.
      let step = most < 5 * power ? power / 2 : power
      let top = (most / step - 1e-9).rounded(.up) * step
      ranges.append(
        "set yrange [0:" + String(format: "%.6g", request.isShare ? min(top, 1) : top) + "]")
    }
    let xs = points.map(\.x)
    if let least = xs.min(), let most = xs.max(), least < most {
      // Room for half a marker on either side.
      let room = (most - least) * 0.02
      ranges.append("set xrange [\(least - room):\(most + room)]")
    }
    return ranges
  }

  /// Bands first, so that they lie below all lines.
  private func plot(_ lines: [Line], file: String) -> String {
    let quoted = Gnuplot.quoted(file)
    let bands = lines.enumerated().filter { $0.element.points.count { $0.deviation != nil } > 1 }.map { index, line in
      "\(quoted) index \(index) using 1:($2-$3):($2+$3) with filledcurves fs transparent solid 0.12 noborder"
        + " lc rgb '\(Gnuplot.colour(look(of: line)))' notitle"
    }
    let curves = lines.enumerated().map { index, line in
      // Some eight markers a line, and its last point among few.
      let interval = max(1, line.points.count / 8)
      return "\(quoted) index \(index) using 1:2 with linespoints lw 1.5 \(Gnuplot.style(look(of: line))) ps 0.65"
        + (interval > 1 ? " pi \(interval)" : "") + " title \(Gnuplot.quoted(line.name))"
    }
    return "plot " + (bands + curves).joined(separator: ", \\\n  ")
  }

  /// A block for each line, two empty lines between.
  private func data(_ lines: [Line]) -> String {
    lines.map { line in
      let points = line.points.map { point in
        [Gnuplot.field(point.x), Gnuplot.field(point.mean), Gnuplot.field(point.deviation), "\(point.seeds)"]
          .joined(separator: " ") + "\n"
      }
      return "# \(series) \(line.name)\n# \(request.x) mean std seeds\n" + points.joined()
    }.joined(separator: "\n\n")
  }
}
