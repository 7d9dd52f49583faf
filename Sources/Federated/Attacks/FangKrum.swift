package import Catalogue

/// A step against the direction of the updates' sum, as long as Krum will still pick it.
///
/// Fang et al., "Local model poisoning attacks to Byzantine-robust federated learning", USENIX Security 2020. With s the
/// sign of the known updates' sum, all attackers send −λs. λ starts at the least sum of a known update's n − f − 2
/// nearest distances over (n − f − 1)√d, plus max_i‖g_i − μ‖/√d, n counting the known ones, and is halved until Krum,
/// over what the server will receive, picks an attacker. When λ falls to 1e-5 first they send μ − λs. Who knows not all
/// updates tries Krum on those that he knows beside the crafted ones.
///
/// Departs from the paper, as the published code does, in sending the same vector from all attackers, in the start of λ,
/// and in the last resort. Distances are over all coordinates, and Krum's f is the true one, whatever the rule in use
/// believes. Known updates that hold a NaN or infinity are left out; when none is left the attackers send their own.
/// Quirks: `added-attackers`, `attack-sees-root`, `self-in-krum-score`.
///
/// - Complexity: O(n² · d) time, O(n² + d) extra space; a trial of λ costs O(n² log n).
package struct FangKrum: Attack {
  package static let name = "fang-krum"
  package static let aliases = ["krum_attack"]
  package static let summary = "the longest step against the honest direction that Krum still picks"
  package static let source =
    "Fang et al., Local model poisoning attacks to Byzantine-robust federated learning, USENIX Security 2020"
  package static let departures =
    "all attackers send the same vector; lambda starts elsewhere, and where it falls to 1e-5 they send mean - lambda * sign, as"
    + " the published SkyMask code does"
  package static let parameters = [Knowledge.parameter]

  package var knowledge = Knowledge.all

  package init() {}

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 5 * size.values, products: 2 * size.products)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    let known = round.known(knowledge).finite()
    let adding = round.quirks.contains(.addedAttackers)
    guard round.byzantine > 0, known.count > 0 else { return round.updates }
    let mean = known.mean()
    let sign = mean.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } as [Float]
    var lambda = Self.start(Gram(known), byzantine: round.byzantine, dimension: mean.count)
    let honest = round.known(knowledge, beside: adding).finite()
    let trial = KrumTrial(
      honest, sign, attackers: round.byzantine, countingItself: round.quirks.contains(.selfInKrumScore))
    while lambda > 1e-5, !trial.picksAttacker(lambda) { lambda /= 2 }
    let crafted =
      lambda > 1e-5
      ? sign.map { -Float(lambda) * $0 } : zip(mean, sign).map { $0 - Float(lambda) * $1 }
    return round.replacing(with: crafted, adding: adding)
  }

  /// The first λ.
  static func start(_ gram: Gram, byzantine: Int, dimension: Int) -> Double {
    let root = Double(dimension).squareRoot()
    let neighbours = max(0, min(gram.count - 1, gram.count - byzantine - 2))
    let sums = (0..<gram.count).map { i in
      (0..<gram.count).filter { $0 != i }.map { gram.squaredDistance(i, $0).squareRoot() }.sorted()
        .prefix(neighbours).reduce(0, +)
    }
    let farthest = (0..<gram.count).map { max(0, gram[$0, $0]) }.max() ?? 0
    return (sums.min() ?? 0) / (Double(neighbours + 1) * root) + farthest.squareRoot() / root
  }
}

/// Krum over f copies of −λs in front of honest updates, for any λ.
struct KrumTrial {
  private let attackers: Int
  private let neighbours: Int
  /// For each honest row, its squared distances to the other honest ones, ascending.
  private let distances: [[Double]]
  private let squaredNorms: [Double]
  /// s·g_i.
  private let products: [Double]
  /// ‖s‖².
  private let squaredSign: Double

  init(_ honest: Rows, _ sign: [Float], attackers: Int, countingItself: Bool) {
    let gram = Gram(honest)
    self.attackers = attackers
    let rows = honest.count + attackers
    // Krum asks for n > 2f + 2; where that fails, one neighbour is the least that a score can be of.
    neighbours = max(1, rows - attackers - 2) - (countingItself ? 1 : 0)
    distances = (0..<gram.count).map { i in
      (0..<gram.count).filter { $0 != i }.map { gram.squaredDistance(i, $0) }.sorted()
    }
    squaredNorms = honest.squaredNorms()
    products = honest.products(with: sign)
    squaredSign = sign.reduce(0) { $0 + Double($1) * Double($1) }
  }

  /// Whether an attacker has the least score; ties go to the attackers, which stand in front.
  func picksAttacker(_ lambda: Double) -> Bool {
    let toCrafted = products.indices.map {
      max(0, lambda * lambda * squaredSign + 2 * lambda * products[$0] + squaredNorms[$0])
    }
    let own = Self.score([Double](repeating: 0, count: attackers - 1) + toCrafted, neighbours)
    return distances.indices.allSatisfy { i in
      let copies = [Double](repeating: toCrafted[i], count: attackers)
      return own <= Self.score(distances[i] + copies, neighbours)
    }
  }

  private static func score(_ distances: [Double], _ neighbours: Int) -> Double {
    distances.sorted().prefix(neighbours).reduce(0, +)
  }
}
