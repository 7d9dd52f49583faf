internal import Federated
internal import NeuralNet

/// A call of an aggregator that is timed, with the figures to compare with.
struct AggregatorsWork {
  /// Numbers of parameters.
  static let cnn = 139_960
  static let resnet20 = 274_042

  let name: String
  /// Seconds that are aimed at, at n = 100, f = 20, d = 139,960 on a core of 240 GFLOP/s.
  var aim: Double?
  /// Seconds of the published code and of ByzFL 0.0.11, likewise.
  var published: String?
  var byzfl: String?
  let call: () throws -> Void

  /// The rules on `clients` updates of uniform numbers; a fifth of the clients count as malicious.
  static func all(clients: Int, parameters: Int) throws -> [AggregatorsWork] {
    let round = try question(clients: clients, parameters: parameters)
    func work(
      _ name: String, _ rule: any Aggregator, aim: Double? = nil, published: String? = nil, byzfl: String? = nil,
      memory: RuleMemory = RuleMemory()
    ) -> AggregatorsWork {
      AggregatorsWork(name: name, aim: aim, published: published, byzfl: byzfl) {
        var memory = memory
        _ = try rule.aggregate(round, memory: &memory)
      }
    }
    var singlePass = MultiKrum()
    singlePass.selection = .singlePass
    var silent = Flame()
    silent.noise = false
    return [
      work("fedavg", FedAvg(), aim: 0.01, published: "0.22", byzfl: "0.028"),
      work("trimmed-mean", TrimmedMean(), aim: 0.08, published: "0.78", byzfl: "0.55"),
      work("median", Median(), aim: 0.08, byzfl: "0.61"),
      work("krum", Krum(), aim: 0.05, published: "5.1", byzfl: "0.18"),
      work("multi-krum", MultiKrum(), aim: 0.06, published: "155"),
      work("multi-krum, single-pass", singlePass, aim: 0.06, byzfl: "0.21"),
      work("bulyan", Bulyan(), aim: 0.1, published: "151"),
      work("fltrust", FLTrust(), aim: 0.01, published: "0.15"),
      work("flame", Flame(), aim: 0.06, published: "0.59"),
      work("flame, no noise", silent),
      work("fldetector", FLDetector(), memory: try history(round)),
      work("tolpegin", Tolpegin(), aim: 0.1, published: "1.1"),
      try masks(clients: clients, parameters: parameters),
      try wholeSkyMask(clients: clients, parameters: parameters),
    ] + attacks(on: round)
  }

  /// The attacks that search, on the same updates.
  private static func attacks(on round: AggregatorRound) -> [AggregatorsWork] {
    func work(_ attack: any Attack, aim: Double?, published: String?) -> AggregatorsWork {
      let question = AttackRound(
        updates: round.updates, byzantine: round.byzantine, quirks: [], random: RandomSource(seed: 1, stream: .attack))
      return AggregatorsWork(name: "\(type(of: attack).name) (attack)", aim: aim, published: published) {
        _ = try attack.craft(question)
      }
    }
    return [
      work(MinMax(), aim: 0.05, published: "6.3"), work(MinSum(), aim: nil, published: nil),
      work(FangKrum(), aim: 0.1, published: "26.6"), work(FangTrim(), aim: nil, published: nil),
    ]
  }

  /// SkyMask with gradients that cost nothing.
  static func masks(clients: Int, parameters: Int) throws -> AggregatorsWork {
    var round = try question(clients: clients, parameters: parameters)
    let gradient = round.parameters.map { $0 * 1e-3 }
    round.rootLoss = FallingLoss { _, to in
      for k in gradient.indices { to[k] = gradient[k] }
    }
    return AggregatorsWork(name: "skymask, masks alone") { [round] in try skyMask(round) }
  }

