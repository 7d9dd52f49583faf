import Testing

@testable import Federated

@Suite struct BulyanTests {
  private func aggregate(_ round: AggregatorRound) throws -> Aggregate {
    var memory = RuleMemory()
    return try Bulyan().aggregate(round, memory: &memory)
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
