import Testing

@testable import Federated

@Suite struct BulyanTests {
  private func aggregate(_ round: AggregatorRound, _ variant: Bulyan.Variant? = .published) throws -> Aggregate {
    var (bulyan, memory) = (Bulyan(), RuleMemory())
    bulyan.variant = variant
    return try bulyan.aggregate(round, memory: &memory)
  }

  @Test func ofThreeItIsTheOneThatKrumPicks() throws {
    let aggregate = try aggregate(.example(Matrix([[0, 0, 0], [0, 1, 0], [5, 5, 5]])))
    #expect(aggregate.update == [0, 0, 0])
    #expect(aggregate.kept == [true, false, false])
  }

  @Test func trimsWhatKrumPicks() throws {
    // f = 1: three of seven are picked, 3, 2 and 4 in some order, then the least and the largest go.
    let aggregate = try aggregate(.example(Matrix([[90], [1], [2.5], [3], [3.5], [5], [-90]]), byzantine: 1))
    #expect(aggregate.kept == [false, false, true, true, true, false, false])
    #expect(aggregate.update == [3])
  }

  @Test func thePapersTakesTheMeanAroundTheMedianOfMorePicks() throws {
    // f = 1: five of seven are picked, 3 first, whose four neighbours are 0.25 + 0.25 + 4 + 4 away. The median of the five
    // is 3, and 2.5, 3 and 3.5 lie nearest.
    let aggregate = try aggregate(.example(Matrix([[1], [2.5], [3], [3.5], [5], [90], [-90]]), byzantine: 1), .paper)
    #expect(aggregate.kept == [true, true, true, true, true, false, false])
    #expect(aggregate.update == [3])
    // By coordinate: of 0, 0, 1, 5 and 6 the three nearest to 1 are 0, 0 and 1; of 4, 4, 4, 4 and 0 the 4s.
    let spread = try self.aggregate(
      .example(Matrix([[0, 4], [0, 4], [1, 4], [5, 4], [6, 0], [500, 9], [-500, 9]]), byzantine: 1), .paper)
    #expect(spread.kept == [true, true, true, true, true, false, false])
    #expect(spread.update.count == 2 && abs(spread.update[0] - 1.0 / 3) < 1e-6 && spread.update[1] == 4)
    // Nobody malicious: all are picked, and the mean is everybody's.
    #expect(try self.aggregate(.example(Matrix([[0, 0, 0], [0, 1, 0], [6, 5, 9]])), .paper).update == [2, 2, 3])
  }

  @Test func theVariantFollowsTheProfile() throws {
    let updates = Matrix([[90], [1], [2.5], [3], [3.5], [7], [-90]])
    let (paper, published) = (
      try aggregate(.example(updates, byzantine: 1), .paper), try aggregate(.example(updates, byzantine: 1), .published)
    )
    #expect(paper.kept != published.kept)
    #expect(try aggregate(.example(updates, byzantine: 1), nil).kept == paper.kept)
    let official = try aggregate(.example(updates, byzantine: 1, quirks: [.trimmedBulyan]), nil)
    #expect(official.kept == published.kept && official.update == published.update)
    #expect(try aggregate(.example(updates, byzantine: 1, quirks: [.trimmedBulyan]), .paper).kept == paper.kept)
  }

  @Test func neverPicksAnUpdateThatIsNotFinite() throws {
    let aggregate = try aggregate(.example(Matrix([[.nan], [1], [2.5], [3], [3.5], [5], [6]]), byzantine: 1))
    #expect(aggregate.kept?.first == false)
    #expect(aggregate.update == [3])
    let spoilt = Matrix([[.nan], [.nan], [.nan], [.nan], [.nan], [1], [2]])
    #expect(throws: AggregationError.notFinite(rule: "bulyan")) {
      try self.aggregate(.example(spoilt, byzantine: 1))
    }
  }

  @Test func saysWhatItNeeds() {
    #expect(
      Bulyan().objection(clients: 20, byzantine: 5)
        == "bulyan needs clients >= 4 * byzantine + 3: 20 clients allow at most 4 malicious ones, not 5")
    #expect(Bulyan().objection(clients: 23, byzantine: 5) == nil)
    #expect(Bulyan().objection(clients: 2, byzantine: 0) == "bulyan needs at least 3 clients, not 2")
    let error = #expect(throws: AggregationError.self) {
      try aggregate(.example(.random(rows: 6, columns: 2), byzantine: 1))
    }
    #expect(
      error?.description == "bulyan needs at least 4 * byzantine + 3 updates, but 6 updates came and byzantine is 1")
  }
}
