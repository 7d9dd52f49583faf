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
  package static let parameters = [
    Parameter(
      "deviation", .choice(Deviation.allCases.map(\.rawValue)),
      "the direction p: the mean's unit vector, its sign, or the standard deviations"),
    Knowledge.parameter,
  ]

  /// The direction p.
  package enum Deviation: String, Codable, Sendable, CaseIterable {
    case unit, sign, std
  }

  package var deviation = Deviation.unit
  package var knowledge = Knowledge.all

  package init() {}

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    let known = round.known(knowledge).finite()
    guard round.byzantine > 0, known.count > 0 else { return round.updates }
    let mean = known.mean()
    let direction = direction(mean, known)
    // ‖μ − γp − g_i‖² = ‖g_i − μ‖² + 2γ p·(g_i − μ) + γ²‖p‖²; the Gram matrix is of g_i − μ.
    let gram = Gram(known)
    let bound = gram.largestSquaredDistance
    let squared = direction.reduce(0) { $0 + Double($1) * Double($1) }
    let products = known.products(with: direction)
    let centre = products.reduce(0, +) / Double(products.count)
    let gamma = Self.largestStep { gamma in
      (0..<gram.count).allSatisfy {
        gram[$0, $0] + 2 * gamma * (products[$0] - centre) + gamma * gamma * squared <= bound
      }
    }
    let crafted = zip(mean, direction).map { $0 - Float(gamma) * $1 }
    return round.replacing(with: crafted, adding: round.quirks.contains(.addedAttackers))
  }

  private func direction(_ mean: [Float], _ known: Rows) -> [Float] {
    switch deviation {
    case .unit:
      let norm = mean.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return norm > 0 ? mean.map { Float(Double($0) / norm) } : mean
    case .sign: return mean.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .std: return known.statistics().deviation
    }
  }

  /// The largest γ that `isAllowed` takes: from 50 up or down by steps of 25, 12.5, and so on.
  ///
  /// Ends when the last γ that was allowed is within 1e-5 of the next one to be tried.
  static func largestStep(_ isAllowed: (Double) -> Bool) -> Double {
    var (allowed, gamma, step) = (0.0, 50.0, 50.0)
    while abs(allowed - gamma) > 1e-5 {
      step /= 2
      if isAllowed(gamma) {
        allowed = gamma
        gamma += step
      } else {
        gamma -= step
      }
    }
    return allowed
  }
}

extension AttackRound {
  /// What the server receives when all attackers send `crafted`: in their own places, or, when `adding`, in f more rows
  /// in front of everybody's.
  func replacing(with crafted: [Float], adding: Bool) -> Matrix {
    let rows = adding ? 0 : byzantine
    let others = updates.values[(rows * updates.columns)...]
    var values: [Float] = []
    values.reserveCapacity(byzantine * updates.columns + others.count)
    for _ in 0..<byzantine { values += crafted }
    values += others
    return Matrix(rows: byzantine + updates.rows - rows, columns: updates.columns, values: values)
  }
}
