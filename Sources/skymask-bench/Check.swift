/// A kernel whose numbers are not those of its plain twin; it is not timed.
struct Disagreement: Error, CustomStringConvertible {
  let kernel: String
  let error: Double
  let tolerance: Double

  var description: String { "\(kernel) is off its plain twin by \(error), more than \(tolerance): not timed" }
}

/// Comparison of a kernel with its plain twin.
enum Check {
  /// The norm of the difference over the norm of what is expected; NaN when either holds one.
  static func relativeError(_ got: some Sequence<Float>, _ expected: some Sequence<Double>) -> Double {
    var difference = 0.0, size = 0.0
    for (a, b) in zip(got, expected) {
      difference += (Double(a) - b) * (Double(a) - b)
      size += b * b
    }
    return size > 0 ? (difference / size).squareRoot() : difference.squareRoot()
  }

  /// - Throws: `Disagreement` unless the relative error is at most `tolerance` and the counts are the same.
  static func agree(
    _ kernel: String, _ got: some Collection<Float>, _ expected: some Collection<Double>,
    within tolerance: Double = 1e-5
  ) throws {
    let error = got.count == expected.count ? relativeError(got, expected) : .infinity
    // Written so that a NaN fails.
    guard error <= tolerance else { throw Disagreement(kernel: kernel, error: error, tolerance: tolerance) }
  }

  /// `count` numbers in −1..<1 without a pattern, the same at each run.
  static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / 8_388_608
    }
  }
}
