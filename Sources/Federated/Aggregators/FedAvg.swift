package import Catalogue

/// The mean of the updates.
///
/// McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017. It is no
/// defence: a NaN or infinity in one update is in the result.
///
/// - Throws: `AggregationError.needsSampleCounts` when `weighted` and they are not known, or all 0.
/// - Complexity: O(n · d).
package struct FedAvg: Aggregator {
  package static let name = "fedavg"
  package static let summary = "mean of the updates"
  package static let source =
    "McMahan et al., Communication-efficient learning of deep networks from decentralized data, AISTATS 2017"
  package static let parameters = [
    Parameter("weighted", .flag, "whether an update counts by its client's number of samples")
  ]

  package var weighted = false

  package init() {}

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let rows = Rows(round.updates)
    guard rows.count > 0 else {
      throw AggregationError.tooFewClients(rule: Self.name, clients: 0, byzantine: round.byzantine, need: "an update")
    }
    guard weighted else { return Aggregate(update: rows.mean()) }
    guard let counts = round.sampleCounts, counts.count == rows.count, counts.contains(where: { $0 > 0 }) else {
      throw AggregationError.needsSampleCounts(rule: Self.name, clients: rows.count)
    }
    let total = Double(counts.reduce(0, +))
    return Aggregate(
      update: rows.weightedSum(counts.map(Double.init), divisor: total), weights: counts.map { Double($0) / total })
  }
}
