package import NeuralNet

/// A rule on updates that came from elsewhere, round after round with the rule's own history.
package struct RuleOnUpdates {
  package var rule: any Aggregator
  /// f, as the rule assumes it.
  package var byzantine = 0
  package var localLearningRate = 0.6
  package var globalLearningRate = 1.0
  package var quirks: Set<Quirk> = []
  package var seed: UInt64 = 1
  /// The model before the first round, d; zeros when nobody gives it.
  package var parameters: [Float]?
  /// One root update a round, d each.
  package var rootUpdates: [[Float]] = []
  /// What the server's own network and data say; for rules that train on them.
  package var root: RootData?

  package init(rule: any Aggregator) { self.rule = rule }

  /// What a rule made of a round, and the model after it.
  package struct Step {
    package let aggregate: Aggregate
    /// w − global_lr · u, d.
    package let parameters: [Float]
  }

  /// Applies the rule to each round in turn.
  ///
  /// - Parameter rounds: n × d each, all of one shape.
  /// - Throws: `StandaloneError` for shapes that do not fit together or too few clients, and what the rule throws.
  package func steps(on rounds: [Matrix]) throws -> [Step] {
    guard let first = rounds.first, first.rows > 0, first.columns > 0 else { throw StandaloneError.noUpdates }
    let d = first.columns
    try StandaloneError.check(byzantine: byzantine, clients: first.rows)
    if let objection = rule.objection(clients: first.rows, byzantine: byzantine) {
      throw StandaloneError.objection(objection)
    }
    if let parameters, parameters.count != d {
      throw StandaloneError.length("the parameters", parameters.count, columns: d)
    }
    for update in rootUpdates where update.count != d {
      throw StandaloneError.length("the root update", update.count, columns: d)
    }
    if !rootUpdates.isEmpty, rootUpdates.count != rounds.count {
      throw StandaloneError.rootRounds(rootUpdates.count, rounds: rounds.count)
    }
    if let root, root.layout.count != d { throw StandaloneError.model(root.layout.count, columns: d) }
    if root != nil, parameters == nil { throw StandaloneError.needsParameters }

    let layout = root?.layout ?? ParameterLayout.single(d)
    var memory = RuleMemory()
    var current = parameters ?? [Float](repeating: 0, count: d)
    var steps: [Step] = []
    for (index, updates) in rounds.enumerated() {
      let aggregate = try rule.aggregate(
        AggregatorRound(
          updates: updates, byzantine: byzantine, rootUpdate: rootUpdates.isEmpty ? nil : rootUpdates[index],
          parameters: current, localLearningRate: localLearningRate, globalLearningRate: globalLearningRate,
          layout: layout, distanceColumns: 0..<d,
          sampleCounts: nil, quirks: quirks, random: RandomSource(seed: seed, stream: .rule, round: index),
          clusteringRandom: RandomSource(seed: seed, stream: .clustering, round: index), rootLoss: root?.loss),
        memory: &memory)
      let rate = Float(globalLearningRate)
      current = zip(current, aggregate.update).map { $0 - rate * $1 }
      steps.append(Step(aggregate: aggregate, parameters: current))
    }
    return steps
  }
}

/// A network and the root samples that its loss is taken on.
package struct RootData {
  package let layout: ParameterLayout
  let loss: any RootLoss

  /// - Parameters:
  ///   - inputs: one row a sample; `shape` is that of one sample.
  ///   - classes: nil for as many as the labels tell, the largest and one.
  /// - Throws: `StandaloneError` for labels that do not fit, `NetworkError` when the model cannot take such samples.
  package init(
    model: any Model, shape: [Int], inputs: [Float], labels: [Int], classes: Int?, loss: Loss, plainBatchNorm: Bool
  ) throws {
    let length = shape.reduce(1, *)
    guard !labels.isEmpty, length > 0, inputs.count == labels.count * length else {
      throw StandaloneError.rootSamples(inputs: length > 0 ? inputs.count / length : 0, labels: labels.count)
    }
    let classes = classes ?? (labels.max() ?? 0) + 1
    guard classes <= 256, let bytes = RootData.bytes(labels, classes: classes) else {
      throw StandaloneError.labels(classes: classes)
    }
    let network = try Network(model, input: shape, classes: classes, loss: loss, batch: labels.count)
    layout = network.layout
    self.loss = NetworkRootLoss(
      network: network, samples: Samples.Split(inputs: .floats(SampleValues(inputs)), labels: bytes),
      sampleLength: length,
      indices: Array(labels.indices), plainBatchNorm: plainBatchNorm)
  }

  private static func bytes(_ labels: [Int], classes: Int) -> [UInt8]? {
    labels.allSatisfy { (0..<classes).contains($0) } ? labels.map { UInt8($0) } : nil
  }
}

package enum StandaloneError: Error, Equatable, CustomStringConvertible {
  case noUpdates
  case byzantine(Int, clients: Int)
  case objection(String)
  case length(String, Int, columns: Int)
  case rootRounds(Int, rounds: Int)
  case model(Int, columns: Int)
  case needsParameters
  case rootSamples(inputs: Int, labels: Int)
  case labels(classes: Int)
  case needsTraining(attack: String)

  static func check(byzantine: Int, clients: Int) throws {
    guard (0...clients).contains(byzantine) else { throw StandaloneError.byzantine(byzantine, clients: clients) }
  }

  package var description: String {
    switch self {
    case .noUpdates: "the updates are empty; at least one client and one parameter are needed"
    case .byzantine(let byzantine, let clients):
      "byzantine is \(byzantine), but must be from 0 to the number of clients, \(clients)"
    case .objection(let text): text
    case .length(let what, let length, let columns):
      "\(what) has \(length) values, but an update has \(columns)"
    case .rootRounds(let given, let rounds): "there are \(given) root updates for \(rounds) rounds; give one a round"
    case .model(let count, let columns): "the model has \(count) parameters, but an update has \(columns)"
    case .needsParameters: "a rule that trains on root data needs the model before the round (--params)"
    case .rootSamples(let inputs, let labels): "there are \(inputs) root inputs for \(labels) labels"
    case .labels(let classes): "root labels must be whole numbers from 0 to \(min(classes, 256) - 1)"
    case .needsTraining(let attack):
      "\(attack) changes a client's samples or training, not the updates that come of it; use it in a manifest"
    }
  }
}

extension ParameterLayout {
  /// One tensor of d coordinates, for updates whose model is not known.
  static func single(_ count: Int) -> ParameterLayout {
    ParameterLayout(tensors: [Tensor(name: "all", shape: [count], kind: .weight, offset: 0, fanIn: count)])
  }
}
