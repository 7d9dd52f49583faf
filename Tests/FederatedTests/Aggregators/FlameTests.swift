import Testing

@testable import Federated

@Suite struct FlameTests {
  private let three = Matrix([[1, 0, 0], [3, 0, 0], [0, 2, 0]])

  private func aggregate(
    _ updates: Matrix, noise: Bool = false, rate: Double = 1, quirks: Set<Quirk> = []
  ) throws -> Aggregate {
    var rule = Flame()
    rule.noise = noise
    var memory = RuleMemory()
    var round = AggregatorRound.example(updates, quirks: quirks)
    round.globalLearningRate = rate
    return try rule.aggregate(round, memory: &memory)
  }

  @Test func keepsTheLargerDirectionAndClipsToTheMedianLength() throws {
    let aggregate = try aggregate(three)
    #expect(aggregate.kept == [true, true, false])
    #expect(aggregate.update == [1.5, 0, 0])
  }

  @Test func clipsToTheLowerMedianOfAnEvenNumber() throws {
    let aggregate = try aggregate(Matrix([[1, 0], [2, 0], [3, 0], [0, 9]]))
    #expect(aggregate.kept == [true, true, true, false])
    #expect(abs(aggregate.update[0] - 5.0 / 3) < 1e-6)
  }

  /// The sample deviation of 4,000 numbers is within 4 % of theirs.
  @Test func noiseOnTheModelHasTheIntendedDeviationOrItsSquare() throws {
    let updates = Matrix(rows: 5, columns: 4000, values: [Float](repeating: 10, count: 20_000))
    // The length of each is 10·√4000 = 632.46; √(2 ln 125) / 3000 of it is 0.6551.
    for rate in [1, 0.6] {
      for isSquared in [false, true] {
        let reach = 0.6551 * rate
        let deviation = isSquared ? reach * reach : reach
        // The server multiplies the update, noise and all, by its rate.
        let update = try aggregate(
          updates, noise: true, rate: rate, quirks: isSquared ? [.squaredFlameNoise] : []
        ).update
        let noise: [Double] = update.map { rate * (Double($0) - 10) }
        let squares: Double = noise.reduce(0) { $0 + $1 * $1 } / 4000
        #expect(abs(squares.squareRoot() - deviation) < 0.04 * deviation)
        let mean: Double = noise.reduce(0, +) / 4000
        #expect(abs(mean) < 4 * deviation / 63)
      }
    }
  }

  @Test func rejectsWhoIsNotFinite() throws {
    let aggregate = try aggregate(Matrix([[1, 0], [.nan, 0], [2, 0], [3, 0], [.infinity, 1]]))
    #expect(aggregate.kept == [true, false, true, true, false])
    #expect(throws: AggregationError.notFinite(rule: "flame")) {
      try self.aggregate(Matrix([[.nan], [.infinity]]))
    }
  }

  @Test func zerosHaveNoDirection() throws {
    let aggregate = try aggregate(Matrix([[0, 0], [1, 0], [1, 0.01], [1, -0.01], [0, 0]]))
    #expect(aggregate.kept == [false, true, true, true, false])
  }

  @Test func oneClientIsACluster() throws {
    #expect(try aggregate(Matrix([[1, 2]])).update == [1, 2])
  }
}
