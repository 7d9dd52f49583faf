internal import CKernels

/// What FLDetector knows of earlier rounds, by client; all of it stands in the rule's memory, and so in checkpoints.
///
/// Of a client it knows the last finite update, the round that it is from, and its last `window` scores. Of each such
/// round it keeps the model, and of the last `window` steps of the model what they changed.
struct FLDetectorHistory {
  private(set) var memory: RuleMemory
  /// The coordinates that distances are over; the records hold these alone.
  private let columns: Range<Int>
  private let window: Int
  /// The row of each known client.
  private var rows: [Double: Int] = [:]

  /// A score that is not there.
  private static let none = -1.0

  init(_ memory: RuleMemory, columns: Range<Int>, window: Int) {
    (self.memory, self.columns, self.window) = (memory, columns, window)
    // Records of another model or window, which no simulation makes, say nothing about this one.
    if memory.matrices["models"]?.columns ?? columns.count != columns.count
      || (memory.numbers["scores"]?.count ?? 0) != window * (memory.numbers["clients"]?.count ?? 0)
    {
      self.memory = RuleMemory()
    }
    number()
  }

  /// A number for each received row that is the same in every round: its sender's, and further ones where a client sends
  /// more than one update, as under the quirk `added-attackers`.
  static func clients(senders: [Int]?, rows: Int) -> [Double] {
    guard let senders else { return (0..<rows).map(Double.init) }
    var seen: [Int: Int] = [:]
    return senders.map { sender in
      defer { seen[sender, default: 0] += 1 }
      return Double(sender) + 0x1p32 * Double(seen[sender] ?? 0)
    }
  }

  /// The number of rounds so far.
  var rounds: Int { Int(memory.numbers["rounds"]?.first ?? 0) }

  private mutating func number() {
    rows = Dictionary(uniqueKeysWithValues: (memory.numbers["clients"] ?? []).enumerated().map { ($1, $0) })
  }

  // MARK: scores

  /// Adds each client's share of the distances between what was predicted and what came; a client that nothing is known of
  /// gets no score.
  mutating func score(_ updates: Matrix, of clients: [Double], isFinite: [Bool], parameters: [Float]) {
    guard let last = memory.matrices["updates"], let seen = memory.numbers["seen"] else { return }
    var changes: [Double: [Float]] = [:]
    for client in clients {
      guard let round = rows[client].map({ seen[$0] }), changes[round] == nil else { continue }
      changes[round] = change(since: round, parameters)
    }
    var distances: [Double?] = Rows(last, columns: columns).withPointers { last in
      Rows(updates, columns: columns).withPointers { updates in
        clients.indices.map { row in
          guard isFinite[row], let known = rows[clients[row]], let change = changes[seen[known]] else { return nil }
          return skm_prediction_error(last[known], change, updates[row], columns.count).squareRoot()
        }
      }
    }
    let largest = distances.reduce(0) { max($0, $1 ?? 0) }
    for row in clients.indices where !isFinite[row] && rows[clients[row]] != nil { distances[row] = largest }
    let total = distances.reduce(0) { $0 + ($1 ?? 0) }
    for (client, distance) in zip(clients, distances) {
      if let distance { add(total > 0 ? distance / total : 0, to: client) }
    }
  }

  /// The predicted change of an update for the model's step since a round; zeros where the records do not determine it.
  private func change(since round: Double, _ parameters: [Float]) -> [Float] {
    guard let models = memory.matrices["models"], let index = memory.numbers["model_rounds"]?.firstIndex(of: round)
    else { preconditionFailure("the model of a client's last round is kept") }
    let step = zip(parameters[columns], models.row(index)).map { $0 - $1 }
    let change = memory.matrices["steps"].flatMap { steps in
      memory.matrices["changes"].flatMap { CurvaturePrediction.change(for: step, steps: steps, changes: $0) }
    }
    return change ?? [Float](repeating: 0, count: columns.count)
  }

