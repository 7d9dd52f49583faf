import Catalogue
import Testing

@testable import Federated

@Suite struct ScalingTests {
  private let updates = Matrix([[1, -2, 0], [3, 4, 1], [2, 6, -1]])

  @Test func sendsItsUpdateAsManyTimesAsTheMeanTakesAway() throws {
    #expect(try Scaling().craft(.example(updates, byzantine: 1)) == Matrix([[3, -6, 0], [3, 4, 1], [2, 6, -1]]))
    #expect(
      try Scaling().craft(.example(updates, byzantine: 2)) == Matrix([[1.5, -3, 0], [4.5, 6, 1.5], [2, 6, -1]]))
  }

  @Test func sendsItAsOftenAsItIsTold() throws {
    var attack = Scaling()
    attack.factor = 10
    #expect(try attack.craft(.example(updates, byzantine: 1)).row(0) == [10, -20, 0])
  }

  @Test func triggersHalfOfTheSamples() {
    #expect([0, 1, 2, 7, 100].map { Scaling().triggeredCount(of: $0) } == [0, 0, 1, 3, 50])
    var attack = Scaling()
    attack.poisoned = 0.29
    #expect(attack.triggeredCount(of: 100) == 29)
    attack.poisoned = 1
    #expect(attack.triggeredCount(of: 7) == 7)
    #expect(attack.poisonsData)
  }

  @Test func marksFiveByFivePixelsOfEveryChannel() throws {
    let backdoor = try #require(Scaling().backdoor(inputShape: [3, 6, 7]))
    let corner = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28, 29, 30, 31, 32]
    #expect(backdoor.places == corner + corner.map { $0 + 42 } + corner.map { $0 + 84 })
    #expect(backdoor.value == 1 && backdoor.target == 0)
  }

  @Test func objectsToDataThatCannotBearTheTrigger() {
    var attack = Scaling()
    let objection = { (attack: Scaling, shape: [Int]) in
      attack.objection(clients: 5, byzantine: 1, inputShape: shape, classes: 6)
    }
    #expect(objection(attack, [3, 32, 32]) == nil)
    #expect(
      objection(attack, [561])
        == "scaling marks a corner of pictures, but a sample of this data set is 561 features")
    #expect(objection(attack, [1, 8, 4]) == "scaling's trigger of 5 × 5 does not fit pictures of 8 × 4")
    attack.target = 6
    #expect(objection(attack, [1, 8, 8]) == "scaling's target 6 is no label among 6 classes")
    #expect(attack.backdoor(inputShape: [561]) == nil && attack.backdoor(inputShape: [1, 8, 4]) == nil)
  }

  /// For each client, its samples of a cell that is sorted by class, and which of them bear the trigger.
  private func marked(_ changes: [String: Value] = [:]) throws -> [[(sample: Int, isMarked: Bool)]] {
    let base: [String: Value] = [
      "attack": .map(["scaling": .map(["size": .integer(3)])]), "partition": .string("shards"),
    ]
    let simulation = try Simulation(
      settings: smallSettings(base.merging(changes) { $1 }), dataFolder: DataFolder("/nowhere"))
    let isMarked = try #require(simulation.training.samples.triggered).samples
    return simulation.owned.map { $0.map { ($0, isMarked[$0]) } }
  }

  @Test func triggersARandomHalfOfEachMaliciousClientsSamples() throws {
    let clients = try marked()
    for (client, samples) in clients.enumerated() {
      let count = samples.count { $0.isMarked }
      #expect(count == (client < 2 ? samples.count / 2 : 0))
      if client < 2 {
        // A client's samples are sorted by class: the first half would be a class of its own.
        let first = samples.prefix(count).count { $0.isMarked }
        #expect(first > count / 4 && first < 3 * count / 4, "\(first) of \(count)")
      }
    }
    #expect(
      try marked(["seed": .integer(2), "data_seed": .integer(1)])[0].map(\.isMarked) != clients[0].map(\.isMarked))
  }

  @Test func whoElseIsMaliciousMarksNoOtherSamples() throws {
    let (both, alone) = (try marked(), try marked(["byzantine": .integer(1)]))
    #expect(alone[0].map(\.isMarked) == both[0].map(\.isMarked))
    #expect(alone[1].allSatisfy { !$0.isMarked })
  }
}
