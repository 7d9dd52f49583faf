package import Catalogue

/// What the malicious clients do: change their samples before round 0, or replace their updates every round.
///
/// Contract: `craft` returns as many rows as it was given, with rows f... untouched (under the quirk `added-attackers`
/// f crafted rows in front of all n); a NaN or infinity in the updates never traps; the same inputs give the same bits.
package protocol Attack: Component {
  /// Whether a malicious client's samples may be changed by `poison`.
  var poisonsData: Bool { get }
  /// A reason why this attack cannot be run on such data or so many clients, for `skymask check`; nil when it can.
  func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String?
  /// A malicious client's labels after poisoning; called once, before round 0.
  func poison(labels: inout [UInt8], classes: Int)
  /// What the server receives in place of `round.updates`.
  func craft(_ round: AttackRound) throws -> Matrix
}

extension Attack {
  package var poisonsData: Bool { false }
  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? { nil }
  package func poison(labels: inout [UInt8], classes: Int) {}
  package func craft(_ round: AttackRound) throws -> Matrix { round.updates }
}

/// What an attack knows in one round.
package struct AttackRound {
  /// n × d, the honest updates of all participants, the malicious ones' own honest updates in rows 0..<byzantine.
  package var updates: Matrix
  package var byzantine: Int
  /// The server's update from the root set, d; seen only under the quirk `attack-sees-root`.
  package var rootUpdate: [Float]?
  package var quirks: Set<Quirk>
  /// Numbers of (seed, stream `attack`, round).
  package var random: RandomSource
}
