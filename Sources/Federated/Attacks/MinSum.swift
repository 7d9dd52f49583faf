package import Catalogue

/// As far from the mean as an update can go without more squared distance to all updates than the outermost has.
///
/// Shejwalkar and Houmansadr, "Manipulating the Byzantine: optimizing model poisoning attacks and defenses for
/// federated learning", NDSS 2021: every attacker sends μ − γp, with the largest γ for which Σ_i‖μ − γp − g_i‖² is at
/// most max_i Σ_j‖g_i − g_j‖² over the known updates. γ is searched from 50 by halving steps down to 1e-5, so it stays
/// below 100. Known updates that hold a NaN or infinity are left out; when none is left the attackers send their own.
/// Quirks: `added-attackers`, `attack-sees-root`, `min-sum-least`, which bounds by the least of the sums.
///
/// - Complexity: O(n² · d) time, O(n² + d) extra space.
package struct MinSum: Attack {
  package static let name = "min-sum"
  package static let aliases = ["minsum_agnostic"]
  package static let summary = "as far from the mean as the squared distances of the outermost update allow"
  package static let source =
    "Shejwalkar and Houmansadr, Manipulating the Byzantine: optimizing model poisoning attacks and defenses for "
    + "federated learning, NDSS 2021"
  package static let parameters = [Deviation.parameter, Knowledge.parameter]

  package var deviation = Deviation.unit
  package var knowledge = Knowledge.all

  package init() {}

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 4 * size.values, products: size.products)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    let known = round.known(knowledge).finite()
    guard round.byzantine > 0, known.count > 0 else { return round.updates }
    let around = Perturbation(known, deviation)
    let sums = around.sumsOfSquaredDistances
    let bound = (round.quirks.contains(.minSumLeast) ? sums.min() : sums.max()) ?? 0
    let gamma = Perturbation.largestStep { around.squaredDistances($0).reduce(0, +) <= bound }
    return round.replacing(with: around.vector(gamma), adding: round.quirks.contains(.addedAttackers))
  }
}
