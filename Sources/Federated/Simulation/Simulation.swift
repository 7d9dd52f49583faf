internal import NeuralNet

/// One cell: clients, some of them malicious, and a server, round by round.
///
/// Every number is a function of the settings and the data alone. No clock, environment or output is touched.
package final class Simulation {
  package let settings: Settings
  /// The model, w, d floats: every trainable tensor in layer order, then the running statistics.
  package private(set) var parameters: [Float]

  private let network: Network
  private let training: LocalTraining
  private let evaluator: Evaluator
  let root: RootSet
  private let rootLoss: NetworkRootLoss
  /// For each client, the indices of its samples. The malicious ones come first.
  let owned: [[Int]]
  /// What a round's participants send when honest, a row each; the memory serves every round.
  private var updates: Matrix
  private var memory = RuleMemory()

  /// Loads the data, deals them, poisons the malicious clients' labels where the attack does that, and draws w.
  ///
  /// - Throws: `DatasetError`, `PartitionError`, `SimulationError`, or what the network says of the model.
  package init(settings: Settings, dataFolder: DataFolder) throws {
    self.settings = settings
    let samples = try settings.dataset.load(from: dataFolder, seed: settings.dataSeed)
    try settings.checkObjections(inputShape: samples.inputShape, classes: samples.classes)
    var train = samples.train
    root = try RootSet(
      labels: train.labels, classes: samples.classes, size: settings.rootSize, bias: settings.rootBias,
      random: RandomSource(seed: settings.dataSeed, stream: .rootSet))
    owned = try settings.partition.deal(
      pool: root.pool, labels: train.labels, classes: samples.classes, clients: settings.clients, bias: settings.bias,
      random: RandomSource(seed: settings.dataSeed, stream: .partition))
    if settings.attack.poisonsData {
      for client in 0..<settings.maliciousClients {
        train.poison(owned[client], by: settings.attack, classes: samples.classes)
      }
    }
    let length = samples.inputShape.reduce(1, *)
    network = try Network(
      settings.model, input: samples.inputShape, classes: samples.classes, loss: settings.loss)
    training = LocalTraining(
      network: network, samples: train, sampleLength: length, batchSize: settings.batchSize,
      epochs: settings.localEpochs, optimizer: settings.optimizer, seed: settings.seed)
    evaluator = Evaluator(network: network, test: samples.test, sampleLength: length, classes: samples.classes)
    rootLoss = NetworkRootLoss(
      network: network, samples: train, sampleLength: length, indices: root.indices,
      plainBatchNorm: settings.quirks.contains(.plainMaskBatchNorm))
    parameters = InitialParameters.make(network.layout, seed: settings.seed)
    updates = Matrix(rows: settings.participants, columns: network.layout.count)
  }

  /// Plays all rounds.
  ///
  /// A model or a test loss that is not finite is a result: no round is played from then on, and the evaluations that
  /// remain tell the accuracy of the constant guess and nothing else. A client whose own training blows up is no such
  /// result yet, since a robust rule may do without it.
  ///
  /// - Parameters:
  ///   - onEvaluation: called in the order of the rounds, for each that is evaluated.
  ///   - onSelection: called every round where `record` lists `selection` and the rule selects, weighs or scores.
  ///   - onRound: called after each round with the number of rounds done; throwing ends the run.
  package func run(
    onEvaluation: (RoundMetrics) throws -> Void, onSelection: (Selection) throws -> Void = { _ in },
    onRound: (Int) throws -> Void = { _ in }
  ) throws -> Outcome {
    var outcome = Outcome()
    for round in 0..<settings.rounds {
      var metrics = RoundMetrics(round: round)
      if outcome.divergedAt == nil {
        if let played = try play(round) {
          played.selection.measure(into: &metrics)
          metrics.updateNorm = played.updateNorm
          if let note = played.note { outcome.remark(note, round: round) }
          if settings.recordsSelection, played.selection.tellsAnything { try onSelection(played.selection) }
        }
        if !parameters.allSatisfy(\.isFinite) { outcome.divergedAt = round }
      }
      if settings.evaluates(round) {
        try measureAccuracy(into: &metrics, &outcome)
        try onEvaluation(metrics)
      }
      try onRound(round + 1)
    }
    return outcome
  }

  private func measureAccuracy(into metrics: inout RoundMetrics, _ outcome: inout Outcome) throws {
    if outcome.divergedAt == nil, let (accuracy, loss) = try evaluator.evaluate(parameters) {
      metrics.testAccuracy = accuracy
      metrics.testLoss = loss
    } else {
      outcome.divergedAt = outcome.divergedAt ?? metrics.round
      metrics.testAccuracy = evaluator.constantGuess
    }
  }
}

// MARK: - One round

extension Simulation {
  /// What a round tells beside the new model.
  private struct Played {
    var selection: Selection
    /// Nil where it is not finite.
    var updateNorm: Double?
    var note: String?
  }

