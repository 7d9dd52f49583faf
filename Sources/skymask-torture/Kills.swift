internal import Federated
internal import Foundation
internal import Synchronization

/// SIGKILL of the run, of a worker or of both at random instants of sweeps.
struct Kills: Sendable {
  let sweep: Sweep
  let wanted: Int
  let perSweep: Int
  let seed: UInt64

  struct Tally: Sendable {
    var sweeps = 0
    var ofRuns = 0
    var ofWorkers = 0
    var ofBoth = 0
    /// Processor time beside that of an undisturbed run: of all sweeps, and of the worst.
    var ratio = 0.0
    var worstRatio = 0.0

    var kills: Int { ofRuns + ofWorkers + ofBoth }
  }

  private struct State {
    var random: RandomSource
    var tally = Tally()
    /// Kills that are left for this sweep.
    var left = 0
  }

  func run() async throws -> Tally {
    let state = Mutex(State(random: RandomSource(seed: seed, stream: .shuffle)))
    var sum = 0.0
    while state.withLock({ $0.tally.kills }) < wanted {
      let number = state.withLock { state in
        state.left = min(perSweep, wanted - state.tally.kills)
        return state.tally.sweeps
      }
      let results = "kills-\(number)"
      let before = Processes.childrenSeconds
      try await disturbedSweep(results, state)
      try Processes.waitForOrphans()
      let ratio = (Processes.childrenSeconds - before) / sweep.processorSeconds
      sum += ratio
      try sweep.compare(results: results, "the sweep in \(results)")
      try sweep.program.remove(results)
      state.withLock { state in
        state.tally.sweeps += 1
        state.tally.worstRatio = max(state.tally.worstRatio, ratio)
        state.tally.ratio = sum / Double(state.tally.sweeps)
      }
    }
    return state.withLock { $0.tally }
  }

  /// Runs the sweep again and again until it is finished.
  private func disturbedSweep(_ results: String, _ state: borrowing Mutex<State>) async throws {
    for _ in 0..<1000 {
      let ended = try await sweep.run(results: results) { process in try await disturb(process, state) }
      if ended.code == 0 { return }
      // 1: a killed worker's cell failed; 137: the run was killed.
      guard [1, 137].contains(ended.code) else { throw Loss.unexpected("a disturbed run in \(results)", ended) }
      // Half of the time the next run meets the workers that the killed one left.
      if state.withLock({ $0.random.integer(below: 2) == 0 }) { try Processes.waitForOrphans() }
    }
    throw Loss.other("\(results): not finished after 1000 runs")
  }

  /// Kills at random instants until the process ends or enough is killed.
  private func disturb(_ process: pid_t, _ state: borrowing Mutex<State>) async throws {
    while state.withLock({ $0.left > 0 }) {
      // Twice the mean, so that the kills of a sweep take about as long as the sweep.
      let most = 2 * sweep.seconds / Double(perSweep)
      let end = ContinuousClock.now + .seconds(most * state.withLock { $0.random.uniform() })
      while ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(5))
        if !Processes.isRunning(process) { return }
      }
      let workers = try Processes.children(of: process)
      let isDead = state.withLock { state in
        let choice = state.random.integer(below: 3)
        let worker = workers.isEmpty ? nil : workers[state.random.integer(below: workers.count)]
        if choice > 0, let worker { kill(worker, SIGKILL) }
        if choice != 1 { kill(process, SIGKILL) }
        switch (choice, worker) {
        case (1, nil): return false
        case (1, _): state.tally.ofWorkers += 1
        case (2, .some): state.tally.ofBoth += 1
        default: state.tally.ofRuns += 1
        }
        state.left -= 1
        return choice != 1
      }
      if isDead { return }
    }
  }
}
