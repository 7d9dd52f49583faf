package import Catalogue

/// As far from the mean as an update can go and still be no farther from any other than the two farthest are.
///
/// Shejwalkar and Houmansadr, "Manipulating the Byzantine: optimizing model poisoning attacks and defenses for
/// federated learning", NDSS 2021: every attacker sends μ − γp, with the largest γ for which max_i‖μ − γp − g_i‖ is at
/// most max_ij‖g_i − g_j‖ over the known updates. γ is searched from 50 by halving steps down to 1e-5, so it stays
/// below 100. Known updates that hold a NaN or infinity are left out; when none is left the attackers send their own.
/// Quirks: `added-attackers`, `attack-sees-root`.
///
/// - Complexity: O(n² · d) time, O(n² + d) extra space: one Gram matrix gives all distances, also of the searched ones.
package struct MinMax: Attack {
  package static let name = "min-max"
  package static let aliases = ["minmax_agnostic"]
  package static let summary = "as far from the mean as the two farthest updates are from each other"
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
    let bound = around.largestSquaredDistance
    let gamma = Perturbation.largestStep { around.squaredDistances($0).allSatisfy { $0 <= bound } }
    return round.replacing(with: around.vector(gamma), adding: round.quirks.contains(.addedAttackers))
  }
}
