import Testing

@testable import Federated

@Suite struct FunctionsTests {
  /// How far `x` is from `value`, in units in the last place of `value`.
  private func error(_ x: Double, _ value: Double) -> Double { abs(x - value) / value.ulp }

  // A function that is off by less than one unit before it rounds gives the rounded true value or a neighbour of it.

  @Test func exponentialIsTheTrueOneToTheLastPlace() {
    for (x, value) in FunctionValues.exp { #expect(error(Functions.exp(x), value) <= 1, "exp(\(x))") }
  }

  @Test func logarithmIsTheTrueOneToTheLastPlace() {
    for (x, value) in FunctionValues.log { #expect(error(Functions.log(x), value) <= 1, "log(\(x))") }
  }

  @Test func cosineIsTheTrueOneToTheLastPlace() {
    for (x, value) in FunctionValues.cosineOfTurns {
      #expect(error(Functions.cosineOfTurns(x), value) <= 1, "cosine of \(x) turns")
    }
  }

  @Test func arctangentIsTheTrueOneToTheLastPlace() {
    for (x, value) in FunctionValues.arctangent {
      #expect(error(Functions.arctangent(x), value) <= 1, "arctangent(\(x))")
      #expect(Functions.arctangent(-x) == -Functions.arctangent(x))
    }
  }

  @Test func exponentialIsExactAtZeroAndAtTheEndsOfItsRange() {
    #expect(Functions.exp(0) == 1)
    #expect(Functions.exp(-0.0) == 1)
    #expect(Functions.exp(-.infinity) == 0)
    #expect(Functions.exp(.infinity) == .infinity)
    #expect(Functions.exp(.nan).isNaN)
    // ln(2^1024), rounded down and up.
    #expect(Functions.exp(0x1.62e42fefa39efp9).isFinite)
    #expect(Functions.exp(0x1.62e42fefa39fp9) == .infinity)
    #expect(Functions.exp(1e300) == .infinity)
    // ln(2^-1075), rounded up and down.
    #expect(Functions.exp(-0x1.74910d52d3051p9) == .leastNonzeroMagnitude)
    #expect(Functions.exp(-0x1.74910d52d3052p9) == 0)
    #expect(Functions.exp(-1e300) == 0)
  }

  @Test func exponentialUnderflowsThroughSubnormalNumbers() {
    // From mpmath, like the tables; the compiler refuses some subnormal literals.
    for (x, bits) in [(-710.0, 0x3_3802_fd28_b3c3), (-708.5, 0xe_6cf6_d088_97ac)] as [(Double, UInt64)] {
      #expect(error(Functions.exp(x), Double(bitPattern: bits)) <= 1, "exp(\(x))")
    }
  }

  @Test func logarithmIsExactAtOneAndAtTheEndsOfItsRange() {
    #expect(Functions.log(1).bitPattern == 0)
    #expect(Functions.log(0) == -.infinity)
    #expect(Functions.log(-0.0) == -.infinity)
    #expect(Functions.log(.infinity) == .infinity)
    #expect(Functions.log(-1).isNaN)
    #expect(Functions.log(-.infinity).isNaN)
    #expect(Functions.log(.nan).isNaN)
  }

  @Test func cosineIsExactAtQuarterTurns() {
    for turn in [-3.0, -1, 0, 1, 2, 1e6, 0x1p53, 1e300] { #expect(Functions.cosineOfTurns(turn) == 1) }
    for turn in [-2.5, -0.5, 0.5, 1.5, 1e6 + 0.5] { #expect(Functions.cosineOfTurns(turn) == -1) }
    for turn in [-1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1e6 + 0.75] {
      #expect(Functions.cosineOfTurns(turn).bitPattern == 0)
    }
    #expect(Functions.cosineOfTurns(.infinity).isNaN)
    #expect(Functions.cosineOfTurns(.nan).isNaN)
  }

  @Test func cosineRepeatsEveryTurnAndIsEven() {
    for step in 0..<64 {
      let turn = Double(step) / 64
      for whole in [1.0, 7, 4096] {
        #expect(Functions.cosineOfTurns(turn + whole) == Functions.cosineOfTurns(turn))
        #expect(Functions.cosineOfTurns(turn - whole) == Functions.cosineOfTurns(turn))
      }
    }
  }

  @Test func arctangentKeepsTheSignOfZeroAndEndsAtAQuarterTurn() {
    #expect(Functions.arctangent(0).bitPattern == 0)
    #expect(Functions.arctangent(-0.0).bitPattern == (-0.0).bitPattern)
    #expect(Functions.arctangent(.infinity) == 0x1.921fb54442d18p0)
    #expect(Functions.arctangent(-.infinity) == -0x1.921fb54442d18p0)
    #expect(Functions.arctangent(1) == 0x1.921fb54442d18p-1)
    #expect(Functions.arctangent(.nan).isNaN)
  }

  /// The digests are the same on every machine: a difference means that a compiler or CPU reorders or fuses operations.
  @Test func everyMachineGivesTheSameBits() {
    var random = RandomSource(seed: 1, stream: .clustering)
    let draws = (0..<10_000).map { _ in random.uniform() }
    #expect(digest(draws.map { Functions.exp(1460 * $0 - 748) }) == 0x1344_10e8_e7fa_1e26)
    #expect(digest(draws.map { Functions.log($0 / (1 - $0)) }) == 0xa463_f157_d10a_6b64)
    #expect(digest(draws.map { Functions.cosineOfTurns(16 * $0 - 8) }) == 0xeb7b_26d1_c396_0ca8)
    #expect(digest(draws.map { Functions.arctangent(16 * $0 - 8) }) == 0xaa55_48c5_22fc_f90d)
  }
}

/// The FNV-1a hash of the numbers' bits, word by word.
func digest(_ numbers: [Double]) -> UInt64 {
  numbers.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01b3 }
}
