import Catalogue
import Synchronization
import Testing

@testable import Federated

/// A simulation that goes on from a state gives the bits of one that never stopped.
@Suite struct ResumeTests {
  /// Everything that depends on order or on what was before: momentum, participants, selections, evaluations now and then.
  private static func settings(_ changes: [String: Value]) throws -> Settings {
    let base: [String: Value] = [
      "clients": .integer(8), "byzantine": .integer(1), "rounds": .integer(9), "local_epochs": .integer(1),
      "momentum": .number(0.5), "evaluate_every": .integer(2),
      "record": .list([.string("selection"), .string("masks")]),
      "attack": .string("fang-trim"),
    ]
    return try smallSettings(base.merging(changes) { $1 })
  }

  /// The rule with parameters under which its memory matters within nine rounds.
  private static func value(of rule: String) -> Value {
    if rule != "fldetector" { return .string(rule) }
    return .map([rule: .map(["window": .integer(2), "warm_up": .integer(1)])])
  }

  private func simulation(_ settings: Settings, stop: StopRequest = .none) throws -> Simulation {
    try Simulation(settings: settings, dataFolder: DataFolder("/nowhere"), stop: stop)
  }

  /// What is told until the end or a stop.
  private func play(_ simulation: Simulation, _ told: inout Told, states: inout [SimulationState]) throws {
    do {
      told.outcome = try simulation.run(
        onEvaluation: { told.metrics.append($0) }, onSelection: { told.selections.append($0) },
        onMasks: { told.masks.append($0) },
        onRound: { _ in states.append(simulation.state) })
    } catch is Stopped {
      told.outcome = simulation.state.outcome
    }
    told.parameters = simulation.parameters
  }

  private func checkEveryRound(of settings: Settings) throws {
    var (whole, states) = (Told(), [SimulationState]())
    try play(simulation(settings), &whole, states: &states)
    #expect(states.map(\.round) == Array(1...settings.rounds))
    for state in states {
      var (rest, later) = (Told(), [SimulationState]())
      let resumed = try simulation(settings)
      #expect(resumed.restore(state))
      #expect(resumed.parameters == state.parameters)
      try play(resumed, &rest, states: &later)
      #expect(rest.metrics == whole.metrics.filter { $0.round >= state.round }, "from \(state.round)")
      #expect(rest.selections == whole.selections.filter { $0.round >= state.round }, "from \(state.round)")
      #expect(rest.masks == whole.masks.filter { $0.round >= state.round }, "from \(state.round)")
      #expect(rest.parameters == whole.parameters, "from \(state.round)")
      #expect(rest.outcome == whole.outcome, "from \(state.round)")
      #expect(later == Array(states.dropFirst(state.round)), "from \(state.round)")
    }
  }

  @Test(arguments: Aggregators.all.map { $0.name })
  func everyRuleGoesOnToTheSameBits(_ rule: String) throws {
    try checkEveryRound(of: ResumeTests.settings(["aggregator": ResumeTests.value(of: rule)]))
  }

  @Test(arguments: Attacks.all.map { $0.name })
  func everyAttackGoesOnToTheSameBits(_ attack: String) throws {
    try checkEveryRound(
      of: ResumeTests.settings([
        "attack": .string(attack), "rounds": .integer(3), "byzantine": .integer(2),
        "aggregator": .string("trimmed-mean"),
      ]))
  }

  @Test func goesOnWhereFewOfTheClientsTakePart() throws {
    for rule in ["fldetector", "fedavg"] {
      try checkEveryRound(
        of: ResumeTests.settings([
          "aggregator": ResumeTests.value(of: rule), "clients_per_round": .integer(4), "rounds": .integer(5),
        ]))
    }
  }

