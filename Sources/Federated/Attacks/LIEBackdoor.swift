package import Catalogue
internal import NeuralNet

/// A backdoor that is trained to stay near the benign updates, then cut to within z deviations of their mean.
///
/// Baruch et al., "A little is enough: circumventing defenses for distributed learning", NeurIPS 2019, the backdoor of
/// section 3.3. From w₀ a malicious client makes `passes` passes over its own samples, all with the trigger in the top
/// left corner and the target as label, by steps of `learning_rate` against 0.8 · cross-entropy + 0.2 · Σ over
/// trainable tensors of the mean square of w₀ − w − μ, where μ is the known updates' mean; gradients are not clamped. It
/// sends w₀ − w, each coordinate clamped to μ ± zσ, σ the sample deviation. Departs from the paper where the published
/// code does: the clamp is to what is known of the benign clients, and the trigger's value depends on the channels.
/// Under `attack-sees-root` the root update counts in the clamp's μ and σ, not in the training's μ.
///
/// Known updates that hold a NaN or infinity are left out, and a coordinate whose training ended in NaN becomes μ. When
/// none is left the attackers send their honest updates. Where there is nothing to train on, the attackers' own updates
/// are clamped.
///
/// - Complexity: O(n · d) time, O(d) extra space, and `passes` passes of training for each attacker.
package struct LIEBackdoor: Attack {
  package static let name = "lie-backdoor"
  package static let aliases = ["lie_backdoor"]
  package static let summary = "a trained backdoor, clamped to within z deviations of the benign updates"
  package static let source =
    "Baruch et al., A little is enough: circumventing defenses for distributed learning, NeurIPS 2019"
  package static let departures =
    "the clamp is to what is known of the benign clients, and the trigger's value depends on the channels, as in the"
    + " published SkyMask code"
  package static let parameters =
    Backdoor.parameters + [
      Parameter(
        "trigger_value", .optional(.number(NumberRange(-1000...1000))),
        "the trigger's pixels; none = 2.8 on one channel, 1 on more"),
      Parameter("passes", .integer(1...100_000), "passes over the client's samples, all triggered"),
      Parameter("learning_rate", .number(.positive), "the steps of these passes"),
      Parameter("weight", .number(.fraction), "the backdoor's share of the loss; the rest keeps near the benign mean"),
      Parameter("z", .number(.nonNegative), "deviations from the benign mean that an update may be away"),
      Knowledge.parameter,
    ]

  package var target = 0
  package var size = 5
  package var triggerValue: Double?
  package var passes = 10
  package var learningRate = 0.5
  package var weight = 0.8
  package var z = 1.43
  package var knowledge = Knowledge.benign

  package init() {}

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    Backdoor.objection(attack: Self.name, corner: size, target: target, inputShape: inputShape, classes: classes)
      ?? knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func backdoor(inputShape: [Int]) -> Backdoor? {
    let value = triggerValue ?? (inputShape.first == 1 ? 2.8 : 1)
    return Backdoor(corner: size, of: inputShape, value: Float(value), target: target)
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 3 * size.values, attackerPasses: Double(passes))
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    let known = round.known(knowledge).finite()
    guard round.byzantine > 0, known.count > 0 else { return round.updates }
    let statistics = known.statistics()
    let seen = round.updates(knownBy: knowledge).finite()
    let goal = seen.count > 0 ? seen.mean() : statistics.mean
    var crafted = round.updates
    for attacker in 0..<round.byzantine {
      let trained = try train(attacker, round, mean: goal) ?? round.updates.row(attacker)
      crafted.withMutableRow(attacker) { row in
        for k in row.indices {
          let (mean, reach) = (statistics.mean[k], Float(z) * statistics.deviation[k])
          row[k] = trained[k].isNaN ? mean : max(mean - reach, min(mean + reach, trained[k]))
        }
      }
    }
    return crafted
  }

  /// Nil where there is nothing to train on.
  private func train(_ attacker: Int, _ round: AttackRound, mean: [Float]) throws -> [Float]? {
    guard let training = round.training, let backdoor = backdoor(inputShape: training.inputShape) else { return nil }
    let trainable = training.layout.tensors.filter { $0.range.upperBound <= training.layout.trainableCount }
    let lesson = Lesson(
      backdoor: backdoor, passes: passes, learningRate: Float(learningRate), lossWeight: Float(weight)
    ) { update, gradient in
      for tensor in trainable {
        // d/dw of the mean of (w₀ − w − μ)².
        let factor = -2 * Float(1 - weight) / Float(tensor.count)
        for k in tensor.range { gradient[k] += factor * (update[k] - mean[k]) }
      }
    }
    return try training.update(attacker: attacker, lesson)
  }
}
