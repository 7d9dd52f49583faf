import Catalogue
import Testing

@testable import Federated

@Suite struct SimulationTests {
  @Test func averagingLearns() throws {
    let told = try run(smallSettings(["rounds": .integer(8)]))
    #expect(told.metrics.map(\.round) == Array(0..<8))
    let accuracy = told.metrics.compactMap(\.testAccuracy)
    #expect((accuracy.last ?? 0) > 0.6)
    #expect((accuracy.last ?? 0) > (accuracy.first ?? 1) - 0.01)
    let losses = told.metrics.compactMap(\.testLoss)
    #expect((losses.last ?? 9) < (losses.first ?? 0) - 0.1)
    #expect(told.metrics.allSatisfy { ($0.updateNorm ?? 0) > 0 })
    #expect(told.outcome == Outcome())
  }

  @Test func theSameSettingsGiveTheSameBits() throws {
    let settings = try smallSettings(["clients_per_round": .integer(4), "momentum": .number(0.5)])
    #expect(try run(settings) == run(settings))
  }

  @Test func anotherSeedGivesOtherNumbers() throws {
    let first = try run(smallSettings())
    let other = try run(smallSettings(["seed": .integer(2)]))
    #expect(first.metrics != other.metrics)
    #expect(first.parameters != other.parameters)
  }

  @Test func theDataSeedFixesTheDataAlone() throws {
    let simulation = { (changes: [String: Value]) in
      try Simulation(settings: smallSettings(changes), dataFolder: DataFolder("/nowhere"))
    }
    let first = try simulation([:])
    let sameData = try simulation(["seed": .integer(2), "data_seed": .integer(1)])
    #expect(sameData.owned == first.owned)
    #expect(sameData.root.indices == first.root.indices)
    #expect(sameData.parameters != first.parameters)
    let otherData = try simulation(["data_seed": .integer(2)])
    #expect(otherData.owned != first.owned)
    #expect(otherData.root.indices != first.root.indices)
    #expect(otherData.parameters == first.parameters)
  }

  @Test func theModelStepsByTheAnswer() throws {
    // One client that owns all and a rule that answers its update: w moves by global_lr times what training moved it.
    let one: [String: Value] = [
      "clients": .integer(1), "byzantine": .integer(0), "rounds": .integer(1), "partition": .string("iid"),
    ]
    let whole = try Simulation(settings: smallSettings(one), dataFolder: DataFolder("/nowhere"))
    let half = try Simulation(
      settings: smallSettings(one.merging(["global_lr": .number(0.5)]) { $1 }), dataFolder: DataFolder("/nowhere"))
    let start = whole.parameters
    var norm = 0.0
    _ = try whole.run { norm = $0.updateNorm ?? 0 }
    _ = try half.run { _ in }
    var squares = 0.0
    for index in start.indices {
      let step = start[index] - whole.parameters[index]
      #expect(abs(start[index] - half.parameters[index] - step / 2) < 1e-6)
      squares += Double(step * step)
    }
    #expect(norm > 0.01)
    #expect(abs(squares.squareRoot() / norm - 1) < 1e-4)
  }

