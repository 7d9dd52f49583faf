package import Catalogue

/// The mean of the m updates that Krum likes best.
///
/// Blanchard et al., "Machine learning with adversaries: Byzantine tolerant gradient descent", NeurIPS 2017. `iterative`
/// takes the best update out and scores the rest anew, while more than 2f + 2 are left, as the published SkyMask code
/// does; `single-pass` takes the n − f best scores. An update with a NaN or infinity is infinitely far from all others
/// and is never picked; where too few are finite, fewer than m are. Ties go to the lowest client. Quirk:
/// `self-in-krum-score`.
///
/// - Throws: `AggregationError.tooFewClients` unless n > 2f + 2 and m of them can be picked; `notFinite` when no update
///   is finite.
/// - Complexity: O(n² · d + m · n²) time, O(n²) extra space.
package struct MultiKrum: Aggregator {
  package static let name = "multi-krum"
  package static let aliases = ["mkrum"]
  package static let summary = "mean of the updates closest to their nearest neighbours"
  package static let source =
    "Blanchard et al., Machine learning with adversaries: Byzantine tolerant gradient descent, NeurIPS 2017"
  package static let departures =
    "selection iterative, as the published SkyMask code does: takes the best update out and scores the rest anew; the paper"
    + " takes the best scores of a single pass"
  package static let parameters = [
    Parameter(
      "selection", .choice(["iterative", "single-pass"]),
      "iterative: take the best out and score the rest anew; single-pass: take the best scores"),
    Parameter(
      "m", .optional(.integer(1...1_000_000)),
      "how many updates are picked; none = n - 2f - 2, or n - f in a single pass"),
    Parameter(
      "neighbours", .optional(.integer(1...1_000_000)),
      "how many nearest others a score sums, at most all that are left; none = those left - f - 2"),
  ]

  package var selection = Selection.iterative
  package var m: Int?
  package var neighbours: Int?

  package enum Selection: String, Codable, Sendable {
    case iterative
    case singlePass = "single-pass"
  }

  package init() {}

  package func objection(clients: Int, byzantine: Int) -> String? {
    if clients < 3 { return "multi-krum needs at least 3 clients, not \(clients)" }
    if clients <= 2 * byzantine + 2 {
      return "multi-krum needs clients > 2 * byzantine + 2: \(clients) clients allow at most "
        + "\((clients - 3) / 2) malicious ones, not \(byzantine)"
    }
    if let m, m > most(clients: clients, byzantine: byzantine) {
      return
        "multi-krum can pick at most \(most(clients: clients, byzantine: byzantine)) of \(clients) updates, not \(m)"
    }
    return nil
  }

  /// How many updates can be picked: each that is must have a neighbour to be scored by.
  private func most(clients: Int, byzantine: Int) -> Int {
    selection == .singlePass ? clients : clients - byzantine - 2
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, products: size.products)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let (clients, byzantine) = (round.updates.rows, round.byzantine)
    guard clients > 2 * byzantine + 2 else {
      throw AggregationError.tooFewClients(
        rule: Self.name, clients: clients, byzantine: byzantine, need: "more than 2 * byzantine + 2 updates")
    }
    let most = most(clients: clients, byzantine: byzantine)
    guard (m ?? 1) <= most else {
      throw AggregationError.tooFewClients(
        rule: Self.name, clients: clients, byzantine: byzantine,
        need: "at least \(clients + (m ?? 1) - most) updates to pick \(m ?? 1)")
    }
    let ranking = KrumRanking(
      round.updates, columns: round.distanceColumns, countingItself: round.quirks.contains(.selfInKrumScore))
    let picked =
      switch selection {
      case .iterative:
        ranking.picks(m ?? clients - 2 * byzantine - 2, byzantine: byzantine, neighbours: neighbours)
      case .singlePass:
        ranking.best(m ?? clients - byzantine, neighbours: neighbours ?? clients - byzantine - 2)
      }
    guard !picked.isEmpty else { throw AggregationError.notFinite(rule: Self.name) }
    return Aggregate(
      update: Rows(round.updates, picked.sorted()).mean(), kept: KrumRanking.kept(picked, of: clients))
  }
}
