package import Catalogue

/// Updates found by trial: directions that turn what the rule answers against what it would have answered.
///
/// Cao et al., "FLTrust: Byzantine-robust federated learning via trust bootstrapping", NDSS 2021, section V. With g the
/// rule's answer to honest updates, g' its answer to what comes, and s the sign of g, the attackers raise s·(g − g').
/// Each has a unit direction e. In each of `sweeps` sweeps, one attacker after the other takes `steps` steps: along a
/// random unit direction v the slope of h = s·(g − g') is (h(e + γv) − h(e))/γ, e moves by η · slope · v, and is scaled
/// to length 1. FLTrust (the default of `against`) scales what comes to the root update's length, and so do the
/// attackers; against the mean they take the known updates' mean length.
///
/// Departs from the paper: e starts at the best of 17 points from the direction of Fang's trim attack, where FLTrust's
/// weight is often 0 and so is every slope, to that of the attacker's own update; v has uniform entries and is scaled to
/// length 1; a step that would lower h is not taken; γ and η are the published code's 0.1. Cosines are over all
/// coordinates. Known updates that hold a NaN or infinity are left out. When none is left, or the rule's answer to them
/// is zero, the attackers send their own. Quirk: `attack-sees-root`.
///
/// - Throws: `AttackError.needsRootUpdate` against FLTrust.
/// - Complexity: O((n + f · sweeps · steps) · d) time, O(f · d) extra space.
package struct Adaptive: Attack {
  package static let name = "adaptive"
  package static let summary = "directions found by trial that turn a known rule's answer round"
  package static let source =
    "Cao et al., FLTrust: Byzantine-robust federated learning via trust bootstrapping, NDSS 2021"
  package static let departures =
    "starts between Fang's trim attack and the attacker's own update; trial directions have uniform entries and"
    + " length 1; a step that would lower the gain is not taken"
  package static let parameters = [
    Parameter("against", .choice(Target.allCases.map(\.rawValue)), "the rule that it is made for"),
    Parameter("gamma", .number(.positive), "length of a trial step"),
    Parameter("eta", .number(.positive), "length of a step for a slope of 1"),
    Parameter("steps", .integer(1...100_000), "steps of an attacker in a sweep"),
    Parameter("sweeps", .integer(1...100_000), "sweeps over the attackers"),
    Knowledge.parameter,
  ]

  /// The rule that the attack is made for.
  package enum Target: String, Codable, Sendable, CaseIterable {
    case fltrust, mean
  }

  package var against = Target.fltrust
  package var gamma = 0.1
  package var eta = 0.1
  package var steps = 10
  package var sweeps = 10
  package var knowledge = Knowledge.all

  package init() {}

  package var needsRootUpdate: Bool { against == .fltrust }

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func work(_ size: RoundSize) -> RoundWork {
    // A direction of Fang's trim attack for each attacker, and then every step's.
    RoundWork(
      values: 5 * size.values, draws: size.byzantine * Double(1 + sweeps * steps) * size.parameters)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    if against == .fltrust, round.rootUpdate == nil { throw AttackError.needsRootUpdate(attack: Self.name) }
    guard round.byzantine > 0, var search = AdaptiveSearch(round, self) else { return round.updates }
    var random = Self.random(round)
    for _ in 0..<sweeps {
      for attacker in 0..<round.byzantine {
        for _ in 0..<steps { search.step(attacker, gamma: gamma, eta: eta, &random[attacker]) }
      }
    }
    var crafted = round.updates
    for attacker in 0..<round.byzantine {
      crafted.withMutableRow(attacker) { row in
        for k in row.indices { row[k] = search.directions[attacker][k] * Float(search.length) }
      }
    }
    return crafted
  }

  /// The numbers of each attacker's steps: its own, and none of those that the trim attack draws for the start.
  static func random(_ round: AttackRound) -> [RandomSource] {
    (0..<round.byzantine).map { round.random.numbered($0 + 1) }
  }
}
