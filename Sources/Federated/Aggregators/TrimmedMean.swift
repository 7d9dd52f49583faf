package import Catalogue

/// By coordinate, the mean of what is left without the f least and the f largest values.
///
/// Yin et al., "Byzantine-robust distributed learning: towards optimal statistical rates", ICML 2018. A NaN counts as
/// +∞, so up to f clients that send NaN are trimmed away like any other. Departs from the paper in trimming f values at
/// each end where no `fraction` is given.
///
/// - Throws: `AggregationError.tooFewClients` unless something is left.
/// - Complexity: O(n log² n · d).
package struct TrimmedMean: Aggregator {
  package static let name = "trimmed-mean"
  package static let aliases = ["trim"]
  package static let summary = "mean by coordinate without the f least and the f largest values"
  package static let source =
    "Yin et al., Byzantine-robust distributed learning: towards optimal statistical rates, ICML 2018"
  package static let parameters = [
    Parameter(
      "fraction", .optional(.number(NumberRange(0...0.5))),
      "share of the values that is trimmed at each end, rounded down; none = the assumed number of malicious clients")
  ]

  package var fraction: Double?

  package init() {}

  /// How many values go at each end.
  func trim(clients: Int, byzantine: Int) -> Int {
    // A share such as 0.29 of 100 is a hair below the whole number that it means.
    fraction.map { Int(($0 * Double(clients) + 1e-9).rounded(.down)) } ?? byzantine
  }

  package func objection(clients: Int, byzantine: Int) -> String? {
    let trim = trim(clients: clients, byzantine: byzantine)
    return clients > 2 * trim ? nil : "nothing is left of \(clients) values without the \(trim) least and largest"
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: size.values, comparisons: size.comparisons)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let trim = trim(clients: round.updates.rows, byzantine: round.byzantine)
    guard round.updates.rows > 2 * trim else {
      throw AggregationError.tooFewClients(
        rule: Self.name, clients: round.updates.rows, byzantine: round.byzantine, need: "more than \(2 * trim) updates")
    }
    return Aggregate(update: Rows(round.updates).trimmedMean(trim))
  }
}
