internal import Catalogue

/// The updates scaled to the root update's length, weighted by how much they point its way.
///
/// Cao et al., "FLTrust: Byzantine-robust federated learning via trust bootstrapping", NDSS 2021: weights ReLU(cos(g_i,
/// g_root)). An update with a NaN or infinity, or of length 0, weighs nothing. When nobody weighs anything the update
/// is 0, which the paper leaves open, and the round says so. A root update that is not finite is passed on: the model
/// has diverged.
///
/// - Throws: `AggregationError.needsRootUpdate`.
/// - Complexity: O(n · d).
package struct FLTrust: Aggregator {
  package static let name = "fltrust"
  package static let summary = "updates scaled to the root update, weighted by their cosine with it"
  package static let source =
    "Cao et al., FLTrust: Byzantine-robust federated learning via trust bootstrapping, NDSS 2021"
  package static let needsRootUpdate = true

  package init() {}

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 3 * size.values)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    guard let root = round.rootUpdate else { throw AggregationError.needsRootUpdate(rule: Self.name) }
    let clients = round.updates.rows
    let nobody = [Double](repeating: 0, count: clients)
    guard root.allSatisfy(\.isFinite) else {
      return Aggregate(update: root, weights: nobody, note: "the root update is not finite")
    }
    let columns = round.distanceColumns
    let compared = Rows(round.updates, columns: columns)
    let rootPart = Array(root[columns])
    let rootNorm = rootPart.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let products = compared.products(with: rootPart)
    let norms = compared.squaredNorms().map { $0.squareRoot() }
    // A float's square fits a double many times over, so a norm is finite when all its values are.
    let isFinite = columns.count == root.count ? norms.map(\.isFinite) : Rows(round.updates).areFinite()
    var cosines = nobody
    for client in 0..<clients where isFinite[client] && norms[client] > 0 && rootNorm > 0 {
      cosines[client] = products[client] / (norms[client] * rootNorm)
    }
    let trust = cosines.map { max(0, $0) }
    let total = trust.reduce(0, +)
    guard total > 0 else {
      return Aggregate(
        update: [Float](repeating: 0, count: root.count), weights: nobody, scores: cosines,
        note: "no update points the root update's way")
    }
    let factors = (0..<clients).map { trust[$0] > 0 ? trust[$0] * (rootNorm / norms[$0]) : 0 }
    return Aggregate(
      update: Rows(round.updates).weightedSum(factors, divisor: total), weights: trust.map { $0 / total },
      scores: cosines)
  }
}
