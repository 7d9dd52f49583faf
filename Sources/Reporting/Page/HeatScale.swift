internal import Foundation

/// The colours of a heat map: from dark blue for the least to light yellow for the most.
///
/// Cividis (Nuñez, Anderton and Renslow, PLOS ONE 2018), in d3's polynomials: it looks alike to people who are colour-blind
/// and rises in lightness all the way, so that it is read in black and white too.
struct HeatScale: Equatable {
  let lowest: Double
  let highest: Double

  /// Nil where there is nothing finite.
  init?(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max() else { return nil }
    (self.lowest, self.highest) = (lowest, highest)
  }

  /// The colour of a value, and black or white, whichever is read better on it.
  func colours(of value: Double) -> (fill: String, text: String) {
    let range = highest - lowest
    return HeatScale.colours(at: range > 0 ? (value - lowest) / range : 1)
  }

  /// The colour at a place from 0 to 1 of the scale.
  static func colours(at place: Double) -> (fill: String, text: String) {
    let t = min(max(place, 0), 1)
    let red = -4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57))))
    let green = 32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37))))
    let blue = 81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67))))
    let channels = [red, green, blue].map { Int(min(max($0, 0), 255).rounded()) }
    let fill = "#" + channels.map { String(format: "%02x", $0) }.joined()
    let luminance = relativeLuminance(channels)
    // The contrast of black is (luminance + 0.05) / 0.05, that of white 1.05 / (luminance + 0.05).
    return (fill, (luminance + 0.05) * (luminance + 0.05) > 0.05 * 1.05 ? "#000000" : "#ffffff")
  }

  /// As in WCAG 2.
  static func relativeLuminance(_ channels: [Int]) -> Double {
    let linear = channels.map { channel -> Double in
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}
