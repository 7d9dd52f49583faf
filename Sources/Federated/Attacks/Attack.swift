package import Catalogue

/// What the malicious clients do: change their samples before round 0, or replace their updates every round.
///
/// Contract: `craft` returns as many rows as it was given, with rows f... untouched (under the quirk `added-attackers`
/// it may put f crafted rows in front of all n); a NaN or infinity in the updates never traps; the same inputs give the
/// same bits; what a round lacks is an `AttackError`.
package protocol Attack: Component {
  /// Whether a malicious client's samples may be changed, by `poison` or by the trigger.
  var poisonsData: Bool { get }
  /// Whether `craft` reads the server's own update, quirk or not, so that the server must train for it.
  var needsRootUpdate: Bool { get }
  /// A reason why this attack cannot be run on such data or so many clients, for `skymask check`; nil when it can.
  func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String?
  /// A malicious client's labels after poisoning; called once, before round 0.
  func poison(labels: inout [UInt8], classes: Int)
  /// The trigger and what it is to be taken for; nil when the attack is no backdoor, or has `objection`s to the shape.
  func backdoor(inputShape: [Int]) -> Backdoor?
  /// How many of a malicious client's `samples`, drawn at random, bear the trigger and its label in honest training.
  func triggeredCount(of samples: Int) -> Int
  /// What crafting a round's updates takes.
  func work(_ size: RoundSize) -> RoundWork
  /// What the server receives in place of `round.updates`.
  func craft(_ round: AttackRound) throws -> Matrix
}

extension Attack {
  package var poisonsData: Bool { false }
  package var needsRootUpdate: Bool { false }
  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? { nil }
  package func poison(labels: inout [UInt8], classes: Int) {}
  package func backdoor(inputShape: [Int]) -> Backdoor? { nil }
  package func triggeredCount(of samples: Int) -> Int { 0 }
  package func work(_ size: RoundSize) -> RoundWork { RoundWork() }
  package func craft(_ round: AttackRound) throws -> Matrix { round.updates }
}

/// What an attack knows in one round.
package struct AttackRound {
  /// n × d, the honest updates of all participants, the malicious ones' own honest updates in rows 0..<byzantine.
  package var updates: Matrix
  package var byzantine: Int
  /// The server's update from the root set, d; there under the quirk `attack-sees-root`, and for who needs it.
  package var rootUpdate: [Float]?
  package var quirks: Set<Quirk>
  /// Numbers of (seed, stream `attack`, round).
  package var random: RandomSource
  /// Nil where there are updates and nothing else.
  package var training: (any AttackTraining)?

  package init(
    updates: Matrix, byzantine: Int, rootUpdate: [Float]? = nil, quirks: Set<Quirk> = [], random: RandomSource,
    training: (any AttackTraining)? = nil
  ) {
    self.updates = updates
    self.byzantine = byzantine
    self.rootUpdate = rootUpdate
    self.quirks = quirks
    self.random = random
    self.training = training
  }
}

/// What an attack cannot do with what a round gives it.
package enum AttackError: Error, Equatable, CustomStringConvertible {
  case needsRootUpdate(attack: String)

  package var description: String {
    switch self {
    case .needsRootUpdate(let attack): "\(attack) needs the update that the server trains on the root set"
    }
  }
}
