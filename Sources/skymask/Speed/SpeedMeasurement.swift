internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation
internal import NeuralNet

/// Measures how fast one core does what cells consist of: trial steps of their networks, and rules on small updates.
///
/// By the CPU time of this thread, which other processes change little. All of it ends within a second: a network whose
/// trial would take longer than what is left of the budget is not tried.
struct SpeedMeasurement {
  /// What may be measured in one go.
  private static let budgetSeconds = 0.7
  /// What repeats of one measurement may take.
  private static let repeatSeconds = 0.03

  /// What the networks are named by.
  struct Subject {
    let dataset: Value
    let model: Value
  }

  /// Small networks that are always measured: the others' rates follow from them where their own trial takes too long.
  private static let standIns = [
    Subject(dataset: .string("synthetic-images"), model: .string("cnn")),
    Subject(dataset: .string("synthetic-images"), model: .string("mlp")),
  ]

  /// The trial updates, too many to stay in the nearest caches.
  private static let size = RoundSize(clients: 20, byzantine: 4, parameters: 65_536)

  private let begun = SpeedMeasurement.now
  private(set) var speed: MachineSpeed

  /// Goes on from what is known, and measures what is missing of the rules and of `subjects`, in their order.
  init(_ known: MachineSpeed?, _ subjects: [Subject]) throws {
    speed = known ?? MachineSpeed()
    if known == nil { try measureRules() }
    for subject in SpeedMeasurement.standIns + subjects { try measure(subject) }
  }

  /// Whether all that can be measured of these networks is known.
  static func isComplete(_ speed: MachineSpeed, _ subjects: [Subject]) -> Bool {
    (standIns + subjects).allSatisfy { subject in
      guard let workload = subject.workload else { return true }
      return speed.networks[workload.network] != nil
    }
  }

  private var secondsLeft: Double { SpeedMeasurement.budgetSeconds - (SpeedMeasurement.now - begun) }

  // MARK: networks

  private mutating func measure(_ subject: Subject) throws {
    guard let workload = subject.workload, speed.networks[workload.network] == nil else { return }
    if let guess = speed.network(of: workload) {
      // Two steps of one group of samples and two evaluations of two groups are the least.
      let least = 2 * (guess.secondsPerStep + 16 * guess.secondsPerSample + 32 * guess.secondsPerEvaluatedSample)
      if least > secondsLeft { return }
    }
    let trial = try Trial(subject)
    let short = try trial.step(16)
    // The difference of two sizes tells the step from its samples, where it can be told at all.
    let long = short < SpeedMeasurement.repeatSeconds / 2 ? try trial.step(48) : nil
    let perSample = max((long.map { ($0 - short) / 32 } ?? short / 16), short / 64)
    speed.networks[workload.network] = MachineSpeed.Network(
      forwardOperations: max(1, workload.forwardOperations), parameters: workload.parameters,
      secondsPerStep: max(0, short - 16 * perSample), secondsPerSample: perSample,
      secondsPerEvaluatedSample: try trial.evaluation(32) / 32)
  }

  /// A network and what it is tried on.
  private struct Trial {
    private let network: Network
    private let sampleCount: Int
    private let classes: Int

    init(_ subject: Subject) throws {
      let made = try Workload.network(dataset: subject.dataset, model: subject.model)
      (network, sampleCount, classes) = (made.network, made.input.reduce(1, *), made.classes)
    }

    /// Seconds of a training step.
    func step(_ samples: Int) throws -> Double {
      let batch = try filled(samples)
      let optimizer = SGD(learningRate: 1e-3, clip: 0.01)
      return SpeedMeasurement.median { _ = network.trainStep(batch, optimizer) }
    }

    /// Seconds of an evaluation.
    func evaluation(_ samples: Int) throws -> Double {
      let batch = try filled(samples)
      return SpeedMeasurement.median { _ = network.evaluate(batch) }
    }

    private func filled(_ samples: Int) throws -> Batch {
      let batch = try network.batch(samples)
      for place in 0..<(samples * sampleCount) { batch.inputs[place] = Float(place * 37 % 251) / 251 }
      for sample in 0..<samples { batch.labels[sample] = Int32(sample % classes) }
      return batch
    }
  }

  // MARK: rules

  private mutating func measureRules() throws {
    let size = SpeedMeasurement.size
    let (clients, length) = (Int(size.clients), Int(size.parameters))
    var random = RandomSource(seed: 1, stream: .rule)
    var updates = Matrix(rows: clients, columns: length)
    random.fillUniform(&updates.values)
    for place in updates.values.indices { updates.values[place] -= 0.5 }
    let layout = ParameterLayout(tensors: [
      .init(name: "all", shape: [length], kind: .weight, offset: 0, fanIn: length)
    ])
    let round = AggregatorRound(
      updates: updates, byzantine: Int(size.byzantine), rootUpdate: updates.row(0), parameters: updates.row(1),
      localLearningRate: 1, layout: layout, distanceColumns: 0..<length,
      sampleCounts: [Int](repeating: 1, count: clients), random: random, clusteringRandom: random,
      rootLoss: FlatLoss(count: length))
    func seconds(_ rule: any Aggregator) throws -> Double {
      try SpeedMeasurement.median {
        var memory = RuleMemory()
        _ = try rule.aggregate(round, memory: &memory)
      }
    }
    /// What is left of a rule's time without its values is due to the one count that it is measured for.
    func rate(_ seconds: Double, _ work: RoundWork, per count: KeyPath<RoundWork, Double>) -> Double {
      max((seconds - work.values * speed.secondsPerValue) / work[keyPath: count], 1e-13)
    }
    let mean = FedAvg()
    speed.secondsPerValue = try seconds(mean) / mean.work(size).values
    let (krum, median) = (Krum(), Median())
    speed.secondsPerProduct = rate(try seconds(krum), krum.work(size), per: \.products)
    speed.secondsPerComparison = rate(try seconds(median), median.work(size), per: \.comparisons)
    var masks = SkyMask()
    masks.maxSteps = 3
    speed.secondsPerMask = rate(try seconds(masks), masks.work(size), per: \.masks)
    var search = Adaptive()
    (search.against, search.sweeps, search.steps) = (.mean, 1, 16)
    let attack = AttackRound(updates: updates, byzantine: Int(size.byzantine), random: random)
    let searching = try SpeedMeasurement.median { _ = try search.craft(attack) }
    speed.secondsPerDraw = rate(searching, search.work(size), per: \.draws)
  }

  /// A root loss that costs nothing.
  private struct FlatLoss: RootLoss {
    let count: Int

    func lossAndGradient(
      at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) throws -> Float {
      for index in 0..<count { gradient[index] = 1e-9 }
      return 1
    }
  }

  // MARK: time

  /// The median of some repeats after a first run; the first run itself when that took long.
  private static func median(_ body: () throws -> Void) rethrows -> Double {
    func once() throws -> Double {
      let start = now
      try body()
      return now - start
    }
    let first = try once()
    if first > 3 * repeatSeconds { return first }
    var times: [Double] = []
    repeat { times.append(try once()) } while times.count < 15 && times.reduce(0, +) < repeatSeconds
    return times.sorted()[times.count / 2]
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

extension SpeedMeasurement.Subject {
  /// Nil where the model cannot take the samples: such a cell trains nothing.
  var workload: Workload? { try? Workload(dataset: dataset, model: model) }
}
