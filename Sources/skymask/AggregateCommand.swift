internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Federated
internal import NeuralNet

/// One rule on updates from elsewhere.
struct AggregateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate", abstract: "Apply one aggregator to updates in an NPY file.",
    discussion: """
      An update is a client's parameters before minus after local training. The file is clients × parameters, or \
      rounds × clients × parameters: then the rounds follow one another with the rule's history. Prints one JSON \
      object: rule, kept (0 or 1 per client, null where the rule does not select), weights, scores, notes, seconds; \
      for rounds, a list of each.

        skymask aggregate krum --updates U.npy --byzantine 4 --out A.npy
        skymask aggregate fltrust --updates U.npy --root-update R.npy --out A.npy
        skymask aggregate skymask --updates U.npy --root-update R.npy --params P.npy --model lr \\
          --root-inputs X.npy --root-labels Y.npy --out-params Q.npy
      """)

  @Argument(help: "The rule: skymask list aggregator.") var rule: String
  @Option(help: ArgumentHelp("The updates.", valueName: "U.npy")) var updates: String
  @Option(help: ArgumentHelp("The model before: one row.", valueName: "P.npy")) var params: String?
  @Option(help: ArgumentHelp("The update from the root set: one row, or one a round.", valueName: "R.npy"))
  var rootUpdate: String?
  @Option(help: "The number of malicious clients that the rule assumes.") var byzantine = 0
  @Option(help: "The server's learning rate, for --out-params.") var globalLr = 1.0
  @Option(help: "The clients' learning rate, for the quirk scaled-mask-weights.") var localLr = 0.6
  @Option(help: ArgumentHelp("A parameter of the rule; may be given again.", valueName: "key=value"))
  var set: [String] = []
  @Option(help: "paper or official-code.") var profile = "paper"
  @Option(help: ArgumentHelp("Quirks of the published code, by name.", valueName: "a,b")) var quirks: String?
  @Option(help: "The seed of the rule's random numbers.") var seed: UInt64 = 1
  @Option(help: "The network, for rules that train on root data.") var model: String?
  @Option(help: ArgumentHelp("Root samples: samples × features, or samples × C × H × W.", valueName: "X.npy"))
  var rootInputs: String?
  @Option(help: ArgumentHelp("Their labels, int32 or int64.", valueName: "Y.npy")) var rootLabels: String?
  @Option(help: "The number of classes; by default the largest root label and one.") var classes: Int?
  @Option(help: ArgumentHelp("Where to write the aggregate.", valueName: "A.npy")) var out: String?
  @Option(help: ArgumentHelp("Where to write params − global-lr · aggregate.", valueName: "Q.npy"))
  var outParams: String?

  func run() throws {
    guard
      let member = try ComponentText.read(rule, set, of: Aggregators.family, option: "--set") as? any Aggregator
    else { preconditionFailure("the family of aggregators holds something else") }
    let quirks = try Set<Quirk>(profile: profile, names: quirks)
    var work = RuleOnUpdates(rule: member)
    work.byzantine = byzantine
    work.globalLearningRate = globalLr
    work.localLearningRate = localLr
    work.quirks = quirks
    work.seed = seed
    work.parameters = try params.map { try ArrayFiles.read($0).floats }
    work.rootUpdates = try rootUpdate.map { try ArrayFiles.vectors($0) } ?? []
    work.root = try rootData(quirks)
    if outParams != nil, params == nil { throw CommandError.needs("--out-params", "--params") }
    let (rounds, isStacked) = try ArrayFiles.rounds(updates)

    let clock = ContinuousClock()
    let start = clock.now
    let steps = try work.steps(on: rounds)
    let seconds = (clock.now - start).rounded
    if let out { try ArrayFiles.write(steps.map(\.aggregate.update), isStacked: isStacked, to: out) }
    if let outParams { try ArrayFiles.write(steps.map(\.parameters), isStacked: isStacked, to: outParams) }
    Output.say(report(steps.map(\.aggregate), isStacked: isStacked, name: type(of: member).name, seconds: seconds))
  }

  private func rootData(_ quirks: Set<Quirk>) throws -> RootData? {
    guard let model else {
      if rootInputs != nil || rootLabels != nil {
        throw CommandError.needs("--root-inputs and --root-labels", "--model")
      }
      return nil
    }
    guard let rootInputs, let rootLabels else { throw CommandError.needs("--model", "--root-inputs and --root-labels") }
    guard let network = try ComponentText.read(model, [], of: Models.family, option: "--model") as? any Model else {
      preconditionFailure("the family of models holds something else")
    }
    let inputs = try ArrayFiles.read(rootInputs)
    return try RootData(
      model: network, shape: Array(inputs.shape.dropFirst()), inputs: inputs.floats,
      labels: try ArrayFiles.labels(rootLabels), classes: classes,
      loss: quirks.contains(.batchSoftmax) ? .batchSoftmax : .crossEntropy,
      plainBatchNorm: quirks.contains(.plainMaskBatchNorm))
  }

  private func report(_ aggregates: [Aggregate], isStacked: Bool, name: String, seconds: Double) -> Value {
    func each(_ value: (Aggregate) -> Value) -> Value {
      isStacked ? .list(aggregates.map(value)) : aggregates.first.map(value) ?? .null
    }
    return .map([
      "rule": .string(name),
      "kept": each { $0.kept.map { .list($0.map { .integer($0 ? 1 : 0) }) } ?? .null },
      "weights": each { $0.weights.map { .list($0.map(Value.finite)) } ?? .null },
      "scores": each { $0.scores.map { .list($0.map { $0.map(Value.finite) ?? .null }) } ?? .null },
      "notes": each { $0.note.map(Value.string) ?? .null },
      "seconds": .number(seconds),
    ])
  }
}

extension Value {
  /// JSON has no NaN and no infinity: they are null.
  static func finite(_ number: Double) -> Value { number.isFinite ? .canonical(number) : .null }
}
