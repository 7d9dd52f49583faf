import Catalogue
import NeuralNet
import TestSupport
import Testing

/// Layers on samples of one shape, and what holds for all layers: a test of a layer names its examples and checks them.
struct LayerExample: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let input: [Int]
  let layers: [any Layer]
  let batch: Int

  static let classes = 4

  /// - Parameters:
  ///   - input: shape of one sample.
  ///   - layers: what comes before a linear layer of `classes`.
  init(_ description: String, input: [Int], _ layers: [any Layer], batch: Int = 3) {
    (testDescription, self.input, self.layers, self.batch) = (description, input, layers, batch)
  }

  /// Some layers and a linear layer as a model.
  struct Stack: Model {
    static let name = "stack"
    static let summary = "layers of a test"
    var stack: [any Layer] = []
    init() {}
    init(_ stack: [any Layer]) { self.stack = stack }
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
    func layers(input: [Int], classes: Int) throws -> [any Layer] { stack + [Linear(out: classes)] }
  }

  /// Numbers in ±1 that look random and are the same everywhere.
  static func numbers(_ count: Int, _ salt: Int) -> [Float] {
    (0..<count).map { i in
      var x = UInt64(truncatingIfNeeded: (i + 1) &* 0x9E37_79B9 &+ salt &* 0x85EB_CA6B)
      x = (x ^ (x >> 16)) &* 0x45D9_F3B3_3335_B369
      x = (x ^ (x >> 29)) &* 0x2545_F491_4F6C_DD1D
      return Float(Double(x >> 11) / Double(1 << 52) - 1)
    }
  }

  /// A network, its plain twin and a batch, with the same numbers each time.
  struct Made {
    let network: Network
    var twin: PlainTwin
    let batch: Batch
    let input: PlainTensor
    let labels: [Int]
  }

  func make(_ loss: Loss) throws -> Made {
    let model = Stack(layers), classes = LayerExample.classes
    let network = try Network(model, input: input, classes: classes, loss: loss)
    var flat = LayerExample.numbers(network.layout.count, 1)
    for tensor in network.layout.tensors {
      for i in tensor.range {
        switch tensor.kind {
        case .batchNormScale: flat[i] = 1 + 0.3 * flat[i]
        case .runningVariance: flat[i] = 1.5 + flat[i]
        case .weight: flat[i] *= 0.5
        case .vector, .runningMean: break
        }
      }
    }
    network.setParameters(flat)
    let values = LayerExample.numbers(batch * input.reduce(1, *), 2)
    let labels = (0..<batch).map { ($0 * 3 + 1) % classes }
    let place = try network.batch(batch)
    place.inputs.update(from: values, count: values.count)
    for (i, label) in labels.enumerated() { place.labels[i] = Int32(label) }
    return Made(
      network: network,
      twin: try PlainTwin(model, input: input, classes: classes, loss: loss, parameters: flat),
      batch: place, input: PlainTensor(shape: [batch] + input, values: values.map(Double.init)), labels: labels)
  }
}

/// What holds for all layers.
extension LayerExample {
  /// All of the below.
  func check() throws {
    for loss in Loss.allCases {
      try checkLossAndGradient(loss)
      try checkFiniteDifferences(loss)
    }
    try checkEvaluation()
    try checkInstructionSets()
    try checkBatchSizes()
  }