  /// SkyMask with the gradients of the network of so many parameters on 100 root samples.
  static func wholeSkyMask(clients: Int, parameters: Int) throws -> AggregatorsWork {
    var round = try question(clients: clients, parameters: parameters)
    let isCNN = parameters == cnn
    let input = isCNN ? [1, 28, 28] : [3, 32, 32]
    let network = try Network(isCNN ? CNN() : ResNet20(), input: input, classes: 10, loss: .crossEntropy)
    let batch = try network.batch(100)
    for i in 0..<(100 * input.reduce(1, *)) { batch.inputs[i] = Float((i &* 31) % 256) / 255 }
    for i in 0..<100 { batch.labels[i] = Int32(i % 10) }
    round.layout = network.layout
    round.rootLoss = FallingLoss { parameters, gradient in
      network.setParameters(parameters)
      _ = network.gradient(batch, plainBatchNorm: false, into: gradient)
    }
    return AggregatorsWork(
      name: "skymask, 20 steps of \(isCNN ? "cnn" : "resnet20")", aim: isCNN ? 0.5 : nil, published: isCNN ? "5.3" : nil
    ) { [round] in try skyMask(round) }
  }

  private static func skyMask(_ round: AggregatorRound) throws {
    var memory = RuleMemory()
    _ = try SkyMask().aggregate(round, memory: &memory)
  }

  /// FLDetector's memory after its warm-up, from rounds that send the same updates, so that a call scores and groups.
  private static func history(_ round: AggregatorRound) throws -> RuleMemory {
    var memory = RuleMemory()
    var early = FLDetector()
    (early.window, early.warmUp) = (10, 1)
    var round = round
    for _ in 0..<4 {
      let aggregate = try early.aggregate(round, memory: &memory)
      for k in aggregate.update.indices { round.parameters[k] -= aggregate.update[k] + 1e-4 * Float(k % 17) }
    }
    // As if the last rounds had come before: ten records, ten scores for each client.
    for name in ["steps", "changes"] {
      guard let rows = memory.matrices[name], rows.rows > 0 else { continue }
      let random = try question(clients: 10, parameters: rows.columns, seed: name.utf8.count).updates
      memory.matrices[name] = random
    }
    memory.numbers["scores"] = (0..<(10 * round.updates.rows)).map { Double($0 % 97) / 1000 }
    memory.numbers["rounds"] = [100]
    return memory
  }

  static func question(clients: Int, parameters: Int, seed: Int = 0) throws -> AggregatorRound {
    var random = RandomSource(seed: UInt64(1 + seed), stream: .dataset)
    var updates = Matrix(rows: clients, columns: parameters)
    random.fillUniform(&updates.values)
    for k in updates.values.indices { updates.values[k] -= 0.4 }
    var root = [Float](repeating: 0, count: parameters)
    random.fillUniform(&root)
    for k in root.indices { root[k] -= 0.4 }
    return AggregatorRound(
      updates: updates, byzantine: clients / 5, rootUpdate: root,
      parameters: (0..<parameters).map { place in Float(place % 201 - 100) / 10_000 }, localLearningRate: 0.5,
      layout: try flat(parameters), distanceColumns: 0..<parameters, random: RandomSource(seed: 1, stream: .rule),
      clusteringRandom: RandomSource(seed: 1, stream: .clustering))
  }
}

/// The layout of so many parameters without running statistics: a linear layer's.
private func flat(_ parameters: Int) throws -> ParameterLayout {
  try Network(LR(), input: [parameters - 1], classes: 1, loss: .crossEntropy).layout
}

/// A loss that falls by 1 with each call, so that mask training takes all its steps.
final class FallingLoss: RootLoss {
  private let gradient: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) throws -> Void
  private var loss: Float = 0

  init(_ gradient: @escaping (UnsafePointer<Float>, UnsafeMutablePointer<Float>) throws -> Void) {
    self.gradient = gradient
  }

  func lossAndGradient(at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) throws -> Float {
    try self.gradient(parameters, gradient)
    loss -= 1
    return loss
  }
}
