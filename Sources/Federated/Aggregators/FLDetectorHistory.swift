internal import CKernels

/// What FLDetector knows of earlier rounds; all of it stands in the rule's memory, and so in checkpoints.
struct FLDetectorHistory {
  private(set) var memory: RuleMemory
  /// The coordinates that distances are over; the records hold these alone.
  private let columns: Range<Int>

  init(_ memory: RuleMemory, columns: Range<Int>) {
    (self.memory, self.columns) = (memory, columns)
    // Records of another model, which no simulation makes, say nothing about this one.
    if let model = memory.matrices["model"], model.columns != columns.count { self.memory = RuleMemory() }
  }

  /// The number of rounds so far.
  var rounds: Int { Int(memory.numbers["rounds"]?.first ?? 0) }

  private var clients: Int { memory.matrices["updates"]?.rows ?? 0 }

  // MARK: clients

  /// Whether the last round had other clients than this one.
  func knowsOthers(than senders: [Int]?, rows: Int) -> Bool {
    guard rounds > 0, let last = memory.matrices["updates"] else { return false }
    return last.rows != rows || memory.numbers["senders"] != senders?.map(Double.init)
  }

  /// Keeps what is known of the model.
  mutating func forgetClients() {
    memory.matrices["updates"] = nil
    memory.numbers["scores"] = nil
  }

  // MARK: scores

  /// Adds each client's share of the distances between what was predicted and what came.
  ///
  /// Does nothing when the clients' last updates are not known.
  mutating func score(_ updates: Matrix, isFinite: [Bool], parameters: [Float], window: Int) {
    guard let last = memory.matrices["updates"], let model = memory.matrices["model"] else { return }
    let step = zip(parameters[columns], model.values).map { $0 - $1 }
    let change = memory.matrices["steps"].flatMap { steps in
      memory.matrices["changes"].flatMap { CurvaturePrediction.change(for: step, steps: steps, changes: $0) }
    }
    let expected = change ?? [Float](repeating: 0, count: columns.count)
    var distances = Rows(last, columns: columns).withPointers { last in
      Rows(updates, columns: columns).withPointers { updates in
        isFinite.indices.map { row in
          isFinite[row]
            ? skm_prediction_error(last[row], expected, updates[row], columns.count).squareRoot() : -.infinity
        }
      }
    }
    let largest = distances.reduce(0) { max($0, $1) }
    for row in distances.indices where !isFinite[row] { distances[row] = largest }
    let total = distances.reduce(0, +)
    let shares = distances.map { total > 0 ? $0 / total : 0 }
    let scores = (memory.numbers["scores"] ?? []) + shares
    memory.numbers["scores"] = Array(scores.suffix(window * updates.rows))
  }

  /// For each client, the sum of its last `window` scores; nil when there are fewer.
  func sums(of window: Int) -> [Double]? {
    guard let scores = memory.numbers["scores"], clients > 0, scores.count >= window * clients else { return nil }
    return (0..<clients).map { client in
      stride(from: client, to: scores.count, by: clients).reduce(0) { $0 + scores[$1] }
    }
  }

  // MARK: records

  mutating func remember(
    _ updates: Matrix, isFinite: [Bool], senders: [Int]?, parameters: [Float], aggregate: [Float], window: Int
  ) {
    if let model = memory.matrices["model"], let last = memory.matrices["aggregate"] {
      append(zip(parameters[columns], model.values).map { $0 - $1 }, to: "steps", window)
      append(zip(aggregate[columns], last.values).map { $0 - $1 }, to: "changes", window)
    }
    memory.matrices["model"] = Matrix(rows: 1, columns: columns.count, values: Array(parameters[columns]))
    memory.matrices["aggregate"] = Matrix(rows: 1, columns: columns.count, values: Array(aggregate[columns]))
    memory.matrices["updates"] = replacing(updates, isFinite)
    memory.numbers["senders"] = senders?.map(Double.init)
    memory.numbers["rounds"] = [Double(rounds + 1)]
  }

  /// The updates with the last finite one, or 0, for each that is not finite.
  private func replacing(_ updates: Matrix, _ isFinite: [Bool]) -> Matrix {
    guard isFinite.contains(false) else { return updates }
    var replaced = updates
    for row in isFinite.indices where !isFinite[row] {
      let stand = memory.matrices["updates"]?.row(row) ?? [Float](repeating: 0, count: updates.columns)
      replaced.withMutableRow(row) { values in
        for k in values.indices { values[k] = stand[k] }
      }
    }
    return replaced
  }

  private mutating func append(_ row: [Float], to name: String, _ window: Int) {
    let values = (memory.matrices[name]?.values ?? []) + row
    let kept = Array(values.suffix(window * row.count))
    memory.matrices[name] = Matrix(rows: kept.count / row.count, columns: row.count, values: kept)
  }
}