  /// Loss and gradient are the plain twin's.
  func checkLossAndGradient(_ loss: Loss) throws {
    for mode in [Pass.Normalisation.batch(updatesRunning: false), .plain] {
      let made = try make(loss)
      var gradient = [Float](repeating: .nan, count: made.network.layout.count)
      let value = made.network.gradient(made.batch, plainBatchNorm: mode == .plain, into: &gradient)
      let expected = made.twin.loss(made.input, labels: made.labels, mode)
      #expect(abs(Double(value) - expected) < 1e-6 * max(1, expected), "\(testDescription), \(loss)")
      let gradients = made.twin.gradient(made.input, labels: made.labels, mode)
      #expect(relativeError(gradient, gradients.map(Float.init)) < 1e-5, "\(testDescription), \(loss)")
      // Each tensor against its own size, so that none hides behind a larger one; a true zero has nothing to compare.
      for tensor in made.network.layout.tensors {
        let of = gradients[tensor.range].map(Float.init)
        if of.allSatisfy({ abs($0) < 1e-6 }) { continue }
        #expect(
          relativeError(Array(gradient[tensor.range]), of) < 1e-4, "\(testDescription), \(loss), \(tensor.name)")
      }
    }
  }

  /// The plain twin's gradient is the finite difference of its own loss.
  func checkFiniteDifferences(_ loss: Loss) throws {
    var made = try make(loss)
    let mode = Pass.Normalisation.batch(updatesRunning: false)
    let gradients = made.twin.gradient(made.input, labels: made.labels, mode)
    // At most some 24 places of every tensor, spread over it: a step that shares no factor with the shapes.
    let places = made.twin.layout.tensors.filter { $0.range.upperBound <= made.twin.layout.trainableCount }
      .flatMap { Array(stride(from: $0.offset, to: $0.range.upperBound, by: max(1, $0.count / 24 | 1))) }
    let step = 1e-5
    let differences = places.map { place in
      let held = made.twin.parameters[place]
      made.twin.parameters[place] = held + step
      let above = made.twin.loss(made.input, labels: made.labels, mode)
      made.twin.parameters[place] = held - step
      let below = made.twin.loss(made.input, labels: made.labels, mode)
      made.twin.parameters[place] = held
      return Float((above - below) / (2 * step))
    }
    #expect(
      relativeError(places.map { Float(gradients[$0]) }, differences) < 1e-6, "\(testDescription), \(loss)")
  }

  /// Logits, loss and predictions in evaluation mode are the plain twin's.
  func checkEvaluation() throws {
    let made = try make(.crossEntropy), classes = LayerExample.classes
    let expected = made.twin.logits(made.input, .running).values.map(Float.init)
    let logits = made.network.logits(made.batch)
    #expect(
      relativeError(Array(UnsafeBufferPointer(start: logits, count: expected.count)), expected) < 1e-5,
      "\(testDescription)")
    let evaluation = made.network.evaluate(made.batch)
    let loss = made.twin.loss(made.input, labels: made.labels, .running)
    #expect(abs(evaluation.lossSum / Double(batch) - loss) < 1e-6 * max(1, loss), "\(testDescription)")
    let predicted = (0..<batch).map { i in
      (0..<classes).max { expected[i * classes + $0] < expected[i * classes + $1] } ?? 0
    }
    #expect((0..<batch).map { Int(evaluation.predictions[$0]) } == predicted, "\(testDescription)")
    #expect(
      evaluation.correct == zip(predicted, made.labels).filter { $0 == $1 }.count, "\(testDescription)")
  }

  /// The bits of every parameter after a training step, and of the logits after it.
  private func bitsOfAStep() throws -> [UInt32] {
    let made = try make(.crossEntropy)
    _ = made.network.trainStep(made.batch, SGD(learningRate: 0.1, clip: 0.01, momentum: 0.9, weightDecay: 0.01))
    var values = [Float](repeating: .nan, count: made.network.layout.count)
    made.network.copyParameters(to: &values)
    let logits = made.network.logits(made.batch)
    values += UnsafeBufferPointer(start: logits, count: batch * LayerExample.classes)
    return values.map(\.bitPattern)
  }

  /// Every instruction set gives the same bits, and so does a second run.
  func checkInstructionSets() throws {
    let before = InstructionSet.inUse
    defer { before.use() }
    let expected = try bitsOfAStep()
    for set in InstructionSet.available {
      set.use()
      #expect(try bitsOfAStep() == expected, "\(testDescription), \(set)")
    }
  }

  /// The gradient of a batch is the mean of its samples' gradients, however many lanes of the vectors were empty.
  ///
  /// Batch norm couples the samples of a batch: nothing is checked with it.
  func checkBatchSizes() throws {
    func hasBatchNorm(_ layers: [any Layer]) -> Bool {
      layers.contains { $0 is BatchNorm || $0.branches.contains(where: hasBatchNorm) }
    }
    if hasBatchNorm(layers) { return }
    let made = try make(.crossEntropy)
    let (network, place) = (made.network, made.batch)
    let d = network.layout.count
    var whole = [Float](repeating: 0, count: d)
    _ = network.gradient(place, into: &whole)
    let size = input.reduce(1, *)
    let inputs = Array(UnsafeBufferPointer(start: place.inputs, count: batch * size))
    let labels = Array(UnsafeBufferPointer(start: place.labels, count: batch))
    var mean = [Float](repeating: 0, count: d)
    for i in 0..<batch {
      let one = try network.batch(1)
      for k in 0..<size { one.inputs[k] = inputs[i * size + k] }
      one.labels[0] = labels[i]
      var gradient = [Float](repeating: 0, count: d)
      _ = network.gradient(one, into: &gradient)
      for k in 0..<d { mean[k] += gradient[k] / Float(batch) }
    }
    #expect(relativeError(mean, whole) < 1e-5, "\(testDescription)")
  }
}
