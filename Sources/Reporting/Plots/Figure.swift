/// The kinds of picture that gnuplot draws.
package enum PlotFormat: String, Sendable, CaseIterable {
  case svg
  case pdf
  case png

  /// What gnuplot calls it, for a picture of so many inches.
  func terminal(width: Double, height: Double) -> String {
    let font = #"font "Helvetica,\#(Gnuplot.fontPoints)""#
    switch self {
    // Its unit is a pixel, of which an inch has 96, as has its font.
    case .svg:
      return "svg size \(Int(width * 96)),\(Int(height * 96)) enhanced font \"Helvetica,\(Gnuplot.fontPoints * 4 / 3)\""
        + " background rgb \"white\""
    case .pdf:
      return "pdfcairo size \(Gnuplot.number(width))in,\(Gnuplot.number(height))in \(font) fontscale 0.75 linewidth 1.2"
    case .png:
      let scale = 200.0
      // gnuplot takes a point for a pixel and a third.
      return
        "pngcairo size \(Int(width * scale)),\(Int(height * scale)) \(font) fontscale \(Gnuplot.number(scale / 96))"
        + " linewidth 2 pointscale 3.2"
    }
  }
}

/// A picture for print: a script for gnuplot and the data that it reads, which a reader can draw anew in another look.
package struct Figure: Sendable, Equatable {
  /// The name of its files without their endings.
  package var name: String
  /// In inches.
  var width: Double
  var height: Double
  /// What the script reads, in gnuplot's own form: blocks of columns.
  package var data: String
  /// The commands after those that all figures share.
  var commands: [String]

  package var scriptFile: String { name + ".gp" }
  package var dataFile: String { name + ".dat" }

  package func pictureFile(_ format: PlotFormat) -> String { "\(name).\(format.rawValue)" }

  /// The script; it is to be run in the folder of its data.
  package func script(_ format: PlotFormat) -> String {
    let head = [
      "# Drawn by: gnuplot \(scriptFile)",
      "# skymask plot writes this file and \(dataFile) anew each time: copy what you change.",
      "set terminal \(format.terminal(width: width, height: height))",
      "set output \(Gnuplot.quoted(pictureFile(format)))",
      "set encoding utf8",
      "set termoption noenhanced",
      "set datafile missing 'NaN'",
    ]
    return (head + commands).map { $0 + "\n" }.joined()
  }
}

/// The names of files, made of what they show.
struct FigureNames {
  /// The longest name of a file is 255 bytes on most systems.
  private static let mostLetters = 160

  private var taken: Set<String> = []

  /// A name of letters, digits and hyphens that no other figure has.
  mutating func name(_ words: [String]) -> String {
    let whole = FigureNames.plain(words.joined(separator: " "))
    let name = String(whole.prefix(FigureNames.mostLetters))
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(name)-\(number)"
      number += 1
    }
    return candidate
  }

  /// Lower case; what is no letter of ASCII and no digit is a hyphen between others.
  static func plain(_ text: String) -> String {
    text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }
}

extension [Table.Pair] {
  /// The values, for a file's name; a number tells what it is of.
  var words: [String] {
    map { pair in
      if pair.value.isEmpty || pair.value == "none" { return pair.name + " none" }
      return Double(pair.value) == nil ? pair.value : pair.name + " " + pair.value
    }
  }
}
