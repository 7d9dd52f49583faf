/// Where a simulation stands between two rounds: all that the rounds to come depend on beside the settings and the data.
///
/// Random numbers are functions of the round, clients start each round anew, and attacks keep nothing between rounds: one
/// that does must get a memory here, as rules have.
package struct SimulationState: Sendable, Equatable {
  /// The rounds done, and so the number of the next one.
  package var round: Int
  /// The model, w, d floats.
  package var parameters: [Float]
  /// What the rule carries on.
  package var memory: RuleMemory
  /// What is to be told of the rounds done.
  package var outcome: Outcome

  package init(
    round: Int, parameters: [Float], memory: RuleMemory = RuleMemory(), outcome: Outcome = Outcome()
  ) {
    self.round = round
    self.parameters = parameters
    self.memory = memory
    self.outcome = outcome
  }
}

/// A wish that a simulation ends before its last round; asked for between batches.
package struct StopRequest: Sendable {
  package static let none = StopRequest { false }

  private let isMade: @Sendable () -> Bool

  package init(isMade: @escaping @Sendable () -> Bool) { self.isMade = isMade }

  /// - Throws: `Stopped` when the wish was made.
  func check() throws {
    if isMade() { throw Stopped() }
  }
}

/// A simulation was stopped; its `state` is that after the last whole round.
package struct Stopped: Error, Equatable {}
