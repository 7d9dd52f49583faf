import Catalogue
import NeuralNet
import TestSupport
import Testing

/// Layers alone and in company against the plain twin, and the twin's gradients against finite differences of itself.
struct LayerTests {
  /// A few layers as a model.
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

  struct Example: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: [Int]
    let layers: [any Layer]
    var batch = 3

    var hasBatchNorm: Bool {
      func has(_ layers: [any Layer]) -> Bool { layers.contains { $0 is BatchNorm || $0.branches.contains(where: has) } }
      return has(layers)
    }
  }

  static let examples: [Example] = [
    Example(testDescription: "linear", input: [7], layers: []),
    Example(testDescription: "linear, ReLU", input: [9], layers: [Linear(out: 5), ReLU()]),
    Example(testDescription: "convolution", input: [3, 6, 5], layers: [Conv(out: 4, kernel: 3)]),
    Example(
      testDescription: "convolution of 17 channels, ReLU, without bias", input: [17, 5, 5],
      layers: [Conv(out: 18, kernel: 3, padding: 1, bias: false), ReLU()]),
    Example(
      testDescription: "two convolutions, stride 2", input: [1, 9, 9],
      layers: [
        Conv(out: 6, kernel: 3), ReLU(), Conv(out: 5, kernel: 3, stride: 2, padding: 1), ReLU(),
      ]),
    Example(
      testDescription: "max pool after ReLU, odd side", input: [2, 9, 9],
      layers: [Conv(out: 5, kernel: 3), ReLU(), MaxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "max pool without ReLU", input: [2, 8, 8],
      layers: [Conv(out: 16, kernel: 3, padding: 1), MaxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "overlapping max pool", input: [2, 9, 9],
      layers: [Conv(out: 5, kernel: 3), ReLU(), MaxPool(size: 3, stride: 2)]),
    Example(
      testDescription: "average pool", input: [2, 9, 8],
      layers: [Conv(out: 5, kernel: 3), AveragePool(size: 2, stride: 2)]),
    Example(testDescription: "pool of the input", input: [3, 6, 6], layers: [MaxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "batch norm", input: [2, 6, 6],
      layers: [Conv(out: 5, kernel: 3, bias: false), BatchNorm()]),
    Example(
      testDescription: "batch norm of 18 channels, ReLU", input: [2, 5, 5],
      layers: [Conv(out: 18, kernel: 3, bias: false), BatchNorm(), ReLU()]),
    Example(testDescription: "batch norm of the input", input: [3, 4, 4], layers: [BatchNorm(), ReLU()]),
    Example(
      testDescription: "ReLU of its own", input: [2, 6, 6],
      layers: [Conv(out: 4, kernel: 3), AveragePool(size: 2, stride: 2), ReLU()]),
    Example(
      testDescription: "residual of x itself", input: [2, 6, 6],
      layers: [
        Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(), ReLU(),
        Residual(
          main: [
            Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(), ReLU(),
            Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(),
          ], shortcut: []), ReLU(),
      ]),
    Example(
      testDescription: "residual with a shortcut of stride 2", input: [2, 6, 6],
      layers: [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(
          main: [Conv(out: 6, kernel: 3, stride: 2, padding: 1, bias: false), BatchNorm()],
          shortcut: [Conv(out: 6, kernel: 1, stride: 2, bias: false), BatchNorm()]), ReLU(),
      ]),
    Example(
      testDescription: "residual without batch norm or ReLU", input: [2, 5, 5],
      layers: [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(main: [Conv(out: 4, kernel: 3, padding: 1)], shortcut: []),
      ]),
    Example(
      testDescription: "more than a vector of samples", input: [2, 7, 7],
      layers: [
        Conv(out: 5, kernel: 3, bias: false), BatchNorm(), ReLU(), MaxPool(size: 2, stride: 2), Linear(out: 9), ReLU(),
      ], batch: 19),
    Example(
      testDescription: "kernel of 5, stride 3, more padding than picture", input: [2, 4, 5],
      layers: [Conv(out: 7, kernel: 5, stride: 3, padding: 4), ReLU()], batch: 17),
    Example(
      testDescription: "kernel of 4, even", input: [3, 7, 6], layers: [Conv(out: 13, kernel: 4, stride: 2, padding: 1)]),
    Example(
      testDescription: "two readers behind a ReLU and a pool", input: [2, 8, 8],
      layers: [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(
          main: [MaxPool(size: 2, stride: 2), Conv(out: 4, kernel: 1)],
          shortcut: [AveragePool(size: 2, stride: 2), Conv(out: 4, kernel: 3, padding: 1)]), ReLU(),
      ]),
    Example(
      testDescription: "residual of the input", input: [4, 5, 5],
      layers: [Residual(main: [Conv(out: 4, kernel: 3, padding: 1), BatchNorm()], shortcut: []), ReLU()]),
  ]

  /// Numbers in ±1 that look random and are the same everywhere.
  static func numbers(_ count: Int, _ salt: Int) -> [Float] {
    (0..<count).map { i in
      var x = UInt64(truncatingIfNeeded: (i + 1) &* 0x9E37_79B9 &+ salt &* 0x85EB_CA6B)
      x = (x ^ (x >> 16)) &* 0x45D9_F3B3_3335_B369
      x = (x ^ (x >> 29)) &* 0x2545_F491_4F6C_DD1D
      return Float(Double(x >> 11) / Double(1 << 52) - 1)
    }
  }

  struct Made {
    let network: Network
    var twin: PlainTwin
    let batch: Batch
    let input: PlainTensor
    let labels: [Int]
  }

  static let classes = 4

  static func make(_ example: Example, _ loss: Loss) throws -> Made {
    let model = Stack(example.layers)
    let network = try Network(model, input: example.input, classes: classes, loss: loss)
    var flat = numbers(network.layout.count, 1)
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
    let values = numbers(example.batch * example.input.reduce(1, *), 2)
    let labels = (0..<example.batch).map { ($0 * 3 + 1) % classes }
    let batch = try network.batch(example.batch)
    batch.inputs.update(from: values, count: values.count)
    for (i, label) in labels.enumerated() { batch.labels[i] = Int32(label) }
    return Made(
      network: network,
      twin: try PlainTwin(model, input: example.input, classes: classes, loss: loss, parameters: flat),
      batch: batch, input: PlainTensor(shape: [example.batch] + example.input, values: values.map(Double.init)),
      labels: labels)
  }

  @Test(arguments: examples, [Loss.crossEntropy, .batchSoftmax])
  func lossAndGradientAreTheTwins(example: Example, loss: Loss) throws {
    for mode in [Pass.Normalisation.batch(updatesRunning: false), .plain] {
      let made = try LayerTests.make(example, loss)
      var gradient = [Float](repeating: .nan, count: made.network.layout.count)
      let value = made.network.gradient(made.batch, plainBatchNorm: mode == .plain, into: &gradient)
      let expected = made.twin.loss(made.input, labels: made.labels, mode)
      #expect(abs(Double(value) - expected) < 1e-6 * max(1, expected))
      let gradients = made.twin.gradient(made.input, labels: made.labels, mode)
      #expect(relativeError(gradient, gradients.map(Float.init)) < 1e-5)
      // Each tensor against its own size, so that none hides behind a larger one; a true zero has nothing to compare.
      for tensor in made.network.layout.tensors {
        let of = gradients[tensor.range].map(Float.init)
        if of.allSatisfy({ abs($0) < 1e-6 }) { continue }
        #expect(relativeError(Array(gradient[tensor.range]), of) < 1e-4, "\(tensor.name)")
      }
    }
  }

  @Test(arguments: examples, [Loss.crossEntropy, .batchSoftmax])
  func theTwinsGradientIsItsOwnFiniteDifference(example: Example, loss: Loss) throws {
    var made = try LayerTests.make(example, loss)
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
    #expect(relativeError(places.map { Float(gradients[$0]) }, differences) < 1e-6)
  }

  @Test(arguments: examples) func evaluationIsTheTwins(example: Example) throws {
    let made = try LayerTests.make(example, .crossEntropy)
    let expected = made.twin.logits(made.input, .running).values.map(Float.init)
    let logits = made.network.logits(made.batch)
    #expect(relativeError(Array(UnsafeBufferPointer(start: logits, count: expected.count)), expected) < 1e-5)
    let evaluation = made.network.evaluate(made.batch)
    let loss = made.twin.loss(made.input, labels: made.labels, .running)
    #expect(abs(evaluation.lossSum / Double(example.batch) - loss) < 1e-6 * max(1, loss))
    let predicted = (0..<example.batch).map { i in
      (0..<4).max { expected[i * 4 + $0] < expected[i * 4 + $1] } ?? 0
    }
    #expect((0..<example.batch).map { Int(evaluation.predictions[$0]) } == predicted)
    #expect(evaluation.correct == zip(predicted, made.labels).filter { $0 == $1 }.count)
  }

  @Test(arguments: examples) func everyInstructionSetGivesTheSameBits(example: Example) throws {
    let before = InstructionSet.inUse
    defer { before.use() }
    var results: [[UInt32]] = []
    for set in InstructionSet.available {
      set.use()
      let made = try LayerTests.make(example, .crossEntropy)
      _ = made.network.trainStep(made.batch, SGD(learningRate: 0.1, clip: 0.01, momentum: 0.9, weightDecay: 0.01))
      var values = [Float](repeating: .nan, count: made.network.layout.count)
      made.network.copyParameters(to: &values)
      let logits = made.network.logits(made.batch)
      values += UnsafeBufferPointer(start: logits, count: example.batch * LayerTests.classes)
      results.append(values.map(\.bitPattern))
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  @Test(arguments: examples) func anotherBatchSizeGivesTheSameMean(example: Example) throws {
    if example.hasBatchNorm { return }
    // The gradient of a batch is the mean of its samples' gradients, however many lanes of the vectors were empty.
    let made = try LayerTests.make(example, .crossEntropy)
    let (network, batch) = (made.network, made.batch)
    let d = network.layout.count
    var whole = [Float](repeating: 0, count: d)
    _ = network.gradient(batch, into: &whole)
    let size = example.input.reduce(1, *)
    let inputs = Array(UnsafeBufferPointer(start: batch.inputs, count: example.batch * size))
    let labels = Array(UnsafeBufferPointer(start: batch.labels, count: example.batch))
    var mean = [Float](repeating: 0, count: d)
    for i in 0..<example.batch {
      let one = try network.batch(1)
      for k in 0..<size { one.inputs[k] = inputs[i * size + k] }
      one.labels[0] = labels[i]
      var gradient = [Float](repeating: 0, count: d)
      _ = network.gradient(one, into: &gradient)
      for k in 0..<d { mean[k] += gradient[k] / Float(example.batch) }
    }
    #expect(relativeError(mean, whole) < 1e-5)
  }
}
