package import Catalogue

/// The update closest to its n − f − 2 nearest neighbours.
///
/// Blanchard et al., "Machine learning with adversaries: Byzantine tolerant gradient descent", NeurIPS 2017: the one
/// whose squared distances to its nearest others have the least sum. Ties go to the lowest client. An update with a NaN
/// or infinity is infinitely far from all others and is never picked. Departs from the paper in nothing but the quirk
/// `self-in-krum-score`, and in another number of `neighbours` where that is asked for.
///
/// - Throws: `AggregationError.tooFewClients` unless n > 2f + 2 and there are so many neighbours;
///   `notFinite` when no update is finite.
/// - Complexity: O(n² · d) time, O(n²) extra space.
package struct Krum: Aggregator {
  package static let name = "krum"
  package static let summary = "the one update closest to its nearest neighbours"
  package static let source =
    "Blanchard et al., Machine learning with adversaries: Byzantine tolerant gradient descent, NeurIPS 2017"
  package static let parameters = [
    Parameter(
      "neighbours", .optional(.integer(1...1_000_000)), "how many nearest others a score sums; none = n - f - 2")
  ]

  package var neighbours: Int?

  package init() {}

  package func objection(clients: Int, byzantine: Int) -> String? {
    if clients < 3 { return "krum needs at least 3 clients, not \(clients)" }
    if clients <= 2 * byzantine + 2 {
      return "krum needs clients > 2 * byzantine + 2: \(clients) clients allow at most "
        + "\((clients - 3) / 2) malicious ones, not \(byzantine)"
    }
    if let neighbours, neighbours > clients - 1 {
      return "krum cannot have \(neighbours) neighbours among \(clients) clients"
    }
    return nil
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, products: size.products)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let clients = round.updates.rows
    guard clients > 2 * round.byzantine + 2, clients > neighbours ?? 0 else {
      let need = neighbours.map { "more than \(max(2 * round.byzantine + 2, $0)) updates" }
      throw AggregationError.tooFewClients(
        rule: Self.name, clients: clients, byzantine: round.byzantine,
        need: need ?? "more than 2 * byzantine + 2 updates")
    }
    let scores = KrumScores.scores(
      of: round.updates, columns: round.distanceColumns, neighbours: neighbours ?? clients - round.byzantine - 2,
      countingItself: round.quirks.contains(.selfInKrumScore))
    guard let best = KrumScores.least(scores) else { throw AggregationError.notFinite(rule: Self.name) }
    return Aggregate(
      update: round.updates.row(best), kept: (0..<clients).map { $0 == best }, scores: scores.map { $0 ?? .infinity })
  }
}

/// Krum's scores, for every rule and attack that uses them.
enum KrumScores {
  /// For each row, the sum of the squared distances to its nearest others; nil for a row that is not finite.
  ///
  /// Rows that are not finite are infinitely far away.
  ///
  /// - Parameter countingItself: whether the zero to itself is one of the `neighbours` distances.
  static func scores(of updates: Matrix, columns: Range<Int>, neighbours: Int, countingItself: Bool) -> [Double?] {
    let isFinite = Rows(updates).areFinite()
    let finite = isFinite.indices.filter { isFinite[$0] }
    let gram = Gram(Rows(updates, finite, columns: columns))
    let wanted = countingItself ? neighbours - 1 : neighbours
    var scores = [Double?](repeating: nil, count: updates.rows)
    for (i, row) in finite.enumerated() {
      let distances = finite.indices.filter { $0 != i }.map { gram.squaredDistance(i, $0) }.sorted()
      scores[row] = wanted > distances.count ? .infinity : distances.prefix(wanted).reduce(0, +)
    }
    return scores
  }

  /// The first of the least scores; nil when there is none.
  static func least(_ scores: [Double?]) -> Int? {
    var best: (index: Int, score: Double)?
    for (index, score) in scores.enumerated() {
      if let score, best.map({ score < $0.score }) ?? true { best = (index, score) }
    }
    return best?.index
  }
}
