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
      let duration = try clock.measure { for _ in 0..<calls { try body() } }
      let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      if seconds < least, times.isEmpty {
        calls = seconds > 0 ? max(calls + 1, Int(Double(calls) * least / seconds * 1.1)) : calls * 10
        continue
      }
      times.append(seconds / Double(calls))
    }
    return times.sorted()[times.count / 2]
  }

  /// The peak of this core's fused multiply-adds, GFLOP/s.
  static func peak() -> Double {
    var operations = 0.0
    let seconds = seconds(repeats: 5) { operations = skm_multiply_add_loop(1_000_000) }
    return operations / seconds / 1e9
  }
}
