package import Catalogue

/// A backdoor by false samples, sent so large that it replaces the mean of all updates.
///
/// Bagdasaryan et al., "How to backdoor federated learning", AISTATS 2020 (model replacement). A random half of a malicious
/// client's samples get a trigger, the top left corner of the picture, and the target as label; the client trains as
/// honest ones do, and sends its update `factor` times, n/f times by default, n and f counting the round's
/// participants. Departs from the paper in that all attackers share the task, each scaling by its part of it, and in
/// that no second term of the loss hides the update. An update with a NaN or infinity is scaled all the same.
///
/// - Complexity: O(f · d).
package struct Scaling: Attack {
  package static let name = "scaling"
  package static let summary = "a backdoor: a random half of the samples triggered, the update sent n/f times"
  package static let source = "Bagdasaryan et al., How to backdoor federated learning, AISTATS 2020"
  package static let departures =
    "the attackers share the task, each scaling by its part of it; no second term of the loss hides the update"
  package static let parameters =
    Backdoor.parameters + [
      Parameter("trigger_value", .number(NumberRange(-1000...1000)), "the trigger's pixels; others lie from 0 to 1"),
      Parameter("poisoned", .number(.fraction), "share of a malicious client's samples that are triggered"),
      Parameter("factor", .optional(.number(.nonNegative)), "what the update is multiplied by; none = n/f"),
    ]

  package var target = 0
  package var size = 5
  package var triggerValue = 1.0
  package var poisoned = 0.5
  package var factor: Double?

  package init() {}

  package var poisonsData: Bool { true }

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    Backdoor.objection(attack: Self.name, corner: size, target: target, inputShape: inputShape, classes: classes)
  }

  package func backdoor(inputShape: [Int]) -> Backdoor? {
    Backdoor(corner: size, of: inputShape, value: Float(triggerValue), target: target)
  }

  package func triggeredCount(of samples: Int) -> Int {
    // 0.29·100 is a hair below 29 in binary; such a hair must not cost a sample.
    min(samples, Int((Double(samples) * poisoned + 1e-9).rounded(.down)))
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: size.values)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    guard round.byzantine > 0 else { return round.updates }
    let factor = Float(factor ?? Double(round.updates.rows) / Double(round.byzantine))
    var crafted = round.updates
    for attacker in 0..<round.byzantine {
      crafted.withMutableRow(attacker) { row in
        for k in row.indices { row[k] *= factor }
      }
    }
    return crafted
  }
}
