import Foundation

extension Table {
  /// A heat map with the number in each cell; nil where nothing was measured.
  ///
  /// - Parameters:
  ///   - scale: that of all tables of a request, so that they can be compared.
  ///   - number: how all of them write a mean.
  func figure(_ scale: HeatScale, _ number: (Double) -> String, _ names: inout FigureNames) -> Figure? {
    guard entries.joined().contains(where: { $0?.mean?.isFinite == true }) else { return nil }
    let name = names.name([value, rowName, "by", columnName] + shared.words)
    let rowLetters = Double(rowNames.map(\.count).max() ?? 0)
    let columnLetters = Double(columnNames.map(\.count).max() ?? 0)
    let width = max(2.6, 1.7 + rowLetters * Gnuplot.letterWidth + 0.55 * Double(columnNames.count))
    let height = 1.5 + columnLetters * Gnuplot.letterWidth * 0.75 + 0.32 * Double(rowNames.count)
    func tics(_ names: [String]) -> String {
      names.enumerated().map { "\(Gnuplot.quoted($1)) \($0)" }.joined(separator: ", ")
    }
    let file = Gnuplot.quoted(name + ".dat")
    let isOneColour = scale.highest <= scale.lowest
    // A low box has room for the numbers at its ends.
    let ends = [scale.lowest, scale.highest].map { "\(Gnuplot.quoted(number($0))) \($0)" }
    let colourTics = rowNames.count < 4 ? "(\(ends.joined(separator: ", ")))" : "autofreq"
    return Figure(
      name: name, width: width, height: height, data: mapData(scale, number),
      commands: [
        "set title \(Gnuplot.title(mapHeading, width: width))",
        "set xlabel \(Gnuplot.quoted(columnName))",
        "set ylabel \(Gnuplot.quoted(rowName))",
        "set xtics (\(tics(columnNames))) rotate by 45 right scale 0 tc rgb 'black'",
        "set ytics (\(tics(rowNames))) scale 0 tc rgb 'black'",
        "set xrange [-0.5:\(Double(columnNames.count) - 0.5)]",
        "set yrange [\(Double(rowNames.count) - 0.5):-0.5]",
        "set palette defined (\(Table.palette))",
        isOneColour
          ? "set cbrange [\(scale.lowest - 1):\(scale.highest)]; unset colorbox"
          : "set cbrange [\(scale.lowest):\(scale.highest)]",
        "set cbtics \(colourTics) tc rgb 'black'",
        "set border lc rgb '#808080'",
        "unset key",
        "plot \(file) using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb '#ffffff' lc palette, \\\n"
          + "  \(file) using 1:2:4:5 with labels tc rgb variable",
      ])
  }

  /// Without the standard deviation, which no box has room for.
  private var mapHeading: String {
    (seeds > 1 ? "\(plainTitle), mean over \(seeds) seeds" : plainTitle) + (shared.isEmpty ? "" : "; " + sharedText)
  }

  /// A line for each entry: its place, mean, text, and the colour of the text.
  private func mapData(_ scale: HeatScale, _ number: (Double) -> String) -> String {
    var text = "# column row mean text colour_of_text\n"
    for (row, line) in entries.enumerated() {
      for (column, entry) in line.enumerated() {
        guard let entry else { continue }
        let mean = entry.mean.flatMap { $0.isFinite ? $0 : nil }
        let colour = mean.map { scale.colours(of: $0).text } ?? "#000000"
        let fields = [
          "\(column)", "\(row)", Gnuplot.field(mean), Gnuplot.field(entry.shortText(number)), "0x" + colour.dropFirst(),
        ]
        text += fields.joined(separator: " ") + "\n"
      }
    }
    return text
  }

  /// Places of the scale and their colours.
  private static var palette: String {
    let steps = 12
    return (0...steps).map { step in
      let place = Double(step) / Double(steps)
      return "\(Gnuplot.number(place)) '\(HeatScale.colours(at: place).fill)'"
    }.joined(separator: ", ")
  }
}

extension Table.Entry {
  /// What a small box has room for: the mean and the marks.
  fileprivate func shortText(_ number: (Double) -> String) -> String {
    mean.map { number($0) + texts.marks } ?? "–"
  }
}
