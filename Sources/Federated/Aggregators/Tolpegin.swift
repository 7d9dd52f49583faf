package import Catalogue
internal import NeuralNet

/// The mean of the larger of two groups of updates in the plane of their principal components.
///
/// Tolpegin et al., "Data poisoning attacks against federated learning systems", ESORICS 2020: the updates are
/// standardised, projected on their first two principal components and split in two by k-means. Standardising all
/// entries alike moves and scales the plane, which changes no group, so it is left out. Of two groups of one size the
/// tighter is kept, then that of the first client. Updates that lie in one point are all kept. An update with a NaN or
/// infinity takes no part and is rejected. Departs from the paper, as the published SkyMask code does, in looking at
/// one round alone and at all coordinates, where the paper takes the rows of the last layer that belong to one class;
/// and from that code in the best of fifty starts of k-means instead of one or a few.
///
/// - Throws: `AggregationError.tooFewClients` when no update came; `notFinite` when none is finite; `ClusteringError`.
/// - Complexity: O(n² · d + n³) time, O(n²) extra space.
package struct Tolpegin: Aggregator {
  package static let name = "tolpegin"
  package static let summary = "mean of the larger of two k-means groups in the plane of principal components"
  package static let source =
    "Tolpegin et al., Data poisoning attacks against federated learning systems, ESORICS 2020"
  package static let departures =
    "looks at one round alone and, with layer all, at all coordinates, as the published SkyMask code does; the paper looks"
    + " at the last layer's rows of one class over many rounds"
  package static let parameters = [
    Parameter("layer", .choice(["all", "last"]), "the coordinates that are compared: all, or those of the last layer")
  ]

  package var layer = Layer.all

  package enum Layer: String, Codable, Sendable {
    case all
    case last
  }

  package init() {}

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, products: size.products)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let clients = round.updates.rows
    guard clients > 0 else {
      throw AggregationError.tooFewClients(rule: Self.name, clients: 0, byzantine: round.byzantine, need: "an update")
    }
    let isFinite = Rows(round.updates).areFinite()
    let finite = isFinite.indices.filter { isFinite[$0] }
    guard !finite.isEmpty else { throw AggregationError.notFinite(rule: Self.name) }
    let points = try PCA.plane(of: Gram(Rows(round.updates, finite, columns: columns(of: round))))
    var random = round.clusteringRandom
    let groups = KMeans.cluster(points, k: 2, random: &random)
    let larger = Self.larger(groups, points)
    var kept = [Bool](repeating: false, count: clients)
    for (index, row) in finite.enumerated() { kept[row] = groups.labels[index] == larger }
    return Aggregate(update: Rows(round.updates, kept.indices.filter { kept[$0] }).mean(), kept: kept)
  }

  /// The coordinates that are compared: under `last`, the last weight and what a gradient reaches behind it.
  func columns(of round: AggregatorRound) -> Range<Int> {
    guard layer == .last, let weight = round.layout.tensors.last(where: { $0.kind == .weight }) else {
      return round.distanceColumns
    }
    return weight.offset..<round.layout.trainableCount
  }

  private static func larger(_ groups: KMeans.Result, _ points: [SIMD2<Double>]) -> Int {
    let sizes = (0..<2).map { group in groups.labels.count { $0 == group } }
    guard sizes[0] == sizes[1] else { return sizes[0] > sizes[1] ? 0 : 1 }
    var spread = [0.0, 0.0]
    for (point, label) in zip(points, groups.labels) {
      let d = point - groups.centres[label]
      spread[label] += d.x * d.x + d.y * d.y
    }
    if spread[0] != spread[1] { return spread[0] < spread[1] ? 0 : 1 }
    return groups.labels.first ?? 0
  }
}
