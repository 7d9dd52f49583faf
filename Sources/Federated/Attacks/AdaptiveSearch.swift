internal import CKernels

/// The attackers' directions, and the rule's answer to them as far as it counts: its product with s.
///
/// A candidate's product with s and its weight say all that the rule makes of it, so that no trial adds up updates.
struct AdaptiveSearch {
  /// Unit vectors, one for each attacker.
  private(set) var directions: [[Float]] = []
  /// The length at which they are sent.
  let length: Double
  /// s, the sign of the rule's answer to honest updates.
  private let sign: [Float]
  /// The unit root update, whose cosine is the weight; nil for the mean, where each weighs 1.
  private let root: [Float]?
  /// Σ weight · s·update and Σ weight over the honest updates that the rule sees beside the crafted ones.
  private let honest: (sum: Double, weight: Double)
  /// The same of each direction.
  private var terms: [Term] = []
  private var trial: [Float]

  private struct Term {
    /// s·e.
    var product: Double
    /// e_root·e.
    var cosine: Double
  }

  /// Nil where the attack has nothing to go by.
  init?(_ round: AttackRound, _ attack: Adaptive) {
    let known = round.known(attack.knowledge).finite()
    guard known.count > 0 else { return nil }
    let norms = known.squaredNorms().map { $0.squareRoot() }
    switch attack.against {
    case .mean:
      root = nil
      length = norms.reduce(0, +) / Double(norms.count)
    case .fltrust:
      guard let update = round.rootUpdate, let unit = Self.unit(update) else { return nil }
      root = unit.vector
      length = unit.norm
    }
    let factors = Self.factors(known, norms, root)
    let answer = known.weightedSum(factors, divisor: 1)
    sign = answer.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    guard length > 0, sign.contains(where: { $0 != 0 }) else { return nil }
    let beside = round.known(attack.knowledge, beside: false).finite()
    let besideNorms = beside.squaredNorms().map { $0.squareRoot() }
    let besideFactors = Self.factors(beside, besideNorms, root)
    let products = beside.products(with: sign)
    honest = (
      sum: zip(besideFactors, products).reduce(0) { $0 + $1.0 * $1.1 },
      // A factor is weight / norm for FLTrust, and 1 for the mean.
      weight: root == nil ? Double(beside.count) : zip(besideFactors, besideNorms).reduce(0) { $0 + $1.0 * $1.1 }
    )
    var trim = FangTrim()
    trim.knowledge = attack.knowledge
    var random = round.random
    let trimmed = trim.craft(round) { random.fillUniform(&$0) }
    trial = [Float](repeating: 0, count: sign.count)
    for attacker in 0..<round.byzantine {
      guard let unit = Self.unit(trimmed.row(attacker)) else { return nil }
      directions.append(unit.vector)
      terms.append(term(of: unit.vector))
    }
    for attacker in 0..<round.byzantine {
      guard let unit = Self.unit(round.updates.row(attacker)) else { continue }
      start(attacker, towards: unit.vector)
    }
  }

  private func term(of direction: [Float]) -> Term {
    Term(product: Self.dot(sign, direction), cosine: root.map { Self.dot($0, direction) } ?? 1)
  }

  /// Moves a direction to the best of 17 points on its way to `other`, itself the first.
  private mutating func start(_ attacker: Int, towards other: [Float]) {
    let (here, there) = (terms[attacker], term(of: other))
    let along = Self.dot(directions[attacker], other)
    var best = (share: 0.0, norm: 1.0, term: here, gain: gain(replacing: attacker, with: here))
    for point in 1...16 {
      let share = Double(point) / 16
      let rest = 1 - share
      let norm = max(0, rest * rest + 2 * rest * share * along + share * share).squareRoot()
      guard norm > 1e-6 else { continue }
      let term = Term(
        product: (rest * here.product + share * there.product) / norm,
        cosine: root == nil ? 1 : (rest * here.cosine + share * there.cosine) / norm)
      let gain = gain(replacing: attacker, with: term)
      if gain > best.gain { best = (share, norm, term, gain) }
    }
    let (keep, add) = (Float((1 - best.share) / best.norm), Float(best.share / best.norm))
    for k in other.indices { directions[attacker][k] = keep * directions[attacker][k] + add * other[k] }
    terms[attacker] = best.term
  }

  /// −s·g', in units of the length at which FLTrust's updates arrive: what the attackers raise.
  var gain: Double { gain(replacing: 0, with: terms[0]) }

  /// One step of one attacker; `gain` never falls.
  mutating func step(_ attacker: Int, gamma: Double, eta: Double, _ random: inout RandomSource) {
    random.fillUniform(&trial)
    trial.withUnsafeMutableBufferPointer { trial in
      for k in trial.indices { trial[k] = 2 * trial[k] - 1 }
    }
    let norm = Self.dot(trial, trial).squareRoot()
    guard norm > 0 else { return }
    let slope = Term(product: Self.dot(sign, trial) / norm, cosine: root.map { Self.dot($0, trial) / norm } ?? 0)
    let along = Self.dot(directions[attacker], trial) / norm
    let now = gain(replacing: attacker, with: terms[attacker])
    // e + tv has the squared length 1 + 2t e·v + t².
    let moved = { [term = terms[attacker], root] (t: Double) -> (term: Term, norm: Double) in
      let norm = max(0, 1 + 2 * t * along + t * t).squareRoot()
      return (
        Term(
          product: (term.product + t * slope.product) / norm,
          cosine: root == nil ? 1 : (term.cosine + t * slope.cosine) / norm), norm
      )
    }
    let step = eta * (gain(replacing: attacker, with: moved(gamma).term) - now) / gamma
    let candidate = moved(step)
    guard step != 0, candidate.norm > 0, gain(replacing: attacker, with: candidate.term) > now else { return }
    let (keep, add) = (Float(1 / candidate.norm), Float(step / norm / candidate.norm))
    directions[attacker].withUnsafeMutableBufferPointer { direction in
      for k in direction.indices { direction[k] = keep * direction[k] + add * trial[k] }
    }
    terms[attacker] = candidate.term
  }

  private func gain(replacing attacker: Int, with term: Term) -> Double {
    var (sum, weight) = honest
    for (index, own) in terms.enumerated() {
      let term = index == attacker ? term : own
      // A length counts for the mean; FLTrust makes all lengths one.
      let share = max(0, term.cosine)
      sum += share * term.product * (root == nil ? length : 1)
      weight += share
    }
    return weight > 0 ? -sum / weight : 0
  }

  /// What the rule multiplies each update by, before it divides by the sum of weights.
  private static func factors(_ rows: Rows, _ norms: [Double], _ root: [Float]?) -> [Double] {
    guard let root else { return norms.map { _ in 1 } }
    return zip(rows.products(with: root), norms).map { product, norm in
      norm > 0 ? max(0, product / norm) / norm : 0
    }
  }

  /// Nil for a vector without a direction.
  private static func unit(_ vector: [Float]) -> (vector: [Float], norm: Double)? {
    let norm = dot(vector, vector).squareRoot()
    guard norm > 0, norm.isFinite else { return nil }
    return (vector.map { Float(Double($0) / norm) }, norm)
  }

  private static func dot(_ a: [Float], _ b: [Float]) -> Double { skm_dot(a, b, a.count) }
}
