/// An attack on updates that came from elsewhere.
package struct AttackOnUpdates {
  package var attack: any Attack
  /// f: the first rows are the malicious clients'.
  package var byzantine = 0
  package var quirks: Set<Quirk> = []
  package var seed: UInt64 = 1
  /// The server's update, seen under the quirk `attack-sees-root`.
  package var rootUpdate: [Float]?
  /// Every uniform draw is this number, to compare with a run whose draws are known.
  package var constantDraw: Double?

  package init(attack: any Attack) { self.attack = attack }

  /// What the server receives in each round: n rows, or n + f under `added-attackers`.
  ///
  /// - Throws: `StandaloneError`, and what the attack throws.
  package func received(_ rounds: [Matrix]) throws -> [Matrix] {
    guard let first = rounds.first, first.rows > 0, first.columns > 0 else { throw StandaloneError.noUpdates }
    try StandaloneError.check(byzantine: byzantine, clients: first.rows)
    if attack.poisonsData { throw StandaloneError.needsTraining(attack: type(of: attack).name) }
    // There are no samples here; pictures of this size take every trigger.
    if let objection = attack.objection(
      clients: first.rows, byzantine: byzantine, inputShape: [3, 32, 32], classes: 10)
    {
      throw StandaloneError.objection(objection)
    }
    if let rootUpdate, rootUpdate.count != first.columns {
      throw StandaloneError.length("the root update", rootUpdate.count, columns: first.columns)
    }
    return try rounds.enumerated().map { index, updates in
      var random = RandomSource(seed: seed, stream: .attack, round: index)
      random.constant = constantDraw
      if byzantine == 0 { return updates }
      return try attack.craft(
        AttackRound(
          updates: updates, byzantine: byzantine,
          rootUpdate: attack.needsRootUpdate || quirks.contains(.attackSeesRoot) ? rootUpdate : nil, quirks: quirks,
          random: random))
    }
  }
}
