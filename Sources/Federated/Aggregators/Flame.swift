package import Catalogue

/// The mean of the updates in the largest cluster by direction, clipped to the median length, with noise.
///
/// Nguyen et al., "FLAME: taming backdoors in federated learning", USENIX Security 2022. HDBSCAN on cosine distances
/// with clusters of at least ⌊n/2⌋ + 1 keeps the cluster or, as the whole may be one, its core. Those kept are clipped
/// to the median S of all lengths (the lower one of an even number); each coordinate of their mean gets normal noise of
/// deviation S·λ, λ = √(2 ln(1.25/δ)) / ε. Under the quirk `squared-flame-noise` it is global_lr · (S·λ)², so that the
/// model gets noise of deviation (global_lr · S·λ)². An update with a NaN or infinity takes no part and is rejected; one
/// of length 0 is at distance 1 from all others.
///
/// Departs from the paper, as the published SkyMask code does, in what is clustered: the updates, where the paper's
/// Algorithm 1 takes the cosine distances of the clients' models, as other implementations do. Models of one round share
/// the global model, so their cosines lie closer together. Where the paper is silent: a cluster of one is everybody, and
/// when nobody clusters the update is 0, and the round says so.
///
/// - Throws: `AggregationError.tooFewClients` when no update came; `notFinite` when none is finite.
/// - Complexity: O(n² · d) time, O(n²) extra space.
package struct Flame: Aggregator {
  package static let name = "flame"
  package static let summary = "clipped mean of the largest cluster by cosine distance, with noise"
  package static let source = "Nguyen et al., FLAME: taming backdoors in federated learning, USENIX Security 2022"
  package static let departures =
    "clusters the clients' updates, as the published SkyMask code does; the paper clusters their models"
  package static let parameters = [
    Parameter("noise", .flag, "whether normal noise is added to the mean"),
    Parameter("epsilon", .number(.positive), "privacy budget: the noise's deviation is in proportion to 1 / epsilon"),
    Parameter(
      "delta", .number(NumberRange(0.000_000_000_001...1)), "the noise's deviation has sqrt(2 ln(1.25 / delta))"),
  ]

  package var noise = true
  package var epsilon = 3000.0
  package var delta = 0.01

  package init() {}

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, products: size.products, draws: noise ? size.parameters : 0)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let clients = round.updates.rows
    guard clients > 0 else {
      throw AggregationError.tooFewClients(rule: Self.name, clients: 0, byzantine: round.byzantine, need: "an update")
    }
    let isFinite = Rows(round.updates).areFinite()
    let finite = isFinite.indices.filter { isFinite[$0] }
    guard !finite.isEmpty else { throw AggregationError.notFinite(rule: Self.name) }

    let products = Gram(Rows(round.updates, finite, columns: round.distanceColumns), centred: false)
    let lengths = finite.indices.map { products[$0, $0].squareRoot() }
    let bound = lengths.sorted()[(lengths.count - 1) / 2]
    let members = Self.cluster(products, lengths)

    var kept = [Bool](repeating: false, count: clients)
    var factors = [Double](repeating: 0, count: clients)
    for (index, row) in finite.enumerated() where members[index] {
      kept[row] = true
      factors[row] = lengths[index] > bound ? bound / lengths[index] : 1
    }
    guard kept.contains(true) else {
      return Aggregate(
        update: [Float](repeating: 0, count: round.updates.columns), kept: kept, note: "nobody clusters with the others"
      )
    }
    var update = Rows(round.updates).weightedSum(factors, divisor: Double(kept.count { $0 }))
    if noise { addNoise(to: &update, length: bound, round) }
    return Aggregate(update: update, kept: kept)
  }

  /// For each of the rows, whether it is in the cluster of more than half of them.
  private static func cluster(_ products: Gram, _ lengths: [Double]) -> [Bool] {
    let n = lengths.count
    guard n > 1 else { return [true] }
    var distances = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<i {
        // Shorter than any float but 0: no direction.
        let length = lengths[i] * lengths[j]
        let distance = length > 0 ? 1 - products[i, j] / length : 1
        (distances[i * n + j], distances[j * n + i]) = (max(0, distance), max(0, distance))
      }
    }
    return HDBSCAN(minimumSamples: 1, minimumClusterSize: n / 2 + 1, allowsSingleCluster: true)
      .labels(distances: distances, count: n).map { $0 == 0 }
  }

  private func addNoise(to update: inout [Float], length: Double, _ round: AggregatorRound) {
    let intended = length * (2 * Functions.log(1.25 / delta)).squareRoot() / epsilon
    let isSquared = round.quirks.contains(.squaredFlameNoise)
    let deviation = isSquared ? round.globalLearningRate * intended * intended : intended
    var random = round.random
    update.withUnsafeMutableBufferPointer { update in
      for index in update.indices { update[index] += Float(deviation * random.gaussian()) }
    }
  }
}
