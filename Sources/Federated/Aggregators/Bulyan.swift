package import Catalogue

/// A robust mean of the updates that Krum picks one after the other.
///
/// El Mhamdi, Guerraoui and Rouault, "The hidden vulnerability of distributed learning in Byzantium", ICML 2018. Krum's
/// best is taken out and the rest scored anew. `variant: paper` takes n − 2f updates and, by coordinate, the mean of the
/// n − 4f values nearest their median (of an even number, the mean of the two in the middle); the lower of two equally
/// near ones goes first. `variant: published`, as the published SkyMask code does, takes n − 2f − 2 and the mean without
/// the f least and the f largest values. Without a variant it is the paper's, and under the quirk `trimmed-bulyan` the
/// published one.
///
/// An update with a NaN or infinity is infinitely far from all others and is never picked. A score of the paper's last
/// picks, where n' − f − 2 neighbours are none, sums the nearest one. Quirk: `self-in-krum-score`.
///
/// - Throws: `AggregationError.tooFewClients` unless n ≥ 4f + 3; `notFinite` when no more than 2f of the picked are
///   finite.
/// - Complexity: O(n² · d + n³) time, O(n²) extra space.
package struct Bulyan: Aggregator {
  package static let name = "bulyan"
  package static let summary = "robust mean of the updates that Krum picks one after the other"
  package static let source =
    "El Mhamdi, Guerraoui and Rouault, The hidden vulnerability of distributed learning in Byzantium, ICML 2018"
  package static let departures =
    "variant published, as the published SkyMask code does: picks n - 2f - 2 updates, not n - 2f, and takes their trimmed"
    + " mean, not that of the values nearest the median"
  package static let parameters = [
    Parameter(
      "variant", .optional(.choice(Variant.allCases.map(\.rawValue))),
      "the paper's rule or the published code's; none = paper, or published under the quirk trimmed-bulyan")
  ]

  package enum Variant: String, Codable, Sendable, CaseIterable {
    case paper, published
  }

  package var variant: Variant?

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
    let variant = variant ?? (round.quirks.contains(.trimmedBulyan) ? .published : .paper)
    let ranking = KrumRanking(
      round.updates, columns: round.distanceColumns, countingItself: round.quirks.contains(.selfInKrumScore))
    let picked =
      switch variant {
      case .paper: ranking.picks(clients - 2 * byzantine, byzantine: byzantine, leastNeighbours: 1)
      case .published: ranking.picks(clients - 2 * byzantine - 2, byzantine: byzantine)
      }
    guard picked.count > 2 * byzantine else { throw AggregationError.notFinite(rule: Self.name) }
    let rows = Rows(round.updates, picked.sorted())
    let update =
      switch variant {
      case .paper: rows.meanAroundMedian(of: picked.count - 2 * byzantine)
      case .published: rows.trimmedMean(byzantine)
      }
    return Aggregate(update: update, kept: KrumRanking.kept(picked, of: clients))
  }
}

extension Rows {
  /// By coordinate, the mean of the `number` values nearest the median; of two equally near the lower one goes first.
  ///
  /// - Precondition: all values are finite, and 0 < `number` ≤ `count`.
  /// - Complexity: O(n log n · d).
  fileprivate func meanAroundMedian(of number: Int) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    return withPointers { rows in
      (0..<columns.count).map { k in
        for row in values.indices { values[row] = rows[row]?[k] ?? 0 }
        values.sort()
        let median = (Double(values[(count - 1) / 2]) + Double(values[count / 2])) / 2
        // The nearest ones are a run of the sorted values.
        var first = 0
        while first + number < count, Double(values[first + number]) - median < median - Double(values[first]) {
          first += 1
        }
        return Float(values[first..<(first + number)].reduce(0) { $0 + Double($1) } / Double(number))
      }
    }
  }
}