  @Test func tellsTheRuleWhatArrived() throws {
    var settings = try smallSettings(["assumed_byzantine": .integer(1), "rounds": .integer(2)])
    settings.aggregator = TellingRule()
    #expect(
      try run(settings).outcome.remarks == [
        Outcome.Remark(text: "6 rows, 1 assumed, columns 0..<260, rate 0.1", firstRound: 0, rounds: 2)
      ])
  }

  @Test func tellsTheRuleHowManySamplesStandBehindAnUpdate() throws {
    var settings = try smallSettings(["rounds": .integer(1)])
    settings.aggregator = TellingRule(topic: .samples)
    let simulation = try Simulation(settings: settings, dataFolder: DataFolder("/nowhere"))
    let counts = simulation.owned.map(\.count)
    #expect(counts.reduce(0, +) == 300)
    #expect(try run(settings).notes == ["\(counts)"])
    settings.attack = SendsZeros()
    settings.quirks = [.addedAttackers]
    #expect(try run(settings).notes == ["\(counts.prefix(2) + counts)"])
  }

  @Test func theServerTrainsLikeAClientOnItsOwnSamples() throws {
    var settings = try smallSettings(["rounds": .integer(2)])
    settings.aggregator = TellingRule(topic: .root)
    let first = try run(settings).notes
    #expect(first.count == 2)
    settings.rootSize = 44
    let larger = try run(settings).notes
    #expect(first[0] != larger[0])
    settings.attack = SendsRoot()
    settings.quirks = [.attackSeesRoot]
    settings.aggregator = TellingRule(topic: .rows)
    let seen = try run(settings).notes[0].split(separator: " ")
    #expect(String(seen[0]) == larger[0])
  }

  @Test func theAttackSeesTheRootUpdateOnlyByItsQuirk() throws {
    var settings = try smallSettings(["rounds": .integer(1)])
    settings.attack = SendsRoot()
    settings.aggregator = TellingRule(topic: .rows)
    let zeros = fingerprint([Float](repeating: 0, count: 260))
    let unseen = try run(settings).notes[0].split(separator: " ")
    #expect(unseen[0] == zeros)
    settings.quirks = [.attackSeesRoot]
    let seen = try run(settings).notes[0].split(separator: " ")
    #expect(seen[0] != zeros)
    #expect(seen.dropFirst() == unseen.dropFirst())
  }

  @Test func poisonChangesTheMaliciousClientsAlone() throws {
    var settings = try smallSettings(["rounds": .integer(1)])
    settings.aggregator = TellingRule(topic: .rows)
    let honest = try run(settings).notes[0].split(separator: " ")
    settings.attack = AllZeroLabels()
    let poisoned = try run(settings).notes[0].split(separator: " ")
    #expect(zip(honest, poisoned).map { $0 == $1 } == [false, false, true, true, true, true])
  }

  @Test func drawsTheParticipantsOfEachRound() throws {
    var settings = try smallSettings([
      "clients_per_round": .integer(3), "rounds": .integer(20), "record": .list([.string("selection")]),
    ])
    settings.aggregator = OddRows()
    let drawn = try run(settings).selections.map { $0.rows.compactMap(\.client) }
    #expect(drawn.count == 20)
    #expect(drawn.allSatisfy { $0.count == 3 && $0 == Set($0).sorted() })
    #expect(Set(drawn).count > 5)
    #expect(Set(drawn.joined()) == Set(0..<6))
  }

  @Test func aParticipantTrainsTheSameWhoeverElseIsDrawn() throws {
    var settings = try smallSettings(["rounds": .integer(1), "record": .list([.string("selection")])])
    settings.aggregator = TellingRule(topic: .rows)
    let all = try run(settings).notes[0].split(separator: " ")
    settings.clientsPerRound = 3
    let some = try run(settings).notes[0].split(separator: " ")
    settings.aggregator = OddRows()
    let drawn = try run(settings).selections[0].rows.compactMap(\.client)
    #expect(some == drawn.map { all[$0] })
  }

  @Test func refusesWhatTheRuleObjectsTo() throws {
    let settings = try smallSettings(["aggregator": .string("krum")])
    let text = settings.aggregator.objection(clients: 6, byzantine: 2)
    let error = #expect(throws: SimulationError.self) {
      try Simulation(settings: settings, dataFolder: DataFolder("/nowhere"))
    }
    #expect(text != nil)
    #expect(error?.description == text)
  }

  @Test func saysWhichPhaseBegins() throws {
    var phases: [Simulation.Phase] = []
    let simulation = try Simulation(
      settings: smallSettings(["rounds": .integer(3), "evaluate_every": .integer(2)]),
      dataFolder: DataFolder("/nowhere"))
    _ = try simulation.run(onEvaluation: { _ in }, onPhase: { phases.append($0) })
    let round: [Simulation.Phase] = [.training, .attack, .aggregation]
    #expect(phases == round + [.evaluation] + round + round + [.evaluation])
  }

  @Test func stopsWhenToldTo() throws {
    struct Enough: Error {}
    var rounds: [Int] = []
    let simulation = try Simulation(
      settings: smallSettings(["rounds": .integer(9)]), dataFolder: DataFolder("/nowhere"))
    #expect(throws: Enough.self) {
      try simulation.run(
        onEvaluation: { _ in },
        onRound: {
          rounds.append($0)
          if $0 == 2 { throw Enough() }
        })
    }
    #expect(rounds == [1, 2])
  }
}
