internal import NeuralNet

/// One cell: clients, some of them malicious, and a server, round by round.
///
/// Every number is a function of the settings and the data alone. No clock, environment or output is touched.
package final class Simulation {
  /// What a round spends its time on, in order.
  package enum Phase: String, Sendable, CaseIterable {
    case training, attack, aggregation, evaluation
  }

  package let settings: Settings
  /// Where it stood after the last whole round.
  package private(set) var state: SimulationState
  /// The model, w, d floats: every trainable tensor in layer order, then the running statistics.
  package internal(set) var parameters: [Float]

  let network: Network
  let training: LocalTraining
  private let evaluator: Evaluator
  /// What the attack wants triggered samples to be taken for.
  private let backdoor: Backdoor?
  let stop: StopRequest
  /// [C, H, W] or [features].
  let inputShape: [Int]
  let root: RootSet
  let rootLoss: NetworkRootLoss
  /// How many samples of the root set a step of mask training draws; nil for all.
  let maskBatch: Int?
  /// For each client, the indices of its samples. The malicious ones come first.
  let owned: [[Int]]
  /// What a round's participants send when honest, a row each; the memory serves every round.
  var updates: Matrix
  var memory = RuleMemory()

  /// Loads the data, deals them, poisons the malicious clients' samples where the attack does that, and draws w.
  ///
  /// - Parameter stop: ends `run` within a batch's time once it is made.
  /// - Throws: `DatasetError`, `PartitionError`, `SimulationError`, or what the network says of the model.
  package init(settings: Settings, dataFolder: DataFolder, stop: StopRequest = .none) throws {
    self.settings = settings
    self.stop = stop
    let samples = try settings.dataset.load(
      from: dataFolder, seed: settings.dataSeed, quirks: settings.quirks)
    try settings.checkObjections(inputShape: samples.inputShape, classes: samples.classes)
    var train = samples.train
    root = try RootSet(of: samples, settings)
    var deal = Deal(
      labels: train.labels, owners: train.owners, pool: root.pool, classes: samples.classes, clients: settings.clients,
      bias: settings.bias, seed: settings.dataSeed)
    deal.keepsOwnersInOrder = samples.treatment.keepsOwnersInOrder
    owned = try settings.partition.lists(of: deal)
    inputShape = samples.inputShape
    backdoor = settings.maliciousClients > 0 ? settings.attack.backdoor(inputShape: inputShape) : nil
    if settings.attack.poisonsData {
      train.poison(
        owned.prefix(settings.maliciousClients), by: settings.attack, backdoor, classes: samples.classes,
        random: RandomSource(seed: settings.seed, stream: .poison))
    }
    let length = inputShape.reduce(1, *)
    network = try Network(
      settings.model, input: samples.inputShape, classes: samples.classes, loss: settings.loss,
      batch: settings.batchSize)
    training = LocalTraining(
      network: network, samples: train, sampleLength: length, batchSize: settings.batchSize,
      epochs: settings.localEpochs, optimizer: settings.optimizer, seed: settings.seed, stop: stop)
    evaluator = Evaluator(
      network: network, test: samples.test, sampleLength: length, classes: samples.classes,
      isOneBatch: samples.treatment.testsInOneBatch, stop: stop)
    rootLoss = NetworkRootLoss(
      network: network, samples: train, sampleLength: length, indices: root.indices,
      plainBatchNorm: settings.quirks.contains(.plainMaskBatchNorm), stop: stop)
    maskBatch = samples.treatment.maskBatch
    parameters = InitialParameters.make(network.layout, seed: settings.seed)
    state = SimulationState(round: 0, parameters: parameters)
    updates = Matrix(rows: settings.participants, columns: network.layout.count)
  }

  /// Takes up a state that a simulation of the same settings and data had; the rounds from there on are the same bits.
  ///
  /// - Returns: false, and nothing is changed, when the state cannot be one of this simulation.
  package func restore(_ state: SimulationState) -> Bool {
    guard state.parameters.count == parameters.count, (0...settings.rounds).contains(state.round) else { return false }
    self.state = state
    (parameters, memory) = (state.parameters, state.memory)
    return true
  }

  /// Plays the rounds that are left.
  ///
  /// What a round tells is told when all of it is computed, so that an end in its middle leaves no trace of it: `state`,
  /// and what was told, are those of the last whole round.
  ///
  /// A model that is not finite is a result: no round is played from then on, and the remaining evaluations report only
  /// the accuracy of the constant guess. A client whose own training blows up is no such result yet, since a
  /// robust rule may do without it. Nor is a test loss that is not finite: measuring changes nothing.
  ///
  /// - Parameters:
  ///   - onEvaluation: called in the order of the rounds, for each that is evaluated.
  ///   - onSelection: called every round where `record` lists `selection` and the rule selects, weighs or scores.
  ///   - onMasks: called for each evaluated round where `record` lists `masks` and the rule clustered masks.
  ///   - onPhase: called as each phase of a round begins, for who wants to time them.
  ///   - onRound: called after each round with the number of rounds done; throwing ends the run.
  /// - Throws: `Stopped` when a stop was asked for.
  package func run(
    onEvaluation: (RoundMetrics) throws -> Void, onSelection: (Selection) throws -> Void = { _ in },
    onMasks: (Selection) throws -> Void = { _ in }, onPhase: (Phase) -> Void = { _ in },
    onRound: (Int) throws -> Void = { _ in }
  ) throws -> Outcome {
    (parameters, memory) = (state.parameters, state.memory)
    for round in state.round..<settings.rounds {
      var outcome = state.outcome
      var metrics = RoundMetrics(round: round)
      var selection: Selection?
      try stop.check()
      if outcome.divergedAt == nil {
        if let played = try play(round, onPhase) {
          played.selection.measure(into: &metrics)
          metrics.updateNorm = played.updateNorm
          let usesNone = played.selection.usesNone
          if let note = played.note ?? (usesNone ? "no update is used" : nil) {
            outcome.remark(note, round: round, isFallback: usesNone)
          }
          selection = played.selection
        }
        if !parameters.allSatisfy(\.isFinite) { outcome.divergedAt = round }
      }
      if settings.evaluates(round) {
        onPhase(.evaluation)
        try measureAccuracy(into: &metrics, outcome)
      }
      if let selection { try tell(selection, onSelection, onMasks) }
      if settings.evaluates(round) { try onEvaluation(metrics) }
      state = SimulationState(round: round + 1, parameters: parameters, memory: memory, outcome: outcome)
      try onRound(round + 1)
    }
    return state.outcome
  }

  /// Tells what `record` lists of a round.
  private func tell(
    _ selection: Selection, _ onSelection: (Selection) throws -> Void, _ onMasks: (Selection) throws -> Void
  ) throws {
    if settings.recordsSelection, selection.tellsAnything { try onSelection(selection) }
    if settings.recordsMasks, settings.evaluates(selection.round), selection.rootPoint != nil { try onMasks(selection) }
  }

  private func measureAccuracy(into metrics: inout RoundMetrics, _ outcome: Outcome) throws {
    guard outcome.divergedAt == nil else {
      metrics.testAccuracy = evaluator.constantGuess
      return
    }
    let (accuracy, loss) = try evaluator.evaluate(parameters)
    metrics.testAccuracy = accuracy
    metrics.testLoss = loss
    if let backdoor { metrics.attackSuccessRate = try evaluator.successRate(of: backdoor, parameters) }
  }
}

