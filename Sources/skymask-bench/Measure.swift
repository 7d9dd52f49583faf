internal import CKernels
internal import Foundation

/// Measurement by the process's own CPU time, which is the wall-clock time of one thread on a quiet machine and is not
/// fooled by a busy one: medians over many short repeats.
enum Measure {
  /// Seconds of CPU time that `body` takes, all threads together.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = cpuSeconds()
    try body()
    return cpuSeconds() - start
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Median seconds of one call, and the peak of this core's fused multiply-adds in GFLOP/s, measured in turns: what
  /// else the machine does falls on both. Takes about `budget` seconds.
  static func besidePeak(budget: Double = 3, _ body: () throws -> Void) rethrows -> (seconds: Double, peak: Double) {
    try body()
    let first = max(try seconds(body), 1e-7)
    let calls = max(1, Int(0.004 / first))
    let repeats = min(max(Int(budget / (first * Double(calls))), 7), 201)
    var times: [Double] = [], peaks: [Double] = []
    for _ in 0..<repeats {
      peaks.append(burst())
      times.append(try seconds { for _ in 0..<calls { try body() } } / Double(calls))
    }
    return (median(times), median(peaks))
  }

  /// The rate of a loop of fused multiply-adds over some milliseconds, GFLOP/s.
  static func burst() -> Double {
    var operations = 0.0
    let time = seconds { operations = skm_multiply_add_loop(400_000) }
    return operations / time / 1e9
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

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
