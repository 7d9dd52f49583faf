internal import Catalogue

/// The trimmed mean of the updates that Krum picks one after the other.
///
/// El Mhamdi, Guerraoui and Rouault, "The hidden vulnerability of distributed learning in Byzantium", ICML 2018. Krum's
/// best is taken out and the rest scored anew while more than 2f + 2 are left; of those taken, the mean by coordinate
/// without the f least and the f largest values. An update with a NaN or infinity is infinitely far from all others and
/// is never picked. Departs from the paper, as the published SkyMask code does, in taking n − 2f − 2 updates instead of
/// n − 2f, and in a trimmed mean instead of the mean around the median. Quirk: `self-in-krum-score`.
///
/// - Throws: `AggregationError.tooFewClients` unless n ≥ 4f + 3; `notFinite` when no more than 2f of the picked are
///   finite.
/// - Complexity: O(n² · d + n³) time, O(n²) extra space.
package struct Bulyan: Aggregator {
  package static let name = "bulyan"
  package static let summary = "trimmed mean of the updates that Krum picks one after the other"
  package static let source =
    "El Mhamdi, Guerraoui and Rouault, The hidden vulnerability of distributed learning in Byzantium, ICML 2018"

  package init() {}

  package func objection(clients: Int, byzantine: Int) -> String? {
    if clients < 3 { return "bulyan needs at least 3 clients, not \(clients)" }
    if clients < 4 * byzantine + 3 {
      return "bulyan needs clients >= 4 * byzantine + 3: \(clients) clients allow at most "
        + "\((clients - 3) / 4) malicious ones, not \(byzantine)"
    }
    return nil
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, products: size.products, comparisons: size.comparisons)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let (clients, byzantine) = (round.updates.rows, round.byzantine)
    guard clients >= 4 * byzantine + 3 else {
      throw AggregationError.tooFewClients(
        rule: Self.name, clients: clients, byzantine: byzantine, need: "at least 4 * byzantine + 3 updates")
    }
    let ranking = KrumRanking(
      round.updates, columns: round.distanceColumns, countingItself: round.quirks.contains(.selfInKrumScore))
    let picked = ranking.picks(clients - 2 * byzantine - 2, byzantine: byzantine)
    guard picked.count > 2 * byzantine else { throw AggregationError.notFinite(rule: Self.name) }
    return Aggregate(
      update: Rows(round.updates, picked.sorted()).trimmedMean(byzantine),
      kept: KrumRanking.kept(picked, of: clients))
  }
}
