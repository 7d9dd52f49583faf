package import Federated

/// How fast one core of a machine does what a cell consists of; measured elsewhere, since nothing here sees a clock.
package struct MachineSpeed: Codable, Sendable, Equatable {
  /// What a network takes.
  package struct Network: Codable, Sendable, Equatable {
    /// Of one forward pass of one sample.
    package var forwardOperations: Int
    /// Length of its parameter vector.
    package var parameters: Int
    /// A training step of any size, before the first sample.
    package var secondsPerStep: Double
    /// A sample of a training step.
    package var secondsPerSample: Double
    package var secondsPerEvaluatedSample: Double

    package init(
      forwardOperations: Int, parameters: Int, secondsPerStep: Double, secondsPerSample: Double,
      secondsPerEvaluatedSample: Double
    ) {
      (self.forwardOperations, self.parameters) = (forwardOperations, parameters)
      (self.secondsPerStep, self.secondsPerSample) = (secondsPerStep, secondsPerSample)
      self.secondsPerEvaluatedSample = secondsPerEvaluatedSample
    }
  }

  /// What each measured network takes, by `Workload.network`.
  package var networks: [String: Network]
  // The following are for the counts of `RoundWork`.
  package var secondsPerValue: Double
  package var secondsPerProduct: Double
  package var secondsPerComparison: Double
  package var secondsPerMask: Double
  package var secondsPerDraw: Double

  package init(
    networks: [String: Network] = [:], secondsPerValue: Double = 0, secondsPerProduct: Double = 0,
    secondsPerComparison: Double = 0, secondsPerMask: Double = 0, secondsPerDraw: Double = 0
  ) {
    self.networks = networks
    (self.secondsPerValue, self.secondsPerProduct) = (secondsPerValue, secondsPerProduct)
    self.secondsPerComparison = secondsPerComparison
    (self.secondsPerMask, self.secondsPerDraw) = (secondsPerMask, secondsPerDraw)
  }

  /// Whether every number can be one: finite and not negative, with a network that takes time.
  package var isPlausible: Bool {
    let rates = [secondsPerValue, secondsPerProduct, secondsPerComparison, secondsPerMask, secondsPerDraw]
    return rates.allSatisfy { $0.isFinite && $0 > 0 } && !networks.isEmpty
      && networks.values.allSatisfy {
        $0.forwardOperations > 0 && $0.parameters > 0 && $0.secondsPerStep.isFinite && $0.secondsPerStep >= 0
          && $0.secondsPerSample.isFinite && $0.secondsPerSample > 0 && $0.secondsPerEvaluatedSample.isFinite
          && $0.secondsPerEvaluatedSample > 0
      }
  }

  /// What a network takes: as measured, or else as the measured one with the nearest number of operations, in
  /// proportion; nil when none was measured.
  package func network(of workload: Workload) -> Network? {
    if let measured = networks[workload.network] { return measured }
    let operations = Double(max(1, workload.forwardOperations))
    func distance(_ network: Network) -> Double {
      let ratio = operations / Double(max(1, network.forwardOperations))
      return max(ratio, 1 / ratio)
    }
    let nearest = networks.min { (distance($0.value), $0.key) < (distance($1.value), $1.key) }
    guard var network = nearest?.value else { return nil }
    let ratio = operations / Double(max(1, network.forwardOperations))
    network.secondsPerSample *= ratio
    network.secondsPerEvaluatedSample *= ratio
    network.secondsPerStep *= Double(workload.parameters) / Double(max(1, network.parameters))
    return network
  }
}

/// A machine's speed at the work of one cell.
struct CellSpeed {
  private let speed: MachineSpeed
  private let network: MachineSpeed.Network
  private let parameters: Double
  /// Values of a sample.
  private let sampleValues: Double

  /// A network is trained in groups of so many samples; a group that is not full takes as long.
  private static let group = 16.0

  /// Nil when nothing was measured.
  init?(_ speed: MachineSpeed, _ workload: Workload) {
    guard let network = speed.network(of: workload) else { return nil }
    (self.speed, self.network) = (speed, network)
    parameters = Double(workload.parameters)
    sampleValues = Double(workload.inputShape.reduce(1, *))
  }

  /// A pass of training over samples in batches, the last of which may be smaller.
  func pass(samples: Double, batch: Double) -> Double {
    guard samples > 0 else { return 0 }
    let full = (samples / batch).rounded(.down)
    let rest = samples - full * batch
    let padded = full * CellSpeed.padded(batch) + CellSpeed.padded(rest)
    return padded * network.secondsPerSample + (full + (rest > 0 ? 1 : 0)) * network.secondsPerStep
      + samples * secondsPerGather
  }

  /// Handing the parameters to a network and taking an update from it.
  var secondsPerUpdate: Double { 4 * parameters * speed.secondsPerValue }

  var secondsPerEvaluatedSample: Double { network.secondsPerEvaluatedSample + secondsPerGather }

  /// Fetching a sample from wherever it lies, unlike the trial's, and turning its bytes into numbers.
  private var secondsPerGather: Double { 3 * sampleValues * speed.secondsPerValue }

  /// What is counted of an attack and a rule but for their training.
  func seconds(of work: RoundWork) -> Double {
    work.values * speed.secondsPerValue + work.products * speed.secondsPerProduct
      + work.comparisons * speed.secondsPerComparison + work.masks * speed.secondsPerMask
      + work.draws * speed.secondsPerDraw
  }

  private static func padded(_ samples: Double) -> Double { (samples / group).rounded(.up) * group }
}
