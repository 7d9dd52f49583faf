internal import CSupport

/// Wall-clock measurement: medians over several repeats.
enum Measure {
  /// Median seconds of one call, over `repeats` batches of calls that each last at least `least` seconds.
  static func seconds(repeats: Int = 7, least: Double = 0.1, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    try body()
    var calls = 1
    var times: [Double] = []
    while times.count < repeats {
      let seconds = seconds(try clock.measure { for _ in 0..<calls { try body() } })
      if seconds < least, times.isEmpty {
        calls = seconds > 0 ? max(calls + 1, Int(Double(calls) * least / seconds * 1.1)) : calls * 10
        continue
      }
      times.append(seconds / Double(calls))
    }
    return times.sorted()[times.count / 2]
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// The peak of this core's fused multiply-adds, GFLOP/s.
  static func peak() -> Double {
    var operations = 0.0
    let seconds = seconds(repeats: 5) { operations = skm_multiply_add_loop(1_000_000) }
    return operations / seconds / 1e9
  }

  /// A number with so many decimal places.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let text = String(Int((value * scale).rounded()))
    if digits == 0 { return text }
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// Text pushed to the right of a column.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
