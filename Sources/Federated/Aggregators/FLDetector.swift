package import Catalogue

/// The median of the updates of those clients whose updates follow from their earlier ones.
///
/// Zhang et al., "FLDetector: defending federated learning against model poisoning attacks via detecting malicious
/// clients", KDD 2022. Each update is predicted as the client's last one plus the Hessian times the model's last step,
/// with the Hessian by L-BFGS from the last `window` rounds; a client's score is the distance of what came from that,
/// as a share of all distances. After `warm_up` rounds scores are kept. From `window` scored rounds on, their sums are
/// grouped: when the gap statistic tells more than one group, those in the upper of two are rejected in this round. No
/// client is shut out for good: this is the published SkyMask code, while the paper starts the training anew without
/// them.
///
/// An update with a NaN or infinity is rejected, counts as the farthest of its round, and the client's last finite one
/// stands for it in the next. Departs further from the published code where that stops: any n; when no k up to 7 is
/// enough there is more than one group; when the records do not tell the Hessian, as after rounds in which the model
/// stood still, the last update is the prediction; when other clients than in the last round take part, what is known
/// of each client is forgotten. The k-means is exact.
///
/// - Throws: `AggregationError.tooFewClients` when no update came; `notFinite` when none that is kept is finite.
/// - Complexity: O(n log² n · d + window² · d + n²) time; (n + 2 · window + 2) · d floats of memory between rounds.
package struct FLDetector: Aggregator {
  package static let name = "fldetector"
  package static let summary = "median of the updates of clients whose updates follow from their earlier ones"
  package static let source =
    "Zhang et al., FLDetector: defending federated learning against model poisoning attacks via detecting malicious "
    + "clients, KDD 2022"
  package static let parameters = [
    Parameter("window", .integer(1...1000), "how many rounds the prediction looks back, and how many a score sums"),
    Parameter("warm_up", .integer(1...1_000_000), "the rounds after the first that no score is kept of"),
  ]

  package var window = 10
  package var warmUp = 20

  package init() {}

  package func reservation(rounds: Int) -> String? {
    let first = warmUp + window + 1
    return rounds >= first
      ? nil
      : "fldetector rejects nobody before round \(first), which is warm_up + window + 1: in \(rounds) rounds it is the "
        + "median; give it a smaller warm_up or window"
  }

  package func work(_ size: RoundSize) -> RoundWork {
    // The records are copied each round, and each prediction reads them.
    RoundWork(
      values: 3 * size.values + 4 * Double(window) * size.parameters, comparisons: size.comparisons)
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let updates = round.updates
    guard updates.rows > 0 else {
      throw AggregationError.tooFewClients(rule: Self.name, clients: 0, byzantine: round.byzantine, need: "an update")
    }
    var history = FLDetectorHistory(memory, columns: round.distanceColumns)
    var notes: [String] = []
    if history.knowsOthers(than: round.senders, rows: updates.rows) {
      history.forgetClients()
      notes.append("other clients than in the last round: what was known of each is forgotten")
    }
    let isFinite = Rows(updates).areFinite()
    guard isFinite.contains(true) else { throw AggregationError.notFinite(rule: Self.name) }

    if history.rounds > warmUp {
      history.score(updates, isFinite: isFinite, parameters: round.parameters, window: window)
    }
    var kept = isFinite
    let sums = history.sums(of: window)
    if let sums {
      var random = round.clusteringRandom
      if GapStatistic.groups(sums, random: &random) > 1 {
        let rejected = LineClustering(sums, most: 2).isInUpperHalf()
        for row in kept.indices where rejected[row] { kept[row] = false }
      }
    }
    guard kept.contains(true) else { throw AggregationError.notFinite(rule: Self.name) }
    let update = Rows(updates, kept.indices.filter { kept[$0] }).median()
    history.remember(
      updates, isFinite: isFinite, senders: round.senders, parameters: round.parameters, aggregate: update,
      window: window)
    memory = history.memory
    return Aggregate(
      update: update, kept: kept, scores: sums, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }
}
