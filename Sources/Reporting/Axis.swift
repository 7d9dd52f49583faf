import Foundation

/// A range of numbers laid along a length of pixels, with ticks at round numbers.
struct Axis {
  let lower: Double
  let upper: Double
  let ticks: [Double]
  private let step: Double
  private let start: Double
  private let length: Double

  /// - Parameters:
  ///   - length: in pixels; negative for an axis that runs upwards.
  ///   - tight: whether the axis ends at the least and largest value instead of at ticks.
  init(covering values: [Double], length: Double, start: Double, tight: Bool) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    // A share is seen against nothing and all, a count against nothing.
    if !tight, low >= 0 { low = 0 }
    if high - low < 1e-12 * max(1, abs(high)) { high = low + 1 }
    step = Axis.step(for: high - low)
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    lower = tight ? low : first * step
    upper = tight ? high : last * step
    let (from, to) = (lower, upper)
    let spacing = step
    ticks = stride(from: first, through: last, by: 1).map { $0 * spacing }
      .filter { $0 >= from - 1e-9 * spacing && $0 <= to + 1e-9 * spacing }
    self.start = start
    self.length = length
  }

  func position(_ value: Double) -> Double { start + length * (value - lower) / (upper - lower) }

  /// A tick with as many decimals as the step has.
  func text(_ tick: Double) -> String {
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    // Zero has no sign.
    return String(format: "%.\(decimals)f", tick == 0 ? 0 : tick)
  }

  /// 1, 2 or 5 times a power of ten that divides the range into four to ten parts.
  private static func step(for range: Double) -> Double {
    let power = pow(10, (log10(range / 5) + 1e-9).rounded(.down))
    return [5, 2, 1].map { $0 * power }.first { range / $0 >= 4 - 1e-9 } ?? power
  }
}
