extension RandomSource {
  /// The logarithm of a number of the gamma distribution of this shape and scale 1.
  ///
  /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", TOMS 2000. A shape below 1 takes their
  /// boost G(a) = G(a+1)·U^(1/a), which for a small shape is less than any floating-point number: hence the logarithm.
  package mutating func logGamma(shape: Double) -> Double {
    precondition(shape > 0, "no gamma distribution of shape \(shape)")
    if shape < 1 {
      let boost = Functions.log(1 - uniform()) / shape
      return logGamma(shape: shape + 1) + boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = gaussian()
      let v = 1 + c * x
      if v <= 0 { continue }
      let cube = v * v * v
      if Functions.log(1 - uniform()) < x * x / 2 + d - d * cube + d * Functions.log(cube) {
        return Functions.log(d) + Functions.log(cube)
      }
    }
  }

  /// Shares of a symmetric Dirichlet distribution: `count` numbers of at least 0 that add up to 1.
  package mutating func dirichlet(_ concentration: Double, count: Int) -> [Double] {
    let logs = (0..<count).map { _ in logGamma(shape: concentration) }
    // The greatest becomes 1, so that however small they all are, their ratios stay.
    let greatest = logs.max() ?? 0
    let weights = logs.map { Functions.exp($0 - greatest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
