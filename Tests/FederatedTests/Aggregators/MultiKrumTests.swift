import Testing

@testable import Federated

@Suite struct MultiKrumTests {
  private let three = Matrix([[0, 0, 0], [0, 1, 0], [5, 5, 5]])

  private func aggregate(_ rule: MultiKrum, _ round: AggregatorRound) throws -> Aggregate {
    var memory = RuleMemory()
    return try rule.aggregate(round, memory: &memory)
  }

  private func rule(_ selection: MultiKrum.Selection, m: Int? = nil, neighbours: Int? = nil) -> MultiKrum {
    var rule = MultiKrum()
    (rule.selection, rule.m, rule.neighbours) = (selection, m, neighbours)
    return rule
  }

  @Test func singlePassIsTheMeanOfTheBestScores() throws {
    // Scores to the nearest other: 1, 1, 66.
    let aggregate = try aggregate(rule(.singlePass, m: 2), .example(three))
    #expect(aggregate.update == [0, 0.5, 0])
    #expect(aggregate.kept == [true, true, false])
    #expect(try self.aggregate(rule(.singlePass), .example(three)).kept == [true, true, true])
  }

  @Test func iterativePicksWhileMoreThanTwoFAndTwoAreLeft() throws {
    #expect(try aggregate(MultiKrum(), .example(three)).kept == [true, false, false])
    let line = Matrix([[0], [1], [2], [4], [8], [16]])
    // f = 1: two of six are picked; first the one nearest to its three nearest others, 2: 4 + 1 + 4. Then two
    // neighbours each of 0, 1, 4, 8, 16 count: 1 + 16, 1 + 9, 9 + 16, …
    let picked = try aggregate(MultiKrum(), .example(line, byzantine: 1))
    #expect(picked.kept == [false, true, true, false, false, false])
    #expect(picked.update == [1.5])
  }

  @Test func iterativeScoresAnewWhatIsLeft() throws {
    let line = Matrix([[0], [1], [1.5], [10], [10.25], [10.375]])
    // 10.25 is 0.125 from 10.375, its nearest; without it 10 and 10.375 are as far from each other, and 10 is first.
    let anew = try aggregate(rule(.iterative, m: 2, neighbours: 1), .example(line))
    #expect(anew.kept == [false, false, false, true, true, false])
    let once = try aggregate(rule(.singlePass, m: 2, neighbours: 1), .example(line))
    #expect(once.kept == [false, false, false, false, true, true])
  }

  @Test func theZeroToItselfCountsUnderTheQuirk() throws {
    let line = Matrix([[0], [0.125], [10], [10.5], [11]])
    #expect(try aggregate(rule(.iterative, m: 1), .example(line, byzantine: 1)).update == [10.5])
    #expect(
      try aggregate(rule(.iterative, m: 1), .example(line, byzantine: 1, quirks: [.selfInKrumScore])).update == [0])
  }

  @Test func neverPicksAnUpdateThatIsNotFinite() throws {
    let updates = Matrix([[.nan], [1], [.infinity], [2], [4]])
    for selection in [MultiKrum.Selection.iterative, .singlePass] {
      let kept = try aggregate(rule(selection), .example(updates)).kept
      #expect(kept == [false, true, false, true, true])
    }
    #expect(throws: AggregationError.notFinite(rule: "multi-krum")) {
      try self.aggregate(MultiKrum(), .example(Matrix([[.nan], [.nan], [.infinity]])))
    }
  }

  @Test func saysWhatItNeeds() {
    #expect(
      MultiKrum().objection(clients: 10, byzantine: 4)
        == "multi-krum needs clients > 2 * byzantine + 2: 10 clients allow at most 3 malicious ones, not 4")
    #expect(MultiKrum().objection(clients: 11, byzantine: 4) == nil)
    #expect(MultiKrum().objection(clients: 2, byzantine: 0) == "multi-krum needs at least 3 clients, not 2")
    #expect(
      rule(.iterative, m: 8).objection(clients: 11, byzantine: 2)
        == "multi-krum can pick at most 7 of 11 updates, not 8")
    #expect(rule(.singlePass, m: 11).objection(clients: 11, byzantine: 2) == nil)
    let few = #expect(throws: AggregationError.self) { try aggregate(MultiKrum(), .example(three, byzantine: 1)) }
    #expect(
      few?.description
        == "multi-krum needs more than 2 * byzantine + 2 updates, but 3 updates came and byzantine is 1")
    let many = #expect(throws: AggregationError.self) { try aggregate(rule(.iterative, m: 2), .example(three)) }
    #expect(
      many?.description == "multi-krum needs at least 4 updates to pick 2, but 3 updates came and byzantine is 0")
  }
}
