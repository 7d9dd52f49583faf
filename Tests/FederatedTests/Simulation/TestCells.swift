import Catalogue
import NeuralNet

@testable import Federated

/// A resolved cell that runs in a fraction of a second: 6 clients, 4 classes of 8 × 8 pictures, logistic regression.
let smallCell: [String: Value] = [
  "dataset": .map([
    "synthetic-images": .map([
      "height": .integer(8), "width": .integer(8), "classes": .integer(4), "train": .integer(340),
      "test": .integer(200), "noise": .number(0.5),
    ])
  ]),
  "model": .string("lr"), "partition": .string("label-bias"), "bias": .number(0.5), "clients": .integer(6),
  "clients_per_round": .null, "byzantine": .integer(2), "assumed_byzantine": .null, "attack": .string("none"),
  "aggregator": .string("fedavg"), "rounds": .integer(3), "batch_size": .integer(16), "local_epochs": .integer(2),
  "local_lr": .number(0.1), "global_lr": .integer(1), "gradient_clip": .null, "momentum": .integer(0),
  "weight_decay": .integer(0), "root.size": .integer(40), "root.bias": .number(0.25),
  "loss": .string("cross-entropy"), "batch_norm": .string("in-update"), "profile": .string("paper"),
  "quirks": .list([]), "evaluate_every": .integer(1), "record": .list([]), "seed": .integer(1), "data_seed": .null,
]

func smallSettings(_ changes: [String: Value] = [:]) throws -> Settings {
  try Settings(resolved: smallCell.merging(changes) { $1 })
}

/// Everything that a run tells.
struct Told: Equatable {
  var metrics: [RoundMetrics] = []
  var selections: [Selection] = []
  var masks: [Selection] = []
  var parameters: [Float] = []
  var outcome = Outcome()

  var notes: [String] { outcome.remarks.map(\.text) }
}

func run(_ settings: Settings) throws -> Told {
  let simulation = try Simulation(settings: settings, dataFolder: DataFolder("/nowhere"))
  var told = Told()
  told.outcome = try simulation.run(
    onEvaluation: { told.metrics.append($0) }, onSelection: { told.selections.append($0) },
    onMasks: { told.masks.append($0) })
  told.parameters = simulation.parameters
  return told
}

/// A rule that answers the mean and remarks what `tell` makes of the round.
struct TellingRule: Aggregator {
  static let name = "telling"
  static let summary = "says what it got"
  static let needsRootUpdate = true

  /// Not a parameter: which of the round's facts to tell.
  enum Topic: String, Codable {
    case shape, rows, root, samples
  }
  var topic = Topic.shape

  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    var aggregate = Aggregate(update: mean(round.updates))
    switch topic {
    case .shape:
      aggregate.note =
        "\(round.updates.rows) rows, \(round.byzantine) assumed, columns \(round.distanceColumns), rate"
        + " \(round.localLearningRate)"
    case .rows:
      aggregate.note = (0..<round.updates.rows).map { fingerprint(round.updates.row($0)) }.joined(separator: " ")
    case .samples: aggregate.note = round.sampleCounts.map { "\($0)" }
    case .root: aggregate.note = fingerprint(round.rootUpdate ?? [])
    }
    return aggregate
  }
}

/// Equal for equal bits.
func fingerprint(_ values: [Float]) -> String {
  let hash = values.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1.bitPattern)) &* 1_099_511_628_211 }
  return String(hash, radix: 36)
}

/// A rule that keeps every second row, from row 1 on, and answers their mean; the weights tell the same.
struct OddRows: Aggregator {
  static let name = "odd-rows"
  static let summary = "keeps rows 1, 3, 5, …"

  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let kept = (0..<round.updates.rows).map { $0 % 2 == 1 }
    return Aggregate(update: mean(round.updates), kept: kept, scores: kept.map { $0 ? 1 : 0 })
  }
}

/// A rule that selects nobody and gives rows 0, 2, 4, … a weight of 0.
struct WeighsOddRows: Aggregator {
  static let name = "weighs-odd-rows"
  static let summary = "weighs rows 1, 3, 5, …"

  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    Aggregate(update: mean(round.updates), weights: (0..<round.updates.rows).map { Double($0 % 2) })
  }
}

/// A rule that uses no update in its first two rounds, and every one in the third.
struct KeepsNobody: Aggregator {
  static let name = "keeps-nobody"
  static let summary = "keeps nobody twice"

  /// Not a parameter: how it says so.
  enum How: String, Codable {
    case rejects, weighsNothing, rejectsSilently
  }
  var how = How.rejects

  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    let played = memory.numbers["rounds"]?.first ?? 0
    memory.numbers["rounds"] = [played + 1]
    let isUsed = played == 2
    var aggregate = Aggregate(update: mean(round.updates))
    if how == .weighsNothing {
      aggregate.weights = [Double](repeating: isUsed ? 1 : 0, count: round.updates.rows)
    } else {
      aggregate.kept = [Bool](repeating: isUsed, count: round.updates.rows)
    }
    aggregate.note = isUsed ? "nobody is missed" : how == .rejectsSilently ? nil : "nobody is kept"
    return aggregate
  }
}

/// A rule whose second answer is not a number.
struct BreaksInRoundOne: Aggregator {
  static let name = "breaks"
  static let summary = "answers NaN in round 1"
  var throwsInstead = false

  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    var update = mean(round.updates)
    if memory.numbers["rounds"] == [1] {
      if throwsInstead { throw AggregationError.notFinite(rule: Self.name) }
      update[0] = .nan
    }
    memory.numbers["rounds"] = [(memory.numbers["rounds"]?.first ?? 0) + 1]
    return Aggregate(update: update, kept: [Bool](repeating: true, count: round.updates.rows), note: "round")
  }
}

/// An attack that sends zeros: in place of the malicious updates, or under `added-attackers` in front of all.
struct SendsZeros: Attack {
  static let name = "sends-zeros"
  static let summary = "sends zeros"

  func craft(_ round: AttackRound) throws -> Matrix {
    let (count, columns) = (round.byzantine * round.updates.columns, round.updates.columns)
    let zeros = [Float](repeating: 0, count: count)
    let added = round.quirks.contains(.addedAttackers)
    let rest = added ? round.updates.values[...] : round.updates.values[count...]
    return Matrix(rows: (zeros.count + rest.count) / columns, columns: columns, values: zeros + rest)
  }
}

/// An attack that sends the server's own update, or nothing where it does not see it.
struct SendsRoot: Attack {
  static let name = "sends-root"
  static let summary = "sends what it sees of the root update"

  func craft(_ round: AttackRound) throws -> Matrix {
    var updates = round.updates
    for column in 0..<updates.columns { updates[0, column] = round.rootUpdate?[column] ?? 0 }
    return updates
  }
}

/// A data attack: every label of a malicious client becomes 0.
struct AllZeroLabels: Attack {
  static let name = "all-zero-labels"
  static let summary = "every label becomes 0"

  var poisonsData: Bool { true }
  func poison(labels: inout [UInt8], classes: Int) {
    for index in labels.indices { labels[index] = 0 }
  }
}

private func mean(_ updates: Matrix) -> [Float] {
  var mean = [Float](repeating: 0, count: updates.columns)
  for row in 0..<updates.rows {
    for (column, value) in updates.row(row).enumerated() { mean[column] += value / Float(updates.rows) }
  }
  return mean
}
