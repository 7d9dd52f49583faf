import Foundation
import Testing

@testable import Federated

@Suite struct GammaTests {
  @Test(arguments: [0.2, 0.5, 1, 2.5, 40]) func hasItsMeanAndItsVariance(shape: Double) {
    var random = RandomSource(seed: 11, stream: .partition)
    let count = 40_000
    let values = (0..<count).map { _ in exp(random.logGamma(shape: shape)) }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Mean and variance are both the shape; that of the mean is shape/count, that of the variance
    // (2·shape² + 6·shape)/count.
    #expect(abs(mean - shape) < 4 * (shape / Double(count)).squareRoot())
    #expect(abs(variance - shape) < 4 * ((2 * shape * shape + 6 * shape) / Double(count)).squareRoot())
    #expect(values.allSatisfy { $0 >= 0 })
  }

  @Test func shapeOneIsExponential() {
    var random = RandomSource(seed: 3, stream: .partition)
    let values = (0..<20_000).map { _ in exp(random.logGamma(shape: 1)) }
    for (bound, share) in [(0.5, 1 - exp(-0.5)), (1, 1 - exp(-1)), (2, 1 - exp(-2))] {
      #expect(abs(Double(values.count { $0 < bound }) / 20_000 - share) < 4 * (0.25 / 20_000).squareRoot())
    }
  }

  @Test func sharesOfTheLeastConcentrationAreNumbersToo() {
    var random = RandomSource(seed: 5, stream: .partition)
    for concentration in [1e-6, 0.01, 1, 1e9] {
      for _ in 0..<50 {
        let shares = random.dirichlet(concentration, count: 7)
        #expect(shares.allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
      }
    }
  }
}