  private mutating func add(_ score: Double, to client: Double) {
    guard let row = rows[client], var scores = memory.numbers["scores"] else { return }
    scores.removeSubrange((row * window)..<(row * window + 1))
    scores.insert(score, at: (row + 1) * window - 1)
    memory.numbers["scores"] = scores
  }

  /// The sum of a client's last `window` scores; nil when there are fewer.
  func sum(of client: Double) -> Double? {
    guard let row = rows[client], let scores = memory.numbers["scores"] else { return nil }
    let own = scores[(row * window)..<((row + 1) * window)]
    return own.contains(Self.none) ? nil : own.reduce(0, +)
  }

  // MARK: records

  mutating func remember(
    _ updates: Matrix, of clients: [Double], isFinite: [Bool], parameters: [Float], aggregate: [Float]
  ) {
    let model = Array(parameters[columns])
    if let models = memory.matrices["models"], let last = memory.matrices["aggregate"] {
      append(zip(model, models.row(models.rows - 1)).map { $0 - $1 }, to: "steps", most: window)
      append(zip(aggregate[columns], last.values).map { $0 - $1 }, to: "changes", most: window)
    }
    memory.matrices["aggregate"] = Matrix(rows: 1, columns: columns.count, values: Array(aggregate[columns]))
    rememberUpdates(updates, of: clients, isFinite)
    rememberModel(model)
    memory.numbers["rounds"] = [Double(rounds + 1)]
  }

  /// Puts the finite updates in place of the clients' earlier ones.
  private mutating func rememberUpdates(_ updates: Matrix, of clients: [Double], _ isFinite: [Bool]) {
    let known = memory.numbers["clients"] ?? []
    let came = clients.indices.filter { isFinite[$0] }
    let new = came.filter { rows[clients[$0]] == nil }
    var kept = memory.matrices["updates"] ?? Matrix(rows: 0, columns: updates.columns)
    // The rounds of a cell in which all take part hand over their updates whole.
    let isWhole = came.count == clients.count && (known == clients || known.isEmpty)
    if isWhole {
      kept = updates
    } else {
      for row in came {
        guard let place = rows[clients[row]] else { continue }
        kept.withMutableRow(place) { values in
          for (k, value) in updates.row(row).enumerated() { values[k] = value }
        }
      }
      if !new.isEmpty {
        kept = Matrix(
          rows: kept.rows + new.count, columns: updates.columns, values: kept.values + new.flatMap { updates.row($0) })
      }
    }
    memory.matrices["updates"] = kept
    memory.numbers["clients"] = known + new.map { clients[$0] }
    memory.numbers["scores", default: []] += [Double](repeating: Self.none, count: window * new.count)
    memory.numbers["seen", default: []] += [Double](repeating: 0, count: new.count)
    number()
    let now = Double(rounds)
    for row in came { if let place = rows[clients[row]] { memory.numbers["seen"]?[place] = now } }
  }

  /// Keeps the models of the rounds that clients were last seen in, and this round's as the last.
  private mutating func rememberModel(_ model: [Float]) {
    let needed = Set(memory.numbers["seen"] ?? [])
    let models = memory.matrices["models"] ?? Matrix(rows: 0, columns: columns.count)
    let earlier = (memory.numbers["model_rounds"] ?? []).enumerated().filter { needed.contains($0.element) }
    memory.matrices["models"] = Matrix(
      rows: earlier.count + 1, columns: columns.count, values: earlier.flatMap { models.row($0.offset) } + model)
    memory.numbers["model_rounds"] = earlier.map(\.element) + [Double(rounds)]
  }

  private mutating func append(_ row: [Float], to name: String, most: Int) {
    let values = (memory.matrices[name]?.values ?? []) + row
    let kept = Array(values.suffix(most * row.count))
    memory.matrices[name] = Matrix(rows: kept.count / row.count, columns: row.count, values: kept)
  }
}
