package import Catalogue

/// The median of the updates of those clients whose updates follow from their earlier ones.
///
/// Zhang et al., "FLDetector: defending federated learning against model poisoning attacks via detecting malicious
/// clients", KDD 2022. Each update is predicted as the client's last one plus the Hessian times the model's step since
/// then, with the Hessian by L-BFGS from the last `window` rounds; a client's score is the distance of what came from
/// that, as a share of the round's distances. After `warm_up` rounds scores are kept. The sums of the last `window` scores
/// of clients that have so many are grouped: if the gap statistic finds more than one group, those in the upper of two
/// are rejected in this round. No client is shut out for good: this is the published SkyMask code, while the paper starts
/// the training anew without them.
///
/// Neither paper nor code says what happens where few clients take part in a round. Here each client's last update and
/// scores wait for its next turn, and who has fewer than `window` scores is not judged, and kept.
///
/// An update with a NaN or infinity is rejected, is not grouped with the others, and counts as the farthest of its round;
/// the client's last finite update is kept for its prediction. Departs further from the published code where that stops:
/// any n; when no k up to 7 is enough there is more than one group; when the records do not determine the Hessian, as
/// after rounds in which the model stood still, the last update is the prediction. The k-means is exact.
///
/// - Throws: `AggregationError.tooFewClients` when no update came; `notFinite` when none is finite.
/// - Complexity: O(n log² n · d + r · window² · d + n²) time; (n + r + 2 · window + 1) · d floats of memory between rounds,
///   n all clients and r the rounds that some client last took part in: 1 where all take part in each.
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
  package static let departures =
    "rejects clients in single rounds, as the published SkyMask code does; the paper starts the training anew without them"

  package var window = 10
  package var warmUp = 20

  package init() {}

  package func reservation(rounds: Int, clients: Int, participants: Int) -> String? {
    // A client takes part in one of so many rounds.
    let turns = (window * clients + participants - 1) / participants
    let first = warmUp + turns + 1
    if rounds >= first { return nil }
    if participants == clients {
      return
        "fldetector rejects nobody before round \(first), which is warm_up + window + 1: in \(rounds) rounds it is "
        + "the median; give it a smaller warm_up or window"
    }
    return
      "fldetector judges a client from its history of \(window) rounds ('window'), which most of \(clients) clients "
      + "have from about round \(first) on when \(participants) take part in each; in \(rounds) rounds it rejects hardly "
      + "anybody; give it a smaller warm_up or window"
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
    var history = FLDetectorHistory(memory, columns: round.distanceColumns, window: window)
    let clients = FLDetectorHistory.clients(senders: round.senders, rows: updates.rows)
    let isFinite = Rows(updates).areFinite()
    guard isFinite.contains(true) else { throw AggregationError.notFinite(rule: Self.name) }

    if history.rounds > warmUp {
      history.score(updates, of: clients, isFinite: isFinite, parameters: round.parameters)
    }
    var kept = isFinite
    let sums = clients.map { history.sum(of: $0) }
    let judged = sums.indices.filter { isFinite[$0] && sums[$0] != nil }
    if !judged.isEmpty {
      var random = round.clusteringRandom
      let known = judged.compactMap { sums[$0] }
      if GapStatistic.groups(known, random: &random) > 1 {
        let rejected = LineClustering(known, most: 2).isInUpperHalf()
        for (index, row) in judged.enumerated() where rejected[index] { kept[row] = false }
      }
    }
    let update = Rows(updates, kept.indices.filter { kept[$0] }).median()
    history.remember(
      updates, of: clients, isFinite: isFinite, parameters: round.parameters, aggregate: update)
    memory = history.memory
    return Aggregate(update: update, kept: kept, scores: judged.isEmpty ? nil : sums)
  }
}