  /// Otherwise the test above of `fldetector` would say nothing of its history.
  @Test func theDetectorScoresWithinTheRoundsOfTheseTests() throws {
    var (whole, states) = (Told(), [SimulationState]())
    try play(
      simulation(ResumeTests.settings(["aggregator": ResumeTests.value(of: "fldetector")])), &whole, states: &states)
    let scored = whole.selections.filter { $0.rows.allSatisfy { $0.score != nil } }
    #expect((scored.first?.round).map { $0 < 6 } == true)
    let last = try #require(states.last).memory
    #expect(last.matrices["steps"]?.rows == 2)
    #expect(last.matrices["updates"]?.rows == 8)
    // What it remembers decides: without it the same round gives other metrics.
    let resumed = try simulation(ResumeTests.settings(["aggregator": ResumeTests.value(of: "fldetector")]))
    var state = states[6]
    state.memory = RuleMemory()
    #expect(resumed.restore(state))
    var (rest, later) = (Told(), [SimulationState]())
    try play(resumed, &rest, states: &later)
    #expect(rest.selections != whole.selections.filter { $0.round >= 7 })
  }

  @Test func keepsItsRemarksAndItsDivergence() throws {
    var settings = try ResumeTests.settings([:])
    settings.aggregator = BreaksInRoundOne()
    var (whole, states) = (Told(), [SimulationState]())
    try play(simulation(settings), &whole, states: &states)
    #expect(whole.outcome.divergedAt == 1)
    #expect(whole.outcome.remarks.map(\.rounds) == [2])
    for state in states {
      var (rest, later) = (Told(), [SimulationState]())
      let resumed = try simulation(settings)
      #expect(resumed.restore(state))
      try play(resumed, &rest, states: &later)
      #expect(rest.metrics == whole.metrics.filter { $0.round >= state.round })
      #expect(rest.outcome == whole.outcome)
    }
  }

  /// A stop at any moment leaves the last whole round and tells nothing of the one that it broke.
  @Test(arguments: ["fldetector", "skymask", "fedavg"])
  func stopsBetweenAnyTwoBatches(_ rule: String) throws {
    let settings = try ResumeTests.settings([
      "aggregator": ResumeTests.value(of: rule), "attack": .string("lie-backdoor"), "byzantine": .integer(2),
      "rounds": .integer(4), "evaluate_every": .integer(1),
    ])
    let asked = Mutex(0)
    var (whole, states) = (Told(), [SimulationState]())
    let counting = StopRequest {
      asked.withLock { $0 += 1 }
      return false
    }
    try play(simulation(settings, stop: counting), &whole, states: &states)
    let all = asked.withLock { $0 }
    // Each of 8 clients has two batches or more.
    #expect(all > 4 * 8 * 2)
    var rounds: Set<Int> = []
    for limit in stride(from: 1, through: all, by: 7) {
      asked.withLock { $0 = 0 }
      let stop = StopRequest {
        asked.withLock { count in
          count += 1
          return count >= limit
        }
      }
      let stopped = try simulation(settings, stop: stop)
      var (told, before) = (Told(), [SimulationState]())
      try play(stopped, &told, states: &before)
      // Within a batch: it is not asked a second time.
      #expect(asked.withLock { $0 } == limit)
      #expect(stopped.state.round == before.count)
      #expect(told.metrics.map(\.round) == Array(0..<before.count))
      rounds.insert(before.count)
      let resumed = try simulation(settings)
      #expect(resumed.restore(stopped.state))
      try play(resumed, &told, states: &before)
      #expect(told == whole, "asked \(limit) times")
      #expect(before == states, "asked \(limit) times")
    }
    #expect(rounds == [0, 1, 2, 3])
  }

  @Test func refusesAStateOfAnotherSimulation() throws {
    let simulation = try simulation(ResumeTests.settings([:]))
    let before = simulation.state
    var state = before
    state.parameters.append(0)
    #expect(!simulation.restore(state))
    state = before
    state.round = 10
    #expect(!simulation.restore(state))
    state.round = -1
    #expect(!simulation.restore(state))
    #expect(simulation.state == before)
    state.round = 9
    #expect(simulation.restore(state))
  }
}