  /// Trains, attacks, aggregates and steps; the parameters become NaN when no update that came was finite.
  private func play(_ round: Int) throws -> Played? {
    let participants = participants(of: round)
    try trainParticipants(participants, round: round)
    var rootUpdate: [Float]?
    if type(of: settings.aggregator).needsRootUpdate { rootUpdate = try trainServer(round: round) }
    // The malicious clients have the lowest numbers, and so the first rows.
    let malicious = participants.count { $0 < settings.maliciousClients }
    let received = try receive(malicious: malicious, rootUpdate: rootUpdate, round: round)
    let answer: Aggregate
    do {
      answer = try settings.aggregator.aggregate(
        question(received, rootUpdate: rootUpdate, round: round), memory: &memory)
    } catch AggregationError.notFinite {
      for index in parameters.indices { parameters[index] = .nan }
      return nil
    }
    let norm = step(answer.update)
    let senders = [Int?](repeating: nil, count: received.rows - participants.count) + participants
    let selection = Selection(
      round: round,
      rows: senders.indices.map { row in
        Selection.Row(
          client: senders[row], malicious: row < malicious, kept: answer.kept?[row], weight: answer.weights?[row],
          score: answer.scores?[row])
      })
    return Played(selection: selection, updateNorm: norm.isFinite ? norm : nil, note: answer.note)
  }

  /// The clients that take part, ascending.
  private func participants(of round: Int) -> [Int] {
    var clients = Array(0..<settings.clients)
    guard let count = settings.clientsPerRound, count < settings.clients else { return clients }
    var random = RandomSource(seed: settings.seed, stream: .participants, round: round)
    random.shuffle(&clients)
    return clients.prefix(count).sorted()
  }

  private func trainParticipants(_ participants: [Int], round: Int) throws {
    let columns = updates.columns
    try updates.values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for (row, client) in participants.enumerated() {
        try training.update(
          from: parameters, owned: owned[client], round: round, client: client, into: first + row * columns)
      }
    }
  }

  private func trainServer(round: Int) throws -> [Float] {
    var update = [Float](repeating: 0, count: parameters.count)
    try update.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      try training.update(
        from: parameters, owned: root.indices, round: round, client: LocalTraining.server, into: first)
    }
    return update
  }

  /// What arrives at the server: the honest updates, or what the attack makes of them.
  private func receive(malicious: Int, rootUpdate: [Float]?, round: Int) throws -> Matrix {
    guard malicious > 0 else { return updates }
    return try settings.attack.craft(
      AttackRound(
        updates: updates, byzantine: malicious,
        rootUpdate: settings.quirks.contains(.attackSeesRoot) ? rootUpdate : nil, quirks: settings.quirks,
        random: RandomSource(seed: settings.seed, stream: .attack, round: round)))
  }

  private func question(_ received: Matrix, rootUpdate: [Float]?, round: Int) -> AggregatorRound {
    let layout = network.layout
    return AggregatorRound(
      updates: received, byzantine: settings.assumedByzantineParticipants, rootUpdate: rootUpdate,
      parameters: parameters, localLearningRate: settings.localLearningRate, layout: layout,
      distanceColumns: 0..<(settings.keepsBatchNormOutsideDistance ? layout.trainableCount : layout.count),
      quirks: settings.quirks, random: RandomSource(seed: settings.seed, stream: .rule, round: round),
      clusteringRandom: RandomSource(seed: settings.seed, stream: .clustering, round: round), rootLoss: rootLoss)
  }

  /// w −= global_lr·u; returns ‖u‖.
  private func step(_ update: [Float]) -> Double {
    precondition(update.count == parameters.count, "an update of \(update.count) for \(parameters.count) parameters")
    let rate = Float(settings.globalLearningRate)
    var squares = 0.0
    parameters.withUnsafeMutableBufferPointer { parameters in
      update.withUnsafeBufferPointer { update in
        for index in update.indices {
          parameters[index] -= rate * update[index]
          squares += Double(update[index]) * Double(update[index])
        }
      }
    }
    return squares.squareRoot()
  }
}

extension Settings {
  /// - Throws: `SimulationError.objection` when the rule or the attack cannot serve these settings.
  fileprivate func checkObjections(inputShape: [Int], classes: Int) throws {
    let assumed = assumedByzantineParticipants
    if let text = aggregator.objection(clients: participants, byzantine: assumed) {
      throw SimulationError.objection(text)
    }
    if let text = attack.objection(
      clients: clients, byzantine: byzantine, inputShape: inputShape, classes: classes)
    {
      throw SimulationError.objection(text)
    }
  }
}

extension Samples.Split {
  /// Changes the labels of a malicious client's samples as the attack does.
  fileprivate mutating func poison(_ owned: [Int], by attack: any Attack, classes: Int) {
    var changed = owned.map { labels[$0] }
    attack.poison(labels: &changed, classes: classes)
    for (sample, label) in zip(owned, changed) { labels[sample] = label }
  }
}

extension Selection {
  fileprivate var tellsAnything: Bool {
    rows.contains { $0.kept != nil || $0.weight != nil || $0.score != nil }
  }
}
