internal import ArgumentParser
internal import Federated
internal import Foundation

/// Each rule against a plain twin in double, on updates that are few and short.
///
/// The first two of eleven point the other way and are far, so that the rules that group must reject them; the twin of
/// such a rule takes the mean of those that were kept.
enum AggregatorsCheck {
  private static let (clients, byzantine, parameters) = (11, 2, 37)

  static func run() throws {
    var round = try AggregatorsWork.question(clients: clients, parameters: parameters)
    round.byzantine = byzantine
    for row in 0..<clients {
      for k in 0..<parameters {
        let noise = 0.2 * round.updates[row, k]
        round.updates[row, k] = row < byzantine ? -3 + noise : 1 + 0.02 * Float(row) + noise
      }
    }
    round.rootUpdate = [Float](repeating: 1, count: parameters)
    let rows = (0..<clients).map { round.updates.row($0).map(Double.init) }
    let all = Array(rows.indices)

    try compare(FedAvg(), round, mean(rows, all))
    try compare(TrimmedMean(), round, trimmed(rows, all, byzantine))
    try compare(Median(), round, trimmed(rows, all, (clients - 1) / 2))
    try compare(Krum(), round, rows[picks(rows, 1)[0]])
    try compare(MultiKrum(), round, mean(rows, picks(rows, clients - 2 * byzantine - 2)))
    var singlePass = MultiKrum()
    singlePass.selection = .singlePass
    let best = scores(rows, all).enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
    try compare(singlePass, round, mean(rows, best.prefix(clients - byzantine).map(\.offset)))
    try compare(Bulyan(), round, trimmed(rows, picks(rows, clients - 2 * byzantine - 2), byzantine))
    try compare(FLTrust(), round, trusted(rows, round.rootUpdate?.map(Double.init) ?? []))

    var silent = Flame()
    silent.noise = false
    let lengths = rows.map { norm($0) }
    let bound = lengths.sorted()[(clients - 1) / 2]
    let clipped = zip(rows, lengths).map { row, length in row.map { $0 * min(1, bound / length) } }
    try compare(silent, round, mean(clipped, try kept(silent, round)))
    try compare(Tolpegin(), round, mean(rows, try kept(Tolpegin(), round)))
    let detector = FLDetector()
    try compare(detector, round, trimmed(rows, all, (clients - 1) / 2))
    round.rootLoss = FallingLoss { model, gradient in
      for k in 0..<parameters { gradient[k] = model[k] + 1 }
    }
    try compare(SkyMask(), round, mean(rows, try kept(SkyMask(), round)))
  }

  private static func answer(_ rule: any Aggregator, _ round: AggregatorRound) throws -> Aggregate {
    var memory = RuleMemory()
    return try rule.aggregate(round, memory: &memory)
  }

  /// Whom a rule keeps, which must be most of the clients and nobody of the first two.
  private static func kept(_ rule: any Aggregator, _ round: AggregatorRound) throws -> [Int] {
    let flags = try answer(rule, round).kept ?? []
    let kept = flags.indices.filter { flags[$0] }
    guard kept.count > clients / 2, kept.allSatisfy({ $0 >= byzantine }) else {
      throw ValidationError("\(type(of: rule).name) keeps \(kept)")
    }
    return kept
  }

  private static func compare(_ rule: any Aggregator, _ round: AggregatorRound, _ plain: [Double]) throws {
    let update = try answer(rule, round).update
    let scale = plain.reduce(0) { max($0, abs($1)) }
    let error = zip(update, plain).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    guard update.count == plain.count, error <= 1e-6 * scale else {
      throw ValidationError("\(type(of: rule).name) is off its plain twin by \(error)")
    }
  }

  // MARK: plain twins

  private static func mean(_ rows: [[Double]], _ chosen: [Int]) -> [Double] { trimmed(rows, chosen, 0) }

  private static func trimmed(_ rows: [[Double]], _ chosen: [Int], _ trim: Int) -> [Double] {
    (0..<parameters).map { k in
      let left = chosen.map { rows[$0][k] }.sorted()[trim..<(chosen.count - trim)]
      return left.reduce(0, +) / Double(left.count)
    }
  }

  private static func norm(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Krum's scores among those that are left.
  private static func scores(_ rows: [[Double]], _ left: [Int]) -> [Double] {
    left.map { i in
      let distances = left.filter { $0 != i }.map { j in
        zip(rows[i], rows[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return distances.sorted().prefix(left.count - byzantine - 2).reduce(0, +)
    }
  }

  private static func picks(_ rows: [[Double]], _ count: Int) -> [Int] {
    var (left, picked) = (Array(rows.indices), [Int]())
    while picked.count < count {
      let scores = scores(rows, left)
      guard let best = scores.indices.min(by: { scores[$0] < scores[$1] }) else { break }
      picked.append(left.remove(at: best))
    }
    return picked
  }

  private static func trusted(_ rows: [[Double]], _ root: [Double]) -> [Double] {
    let trust = rows.map { row in max(0, zip(row, root).reduce(0) { $0 + $1.0 * $1.1 } / (norm(row) * norm(root))) }
    let total = trust.reduce(0, +)
    return (0..<parameters).map { k in
      rows.indices.reduce(0) { $0 + trust[$1] * rows[$1][k] * norm(root) / norm(rows[$1]) } / total
    }
  }
}
