internal import Experiments
internal import Federated
internal import Scheduling

/// Simulates a cell from its newest checkpoint, or its first round, to its end or until it is asked to stop.
final class CellAttempt {
  private let settings: Settings
  private let writer: CellWriter
  private let simulation: Simulation
  private let clock = ContinuousClock()
  private let begun: ContinuousClock.Instant
  /// When the first round began.
  private let ready: ContinuousClock.Instant
  private var pace: CheckpointPace
  /// What earlier attempts took, and that this is one more.
  private var earlier = Effort()
  /// The round of the last checkpoint.
  private var saved = 0

  /// Loads the data and takes up the newest checkpoint.
  init(
    cell: Cell, store: ResultStore, dataFolder: DataFolder, checkpointEverySeconds: Double, fileSystem: any FileSystem
  ) throws {
    begun = clock.now
    settings = try Settings(resolved: cell.parameters)
    writer = try CellWriter(
      cell: cell, root: store.root, name: store.name, recording: SideFile.recorded(by: settings),
      fileSystem: fileSystem)
    try DataDigest.check(cell, in: dataFolder)
    simulation = try Simulation(
      settings: settings, dataFolder: dataFolder, stop: StopRequest { StopSignals.isStopAsked })
    ready = clock.now
    pace = CheckpointPace(everySeconds: checkpointEverySeconds, from: ready)
    try goOn()
  }

  /// - Throws: `Stopped` when it was asked to stop, and then there is a checkpoint of the last whole round.
  func run() throws {
    let outcome: Outcome
    do {
      outcome = try simulation.run(
        onEvaluation: { try writer.append($0) },
        onSelection: { writer.append(SelectionRow.rows(of: $0)) },
        onMasks: { writer.append(MaskRow.rows(of: $0)) },
        onRound: { round in
          try writer.advance(to: round, of: settings.rounds)
          if pace.isDue(at: clock.now), round < settings.rounds { try checkpoint() }
        })
    } catch let stopped as Stopped {
      if simulation.state.round > saved { try checkpoint() }
      try writer.log("stopped at round \(simulation.state.round), which it goes on at next time")
      throw stopped
    }
    for remark in outcome.remarks {
      try writer.log("\(remark.text) (round \(remark.firstRound) first, \(remark.rounds) rounds in all)")
    }
    _ = try writer.finish(outcome, provenance: provenance)
  }

  /// What it read of a checkpoint is let go on return: the simulation alone keeps what it needs.
  private func goOn() throws {
    guard let checkpoint = try writer.newestCheckpoint(), simulation.restore(checkpoint.state) else {
      return try writer.startAnew()
    }
    try writer.goOn(from: checkpoint)
    earlier = checkpoint.effort
    earlier.attempts += 1
    saved = checkpoint.state.round
    try writer.advance(to: saved, of: settings.rounds)
    try writer.log("going on at round \(saved)")
  }

  private func checkpoint() throws {
    let start = clock.now
    try writer.checkpoint(simulation.state, effort)
    saved = simulation.state.round
    pace.wrote(from: start, to: clock.now)
  }

  /// What all attempts took until now.
  private var effort: Effort {
    var effort = earlier
    effort.setupSeconds += (ready - begun).rounded
    effort.trainingSeconds += (clock.now - ready).rounded
    effort.peakMemoryBytes = max(effort.peakMemoryBytes, Machine.peakMemoryBytes ?? 0)
    return effort
  }

  private var provenance: Provenance {
    var provenance = Machine.provenance
    let effort = effort
    provenance.attempts = effort.attempts
    provenance.setupSeconds = effort.setupSeconds
    provenance.trainingSeconds = effort.trainingSeconds
    provenance.peakMemoryBytes = effort.peakMemoryBytes > 0 ? effort.peakMemoryBytes : nil
    return provenance
  }
}
