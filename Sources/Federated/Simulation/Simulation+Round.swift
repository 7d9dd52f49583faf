extension Simulation {
  /// What a round tells beside the new model.
  struct Played {
    var selection: Selection
    /// Nil where it is not finite.
    var updateNorm: Double?
    var note: String?
  }

  /// Trains, attacks, aggregates and steps; the parameters become NaN when no update that came was finite.
  func play(_ round: Int, _ onPhase: (Phase) -> Void) throws -> Played? {
    onPhase(.training)
    let participants = participants(of: round)
    try trainParticipants(participants, round: round)
    // The malicious clients have the lowest numbers, and so the first rows.
    let malicious = participants.count { $0 < settings.maliciousClients }
    var rootUpdate: [Float]?
    let attackNeedsRoot = malicious > 0 && settings.attack.needsRootUpdate
    if attackNeedsRoot || type(of: settings.aggregator).needsRootUpdate { rootUpdate = try trainServer(round: round) }
    try stop.check()
    onPhase(.attack)
    let received = try receive(from: participants, malicious: malicious, rootUpdate: rootUpdate, round: round)
    try stop.check()
    onPhase(.aggregation)
    let answer: Aggregate
    do {
      answer = try settings.aggregator.aggregate(
        question(received, from: participants, rootUpdate: rootUpdate, round: round), memory: &memory)
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
          score: answer.scores?[row] ?? nil, point: answer.plane?.updates[row])
      }, rootPoint: answer.plane?.root)
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
  private func receive(
    from participants: [Int], malicious: Int, rootUpdate: [Float]?, round: Int
  ) throws -> Matrix {
    guard malicious > 0 else { return updates }
    let showsRoot = settings.attack.needsRootUpdate || settings.quirks.contains(.attackSeesRoot)
    return try settings.attack.craft(
      AttackRound(
        updates: updates, byzantine: malicious,
        rootUpdate: showsRoot ? rootUpdate : nil, quirks: settings.quirks,
        random: RandomSource(seed: settings.seed, stream: .attack, round: round),
        training: AttackerTraining(
          training: training, inputShape: inputShape, start: parameters, round: round, clients: participants,
          owned: owned)))
  }

  private func question(
    _ received: Matrix, from participants: [Int], rootUpdate: [Float]?, round: Int
  ) -> AggregatorRound {
    let layout = network.layout
    // Updates that stand in front of all come from the same malicious clients, which are first in `participants`.
    let senders = participants.prefix(received.rows - participants.count) + participants
    return AggregatorRound(
      updates: received, byzantine: settings.assumedByzantine, rootUpdate: rootUpdate,
      parameters: parameters, localLearningRate: settings.localLearningRate,
      globalLearningRate: settings.globalLearningRate, layout: layout,
      distanceColumns: 0..<(settings.keepsBatchNormOutsideDistance ? layout.trainableCount : layout.count),
      sampleCounts: senders.map { owned[$0].count }, senders: Array(senders),
      quirks: settings.quirks, random: RandomSource(seed: settings.seed, stream: .rule, round: round),
      clusteringRandom: RandomSource(seed: settings.seed, stream: .clustering, round: round),
      rootLoss: rootLoss(of: round))
  }

  private func rootLoss(of round: Int) -> any RootLoss {
    guard let maskBatch else { return rootLoss }
    return SampledRootLoss(
      rootLoss, count: maskBatch, random: RandomSource(seed: settings.seed, stream: .maskBatch, round: round))
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
