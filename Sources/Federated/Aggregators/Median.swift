internal import Catalogue

/// By coordinate, the median; of an even number, the mean of the two in the middle.
///
/// Yin et al., "Byzantine-robust distributed learning: towards optimal statistical rates", ICML 2018. A NaN counts as
/// +∞, so that less than half of the clients cannot bring one into the result.
///
/// - Throws: `AggregationError.tooFewClients` when no update came.
/// - Complexity: O(n log² n · d).
package struct Median: Aggregator {
  package static let name = "median"
  package static let summary = "median by coordinate"
  package static let source =
    "Yin et al., Byzantine-robust distributed learning: towards optimal statistical rates, ICML 2018"

  package init() {}

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: size.values, comparisons: size.comparisons)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let rows = Rows(round.updates)
    guard rows.count > 0 else {
      throw AggregationError.tooFewClients(rule: Self.name, clients: 0, byzantine: round.byzantine, need: "an update")
    }
    return Aggregate(update: rows.median())
  }
}
