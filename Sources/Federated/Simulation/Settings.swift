package import Catalogue
package import NeuralNet

/// The parameters of one cell, typed.
package struct Settings: Sendable {
  package var dataset: any Dataset
  package var model: any Model
  package var partition: any Partition
  /// Read only where the partition uses it.
  package var bias: Double
  package var clients: Int
  /// Participants drawn each round; nil for all.
  package var clientsPerRound: Int?
  package var byzantine: Int
  /// What the rules believe to be malicious among the updates of a round, whoever is drawn; the share of `byzantine` where
  /// the cell does not say.
  package var assumedByzantine: Int
  package var attack: any Attack
  package var aggregator: any Aggregator
  package var rounds: Int
  package var batchSize: Int
  package var localEpochs: Int
  package var localLearningRate: Double
  package var globalLearningRate: Double
  /// Nil for no clamp.
  package var gradientClip: Double?
  package var momentum: Double
  package var weightDecay: Double
  /// Read only where the data set has no share of its own for the root set; likewise `rootBias`.
  package var rootSize: Int
  package var rootBias: Double
  package var loss: Loss
  package var keepsBatchNormOutsideDistance: Bool
  package var quirks: Set<Quirk>
  package var evaluateEvery: Int
  package var recordsSelection: Bool
  package var recordsMasks: Bool
  package var seed: UInt64
  package var dataSeed: UInt64
}

extension Settings {
  /// The settings that a resolved cell's flat map says, keys as in `CellParameters.all`.
  ///
  /// Only what has a meaning when left out may be absent or null: `bias` where the partition uses none, `root.size` and
  /// `root.bias` where the data set has a share of its own for the root set,
  /// `clients_per_round`, `assumed_byzantine`, `gradient_clip`, `profile`, `quirks`, `record`,
  /// `data_seed`.
  ///
  /// - Throws: `SimulationError`, `CatalogueError`, or the decoding error of a component's parameter.
  package init(resolved map: [String: Value]) throws {
    let cell = CellReader(map)
    dataset = try cell.component("dataset", of: Datasets.family)
    model = try cell.component("model", of: Models.family)
    let partition: any Partition = try cell.component("partition", of: Partitions.family)
    self.partition = partition
    bias = type(of: partition).usesBias ? try cell.number("bias") : 0
    clients = try cell.integer("clients", 1...1_000_000)
    clientsPerRound = try cell.optional("clients_per_round")?.integer("clients_per_round", 1...clients)
    byzantine = try cell.integer("byzantine", 0...(clients - 1))
    assumedByzantine =
      try cell.optional("assumed_byzantine")?.integer("assumed_byzantine", 0...(clients - 1))
      ?? Settings.share(of: byzantine, participants: clientsPerRound, clients: clients)
    attack = try cell.component("attack", of: Attacks.family)
    aggregator = try cell.component("aggregator", of: Aggregators.family)
    rounds = try cell.integer("rounds", 1...10_000_000)
    batchSize = try cell.integer("batch_size", 1...65_536)
    localEpochs = try cell.integer("local_epochs", 1...100_000)
    localLearningRate = try cell.number("local_lr")
    globalLearningRate = try cell.number("global_lr")
    gradientClip = try cell.optional("gradient_clip")?.number("gradient_clip")
    momentum = try cell.number("momentum")
    weightDecay = try cell.number("weight_decay")
    // A data set with a share of its own for the root set leaves nothing to say.
    let saysRoot = type(of: dataset).rootShare == nil || cell.optional("root.size") != nil
    rootSize = saysRoot ? try cell.integer("root.size", 1...10_000_000) : 0
    rootBias = saysRoot ? try cell.number("root.bias") : 0
    keepsBatchNormOutsideDistance =
      try cell.word("batch_norm", ["in-update", "outside-distance"]) == "outside-distance"
    quirks = try cell.quirks()
    let loss = try cell.word("loss", Loss.allCases.map(\.rawValue))
    self.loss = quirks.contains(.batchSoftmax) ? .batchSoftmax : Loss(rawValue: loss) ?? .crossEntropy
    evaluateEvery = try cell.integer("evaluate_every", 1...10_000_000)
    let recorded = try cell.words("record", ["selection", "masks"])
    (recordsSelection, recordsMasks) = (recorded.contains("selection"), recorded.contains("masks"))
    let seed = try cell.integer("seed", 0...Int.max)
    self.seed = UInt64(seed)
    dataSeed = UInt64(try cell.optional("data_seed")?.integer("data_seed", 0...Int.max) ?? seed)
  }

  /// Clients that really attack: under the attack `none` nobody is malicious.
  package var maliciousClients: Int { attack is NoAttack ? 0 : byzantine }

  package var participants: Int { clientsPerRound ?? clients }

  /// The malicious clients to expect among the participants of a round: their share of the clients, at least one if there
  /// are any.
  ///
  /// - Parameter participants: nil for all clients.
  package static func share(of byzantine: Int, participants: Int?, clients: Int) -> Int {
    guard let participants, byzantine > 0 else { return byzantine }
    return max(1, Int((Double(byzantine) * Double(participants) / Double(clients)).rounded()))
  }

  package var optimizer: SGD {
    SGD(
      learningRate: Float(localLearningRate), clip: gradientClip.map { Float($0) }, momentum: Float(momentum),
      weightDecay: Float(weightDecay))
  }

  /// Whether the model is evaluated after round `round`, counted from 0.
  package func evaluates(_ round: Int) -> Bool {
    round % evaluateEvery == 0 || (round == rounds - 1 && !quirks.contains(.skipLastEvaluation))
  }
}
