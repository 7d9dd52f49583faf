import Testing

@testable import Federated

@Suite struct AggregatorTests {
  private let updates = Matrix([[1, 2, 3], [3, 2, 1], [2, 5, -1]])

  private func aggregate(_ rule: any Aggregator, _ round: AggregatorRound) throws -> Aggregate {
    var memory = RuleMemory()
    return try rule.aggregate(round, memory: &memory)
  }

  // MARK: FedAvg

  @Test func fedAvgIsTheMean() throws {
    #expect(try aggregate(FedAvg(), .example(updates)).update == [2, 3, 1])
  }

  @Test func weightedFedAvgCountsSamples() throws {
    var rule = FedAvg()
    rule.weighted = true
    var round = AggregatorRound.example(updates)
    round.sampleCounts = [1, 1, 2]
    let aggregate = try aggregate(rule, round)
    #expect(aggregate.update == [2, 3.5, 0.5])
    #expect(aggregate.weights == [0.25, 0.25, 0.5])
    round.sampleCounts = [1, 1]
    let error = #expect(throws: AggregationError.self) { try self.aggregate(rule, round) }
    #expect(error?.description == "fedavg weighted by samples needs the number of samples behind each of the 3 updates")
  }

  // MARK: TrimmedMean

  @Test func trimmedMeanLeavesOutTheEnds() throws {
    #expect(try aggregate(TrimmedMean(), .example(updates, byzantine: 1)).update == [2, 2, 1])
  }

  @Test func trimmedMeanOfAFractionTakesItRoundedDown() throws {
    var rule = TrimmedMean()
    rule.fraction = 0.4
    #expect(try aggregate(rule, .example(updates)).update == [2, 2, 1])
    rule.fraction = 0.29
    #expect(rule.trim(clients: 100, byzantine: 3) == 29)
    #expect(rule.trim(clients: 3, byzantine: 1) == 0)
  }

  @Test func trimmedMeanTrimsNaNAndInfinityAway() throws {
    let spoilt = Matrix([[.nan, .infinity], [1, 1], [2, 2], [3, 3], [-.infinity, .nan]])
    #expect(try aggregate(TrimmedMean(), .example(spoilt, byzantine: 2)).update == [2, 3])
  }

