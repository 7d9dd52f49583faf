@testable import NeuralNet
import Testing

@testable import Federated

@Suite struct TolpeginTests {
  private func aggregate(_ round: AggregatorRound, _ layer: Tolpegin.Layer = .all) throws -> Aggregate {
    var rule = Tolpegin()
    rule.layer = layer
    var memory = RuleMemory()
    return try rule.aggregate(round, memory: &memory)
  }

  @Test func keepsTheLargerGroup() throws {
    let aggregate = try aggregate(.example(Matrix([[5, 5, 5], [0, 0, 0], [0, 1, 0]])))
    #expect(aggregate.kept == [false, true, true])
    #expect(aggregate.update == [0, 0.5, 0])
  }

  @Test func ofTwoGroupsOfOneSizeTheTighterIsKept() throws {
    #expect(try aggregate(.example(Matrix([[0], [2], [10], [11]]))).kept == [false, false, true, true])
  }

  @Test func comparesTheLastLayerAlone() throws {
    var round = AggregatorRound.example(Matrix([[90, 0, 0], [-90, 0, 1], [0, 8, 8], [80, 1, 0], [0, 0, 0]]))
    round.layout = ParameterLayout(tensors: [
      .init(name: "first", shape: [1], kind: .weight, offset: 0, fanIn: 1),
      .init(name: "last", shape: [1], kind: .weight, offset: 1, fanIn: 1),
      .init(name: "bias", shape: [1], kind: .vector, offset: 2, fanIn: 1),
    ])
    #expect(try aggregate(round, .last).kept == [true, true, false, true, true])
    #expect(try aggregate(round, .all).kept != [true, true, false, true, true])
  }

  @Test func keepsAllWhoAreEqual() throws {
    let aggregate = try aggregate(.example(Matrix([[3, 1], [3, 1], [3, 1]])))
    #expect(aggregate.kept == [true, true, true])
    #expect(aggregate.update == [3, 1])
  }

  @Test func rejectsWhoIsNotFinite() throws {
    let aggregate = try aggregate(.example(Matrix([[.nan], [0], [0.5], [.infinity], [9]])))
    #expect(aggregate.kept == [false, true, true, false, false])
    #expect(throws: AggregationError.notFinite(rule: "tolpegin")) {
      try self.aggregate(.example(Matrix([[.nan]])))
    }
  }
}