extension Settings {
  /// - Throws: `SimulationError.objection` when the rule or the attack cannot serve these settings.
  fileprivate func checkObjections(inputShape: [Int], classes: Int) throws {
    if let text = aggregator.objection(clients: participants, byzantine: assumedByzantine) {
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
  /// Changes the malicious clients' labels as the attack does, and puts its trigger on some of each one's samples.
  ///
  /// - Parameter random: numbers of (seed, stream `poison`); each client draws its own.
  fileprivate mutating func poison(
    _ clients: some Sequence<[Int]>, by attack: any Attack, _ backdoor: Backdoor?, classes: Int, random: RandomSource
  ) {
    var isTriggered = [Bool](repeating: false, count: labels.count)
    for (client, owned) in clients.enumerated() {
      var changed = owned.map { labels[$0] }
      attack.poison(labels: &changed, classes: classes)
      for (sample, label) in zip(owned, changed) { labels[sample] = label }
      var (random, shuffled) = (random.numbered(client), owned)
      random.shuffle(&shuffled)
      for sample in shuffled.prefix(attack.triggeredCount(of: owned.count)) { isTriggered[sample] = true }
    }
    // The label of a triggered sample is the target; it is written where the trigger is.
    if let backdoor, isTriggered.contains(true) { triggered = (backdoor, isTriggered) }
  }
}

extension RootSet {
  /// The root set that a cell's data set or settings ask for.
  fileprivate init(of samples: Samples, _ settings: Settings) throws {
    let random = RandomSource(seed: settings.dataSeed, stream: .rootSet)
    if let share = type(of: settings.dataset).rootShare, let owners = samples.train.owners {
      self.init(owners: owners, share: share, roundsUp: samples.treatment.roundsSharesUp, random: random)
    } else {
      try self.init(
        labels: samples.train.labels, classes: samples.classes, size: settings.rootSize, bias: settings.rootBias,
        random: random)
    }
  }
}
