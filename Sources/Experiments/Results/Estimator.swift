internal import Catalogue
internal import Federated
internal import NeuralNet
internal import Synchronization

/// What a cell is expected to take.
package struct CellEstimate: Sendable, Equatable {
  /// Of one core, from its start to its result.
  package var seconds: Double
  /// The most memory that its process holds at once.
  package var memoryBytes: Int
  /// What its result takes on the disk, its rows in the exported tables included.
  package var diskBytes: Int
  /// What its two checkpoints take as long as it is unfinished, without the history of a rule that keeps one.
  package var checkpointBytes: Int
}

/// Estimates what cells take: arithmetic on their parameters, put right by what finished cells of the sweep took.
///
/// The arithmetic (`prior`) counts training, evaluation, and what the attack and the rule do by their own account, and
/// takes for each what this machine was measured to take; memory is data + 3·n·d·4 bytes + 200 MB. It cannot know when
/// mask training stops early, nor what else the machine does. So a cell's time is its prior times the median of
/// measured/prior over the finished cells that are nearest to it: those that differ in the seed alone, else those of its
/// data set, model, attack and rule, else those of its model, else all. Its memory is the most that cells differing in
/// the seed alone took; with no such cell the prior, raised, never lowered, by the largest measured/prior of the nearest
/// ones: too little memory ends a cell, too much only makes it wait.
package final class Estimator: Sendable {
  /// How near a finished cell is; the nearest that has any decides.
  private enum Nearness: Int, CaseIterable {
    case seed, components, model, everything
  }

  private struct Measured {
    /// Seconds, measured/prior.
    var times: [Double] = []
    var mostMemory = 0
    /// Memory, measured/prior.
    var memoryRatio = 0.0
  }

  private let measured: [[Value: Measured]]
  private let workloads: Workloads
  private let speed: MachineSpeed

  /// - Parameters:
  ///   - finished: finished cells of the sweep and what their results say.
  ///   - speed: of the machine that is to run the others.
  package init(finished: [(cell: Cell, provenance: Provenance)], speed: MachineSpeed) {
    let workloads = Workloads()
    var measured = [[Value: Measured]](repeating: [:], count: finished.isEmpty ? 0 : Nearness.allCases.count)
    for (cell, provenance) in finished {
      let prior = Estimator.prior(of: cell, workloads, speed)
      for nearness in Nearness.allCases {
        let key = Estimator.key(of: cell, nearness)
        var known = measured[nearness.rawValue][key] ?? Measured()
        if let training = provenance.trainingSeconds {
          known.times.append((training + (provenance.setupSeconds ?? 0)) / prior.seconds)
        }
        if let peak = provenance.peakMemoryBytes {
          known.mostMemory = max(known.mostMemory, peak)
          known.memoryRatio = max(known.memoryRatio, Double(peak) / Double(prior.memoryBytes))
        }
        measured[nearness.rawValue][key] = known
      }
    }
    // Sorted once, so that a median is a look at the middle.
    for level in measured.indices {
      for key in measured[level].keys { measured[level][key]?.times.sort() }
    }
    (self.measured, self.workloads, self.speed) = (measured, workloads, speed)
  }

  /// The same for the same cell and finished cells, in whatever order they came.
  package func estimate(_ cell: Cell) -> CellEstimate {
    var estimate = Estimator.prior(of: cell, workloads, speed)
    var (needsTime, needsMemory) = (true, true)
    for (nearness, known) in zip(Nearness.allCases, measured) {
      guard needsTime || needsMemory else { break }
      guard let known = known[Estimator.key(of: cell, nearness)] else { continue }
      if needsTime, let ratio = Estimator.median(known.times) {
        estimate.seconds *= ratio
        needsTime = false
      }
      if needsMemory, known.mostMemory > 0 {
        estimate.memoryBytes =
          nearness == .seed ? known.mostMemory : Int(Double(estimate.memoryBytes) * max(1, known.memoryRatio))
        needsMemory = false
      }
    }
    return estimate
  }

  private static func key(of cell: Cell, _ nearness: Nearness) -> Value {
    switch nearness {
    case .seed:
      var parameters = cell.parameters
      parameters["seed"] = nil
      parameters["data_seed"] = nil
      return .map(parameters)
    case .components:
      return .list(["dataset", "model", "attack", "aggregator"].map { cell.parameters[$0] ?? .null })
    case .model: return cell.parameters["model"] ?? .null
    case .everything: return .null
    }
  }

  private static func median(_ sorted: [Double]) -> Double? {
    if sorted.isEmpty { return nil }
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

extension Estimator {
  /// From the start of the process to its first round.
  private static let secondsToStart = 0.05
  private static let programBytes = 200_000_000
  /// What a file takes at least.
  private static let blockBytes = 4096
  /// A row of the cell's `rounds.csv`, and the same row with the parameters in the exported one.
  private static let rowBytes = (own: 150, exported: 300)
  private static let sideRowBytes = 40

  /// What the parameters and the machine's speed say alone.
  private static func prior(of cell: Cell, _ workloads: Workloads, _ speed: MachineSpeed) -> CellEstimate {
    let workload = workloads.workload(of: cell)
    func integer(_ key: String, or value: Int) -> Double { Double(cell.parameters[key]?.asInt ?? value) }
    let clients = integer("clients", or: 1)
    let participants = integer("clients_per_round", or: Int(clients))
    let rounds = integer("rounds", or: 1)
    let evaluations = (rounds / integer("evaluate_every", or: 1)).rounded(.up) + 1
    let parameters = Double(workload?.parameters ?? 0)
    let data = Double(workload?.sampleBytes ?? 0) * Double((workload?.trainSamples ?? 0) + (workload?.testSamples ?? 0))
    var seconds = secondsToStart
    if let workload, let speed = CellSpeed(speed, workload) {
      let (round, evaluation) = times(of: cell, workload, workloads.opponents(of: cell), speed)
      seconds += rounds * round + evaluations * evaluation
    }
    let recorded = cell.parameters["record"]?.asList ?? []
    let sideRows = [
      recorded.contains(.string("selection")) ? rounds * participants : 0,
      recorded.contains(.string("masks")) ? evaluations * (participants + 1) : 0,
    ]
    let sideFiles = sideRows.map { wholeBlocks($0 * Double(sideRowBytes)) }.reduce(0, +)
    // The folder, cell.json, log.txt and result.json; then rounds.csv and what `record` asks for.
    let disk =
      Double(4 * blockBytes) + wholeBlocks(evaluations * Double(rowBytes.own))
      + evaluations * Double(rowBytes.exported) + sideFiles
    return CellEstimate(
      seconds: seconds, memoryBytes: programBytes + whole(data + 3 * participants * parameters * 4),
      diskBytes: whole(disk),
      checkpointBytes: 2 * whole(parameters * 4 + evaluations * Double(rowBytes.own)))
  }

  /// What a round without its evaluation and an evaluation take.
  private static func times(
    of cell: Cell, _ workload: Workload, _ opponents: Opponents?, _ speed: CellSpeed
  ) -> (round: Double, evaluation: Double) {
    func integer(_ key: String, or value: Int) -> Double { Double(cell.parameters[key]?.asInt ?? value) }
    let clients = integer("clients", or: 1)
    let participants = integer("clients_per_round", or: Int(clients))
    let isAttacked = cell.value(at: "attack") != .string(NoAttack.name)
    let size = RoundSize(
      clients: participants,
      byzantine: isAttacked ? integer("byzantine", or: 0) * participants / clients : 0,
      parameters: Double(workload.parameters))
    let (batch, epochs) = (integer("batch_size", or: 1), integer("local_epochs", or: 1))
    let root = integer("root.size", or: 0)
    let owned = max(0, Double(workload.trainSamples) - root) / clients
    let client = speed.pass(samples: owned, batch: batch)
    let training = participants * (epochs * client + speed.secondsPerUpdate)
    let work = opponents?.work(size) ?? RoundWork()
    let server =
      opponents?.trainsServer(size) == true
      ? epochs * speed.pass(samples: root, batch: batch) + speed.secondsPerUpdate : 0
    let loss = cell.parameters["loss"]?.asString.flatMap(Loss.init(rawValue:)) ?? .crossEntropy
    return (
      round: training + server + speed.seconds(of: work)
        + work.rootPasses * (speed.pass(samples: root, batch: root) + speed.secondsPerUpdate)
        + work.attackerPasses * size.byzantine * client,
      evaluation: Double(workload.testSamples) * speed.secondsPerEvaluatedSample
        * (isAttacked ? opponents?.evaluations(inputShape: workload.inputShape, loss: loss) ?? 1 : 1)
    )
  }

  /// Absurd manifests may pass what an integer holds.
  private static func whole(_ bytes: Double) -> Int { Int(min(bytes, 1e18)) }

  private static func wholeBlocks(_ bytes: Double) -> Double {
    (bytes / Double(blockBytes)).rounded(.up) * Double(blockBytes)
  }
}

/// The workloads of data sets and models, and the opponents of rounds, each worked out once.
private final class Workloads: Sendable {
  private struct Pair: Hashable {
    let one: Value
    let other: Value

    init(_ cell: Cell, _ one: String, _ other: String) {
      (self.one, self.other) = (cell.parameters[one] ?? .null, cell.parameters[other] ?? .null)
    }
  }

  private let known = Mutex<[Pair: Workload?]>([:])
  private let knownOpponents = Mutex<[Pair: Opponents?]>([:])

  /// Nil where the model cannot take the samples.
  func workload(of cell: Cell) -> Workload? {
    Workloads.made(Pair(cell, "dataset", "model"), known) { try Workload(dataset: $0.one, model: $0.other) }
  }

  /// Nil where the cell names none.
  func opponents(of cell: Cell) -> Opponents? {
    Workloads.made(Pair(cell, "attack", "aggregator"), knownOpponents) {
      try Opponents(attack: $0.one, aggregator: $0.other)
    }
  }

  /// What is made of a pair, once; nil where it cannot be made.
  private static func made<Made: Sendable>(
    _ pair: Pair, _ known: borrowing Mutex<[Pair: Made?]>, _ make: (Pair) throws -> Made
  ) -> Made? {
    known.withLock { known in
      if let made = known[pair] { return made }
      // A cell that cannot be made ends at its start, which takes no time worth an estimate.
      let made = try? make(pair)
      known[pair] = .some(made)
      return made
    }
  }
}
