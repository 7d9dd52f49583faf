import Foundation

/// How things are written for gnuplot, and the looks that figures share.
enum Gnuplot {
  static let fontPoints = 9
  /// The mean width of a letter and the height of a line, in inches.
  static let letterWidth = 0.075
  static let lineHeight = 0.22

  /// A text, in quotes within which nothing has a meaning.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''").replacing("\n", with: " ") + "'"
  }

  /// A text of several lines, in quotes within which a backslash has a meaning.
  static func quoted(lines: [String]) -> String {
    "\""
      + lines.map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") }
      .joined(separator: "\\n") + "\""
  }

  /// A field of a line of data: a text may hold spaces.
  static func field(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "'").replacing("\n", with: " ") + "\""
  }

  static func field(_ number: Double?) -> String {
    guard let number, number.isFinite else { return "NaN" }
    return "\(number)"
  }

  /// Of a size or a place: three decimals, of which those that are 0 are left out.
  static func number(_ value: Double) -> String {
    var text = String(format: "%.3f", value)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// A title above a picture of some width, broken between words.
  static func title(_ text: String, width: Double) -> String {
    let most = max(10, Int(width / letterWidth))
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= most {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return quoted(lines: lines)
  }

  /// The colour, the dashes and the marker of the n-th line, none of which two neighbours share.
  static func style(_ index: Int) -> String {
    "lc rgb '\(colour(index))' dt \(dashes[index % dashes.count]) pt \(markers[index % markers.count])"
  }

  static func colour(_ index: Int) -> String { LineStyle.colours[index % LineStyle.colours.count] }

  /// Lengths of strokes and gaps. The numbers of colours, dashes and markers have no common divisor.
  private static let dashes = ["solid", "(12,5)", "(3,5)", "(12,4,3,4)", "(22,6)"]
  /// Circle, square, triangle, diamond, triangle on its point, plus: white inside.
  private static let markers = [6, 4, 8, 12, 10, 1]
}
