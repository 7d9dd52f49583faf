import Testing

@testable import Experiments

struct StatisticsTests {
  /// Published values of t(0.975, n), such as NIST's Engineering Statistics Handbook, table 1.3.6.7.2.
  @Test(arguments: [
    (1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (5, 2.5706), (6, 2.4469), (9, 2.2622), (10, 2.2281),
    (29, 2.0452), (30, 2.0423), (100, 1.9840), (1000, 1.9623),
  ])
  func knowsStudentsQuantiles(_ degreesOfFreedom: Int, _ expected: Double) {
    #expect(abs(StudentT.quantile975(degreesOfFreedom: degreesOfFreedom) - expected) < 5.1e-5)
  }

  /// t(0.975, 2) has the closed form 0.95·sqrt(2 / (1 − 0.95²)).
  @Test func agreesWithTheClosedFormForTwoDegrees() {
    let exact = 0.95 * (2 / (1 - 0.95 * 0.95)).squareRoot()
    #expect(abs(StudentT.quantile975(degreesOfFreedom: 2) - exact) < 1e-9)
  }

  @Test func describesThreeValues() throws {
    let found = try #require(Statistics([3, 1, 2]))
    #expect(found.mean == 2)
    #expect(found.standardDeviation == 1)
    #expect((found.minimum, found.median, found.maximum) == (1, 2, 3))
    // 2 ± 4.3026527297 / √3
    let interval = try #require(found.interval)
    #expect(abs(interval.low - -0.48413771) < 1e-8)
    #expect(abs(interval.high - 4.48413771) < 1e-8)
  }

  @Test func takesTheMiddleOfTwoMedians() throws { #expect(try #require(Statistics([4, 1, 2, 9])).median == 3) }

  @Test func hasNoSpreadForOneValue() throws {
    let found = try #require(Statistics([0.7]))
    #expect(found.mean == 0.7)
    #expect(found.standardDeviation == nil)
    #expect(found.interval == nil)
  }

  @Test func hasNothingToSayOfNothing() { #expect(Statistics([]) == nil) }

  @Test func doesNotDependOnTheOrder() {
    #expect(Statistics([0.1, 0.7, 0.2, 1e-9]) == Statistics([1e-9, 0.7, 0.2, 0.1]))
  }

  @Test func equalValuesAreTheirOwnMean() throws {
    let found = try #require(Statistics([0.1, 0.1, 0.1]))
    #expect(found.mean == 0.1)
    #expect(found.standardDeviation == 0)
  }

  @Test func isNotANumberWithoutOne() throws {
    let found = try #require(Statistics([1, .nan]))
    #expect(found.mean.isNaN)
    #expect(found.median.isNaN)
  }
}