  @Test func trimmedMeanOfTooFewIsRefused() {
    #expect(throws: AggregationError.self) { try aggregate(TrimmedMean(), .example(updates, byzantine: 2)) }
    #expect(
      TrimmedMean().objection(clients: 4, byzantine: 2)
        == "nothing is left of 4 values without the 2 least and largest")
    #expect(TrimmedMean().objection(clients: 5, byzantine: 2) == nil)
  }

  // MARK: Krum

  @Test func krumPicksTheUpdateNearestToOthersAndTheFirstOfEquals() throws {
    let aggregate = try aggregate(Krum(), .example(Matrix([[0, 0, 0], [0, 1, 0], [5, 5, 5]])))
    #expect(aggregate.update == [0, 0, 0])
    #expect(aggregate.kept == [true, false, false])
    let scores = try #require(aggregate.scores)
    for (score, expected) in zip(scores, [1, 1, 66.0]) { #expect(abs((score ?? 0) - expected) < 1e-12) }
  }

  @Test func krumThatCountsTheZeroToItselfSumsOneNeighbourLess() throws {
    let line = Matrix([[0], [0.125], [10], [10.5], [11]])
    #expect(try aggregate(Krum(), .example(line, byzantine: 1)).update == [10.5])
    #expect(try aggregate(Krum(), .example(line, byzantine: 1, quirks: [.selfInKrumScore])).update == [0])
  }

  @Test func krumSumsAsManyNeighboursAsAsked() throws {
    var rule = Krum()
    rule.neighbours = 1
    let line = Matrix([[0], [0.125], [10], [10.5], [11]])
    #expect(try aggregate(rule, .example(line, byzantine: 1)).update == [0])
  }

  @Test func krumNeverPicksAnUpdateThatIsNotFinite() throws {
    let updates = Matrix([[.nan], [1], [.infinity], [2], [4]])
    let aggregate = try aggregate(Krum(), .example(updates, byzantine: 1))
    #expect(aggregate.update == [2])
    #expect(aggregate.scores?.first == .infinity)
    #expect(throws: AggregationError.notFinite(rule: "krum")) {
      try self.aggregate(Krum(), .example(Matrix([[.nan], [.nan], [.infinity]])))
    }
  }

  @Test func krumLooksAtDistanceColumnsAlone() throws {
    var round = AggregatorRound.example(Matrix([[0, 50], [0, 0], [1, 0], [1.5, 0]]))
    #expect(try aggregate(Krum(), round).update == [1, 0])
    round.distanceColumns = 0..<1
    #expect(try aggregate(Krum(), round).update == [0, 50])
  }

  @Test func krumSaysWhatItNeeds() {
    #expect(
      Krum().objection(clients: 10, byzantine: 4)
        == "krum needs clients > 2 * byzantine + 2: 10 clients allow at most 3 malicious ones, not 4")
    #expect(Krum().objection(clients: 11, byzantine: 4) == nil)
    #expect(Krum().objection(clients: 2, byzantine: 0) == "krum needs at least 3 clients, not 2")
    var many = Krum()
    many.neighbours = 10
    #expect(many.objection(clients: 10, byzantine: 1) == "krum cannot have 10 neighbours among 10 clients")
    let error = #expect(throws: AggregationError.self) { try aggregate(Krum(), .example(updates, byzantine: 1)) }
    #expect(
      error?.description
        == "krum needs more than 2 * byzantine + 2 updates, but 3 updates came and byzantine is 1")
  }

  // MARK: FLTrust

  @Test func flTrustWeighsByCosineAndScalesToTheRoot() throws {
    let updates = Matrix([[1, 0, 0], [0, 3, 0], [-1, 0, 0], [3, 4, 0]])
    let aggregate = try aggregate(FLTrust(), .example(updates, root: [2, 0, 0]))
    for (value, expected) in zip(aggregate.update, [1.7, 0.6, 0] as [Float]) { #expect(abs(value - expected) < 1e-6) }
    for (weight, expected) in zip(aggregate.weights ?? [], [0.625, 0, 0, 0.375]) {
      #expect(abs(weight - expected) < 1e-12)
    }
    #expect(aggregate.scores?.count == 4)
  }

  @Test func flTrustGivesNothingToWhoIsNotFinite() throws {
    let updates = Matrix([[.nan, 0], [1, 0], [.infinity, 1]])
    let aggregate = try aggregate(FLTrust(), .example(updates, root: [2, 0]))
    #expect(aggregate.update == [2, 0])
    #expect(aggregate.weights == [0, 1, 0])
  }

  @Test func flTrustComparesDistanceColumnsAndAddsAll() throws {
    var round = AggregatorRound.example(Matrix([[1, 100], [1, .nan], [-1, 4]]), root: [2, 5])
    round.distanceColumns = 0..<1
    let aggregate = try aggregate(FLTrust(), round)
    #expect(aggregate.update == [2, 200])
    #expect(aggregate.weights == [1, 0, 0])
  }

  @Test func flTrustThatTrustsNobodyStandsStill() throws {
    let aggregate = try aggregate(FLTrust(), .example(Matrix([[-1, 0]]), root: [1, 0]))
    #expect(aggregate.update == [0, 0])
    #expect(aggregate.note == "no update points the root update's way")
  }

  @Test func flTrustNeedsARootUpdate() {
    let error = #expect(throws: AggregationError.self) { try aggregate(FLTrust(), .example(updates)) }
    #expect(error?.description == "fltrust needs a root update")
    #expect(FLTrust.needsRootUpdate)
  }
}
