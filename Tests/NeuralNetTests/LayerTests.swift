import Catalogue
import NeuralNet
import TestSupport
import Testing

/// Every layer against its plain twin: the values, and the gradients against finite differences of the twin in double.
struct LayerTests {
  /// A few layers as a model.
  struct Stack: Model {
    static let name = "stack"
    static let summary = "layers of a test"
    var stack: [Layer] = []
    init() {}
    init(_ stack: [Layer]) { self.stack = stack }
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
    func layers(input: [Int], classes: Int) throws -> [Layer] { stack + [.linear(out: classes)] }
  }

  struct Example: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: [Int]
    let layers: [Layer]
    var batch = 3
  }

  static let examples: [Example] = [
    Example(testDescription: "linear", input: [7], layers: []),
    Example(testDescription: "linear, ReLU", input: [9], layers: [.linear(out: 5), .relu]),
    Example(testDescription: "convolution", input: [3, 6, 5], layers: [.convolution(out: 4, kernel: 3)]),
    Example(
      testDescription: "convolution of 17 channels, ReLU, without bias", input: [17, 5, 5],
      layers: [.convolution(out: 18, kernel: 3, padding: 1, bias: false), .relu]),
    Example(
      testDescription: "two convolutions, stride 2", input: [1, 9, 9],
      layers: [
        .convolution(out: 6, kernel: 3), .relu, .convolution(out: 5, kernel: 3, stride: 2, padding: 1), .relu,
      ]),
    Example(
      testDescription: "max pool after ReLU, odd side", input: [2, 9, 9],
      layers: [.convolution(out: 5, kernel: 3), .relu, .maxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "max pool without ReLU", input: [2, 8, 8],
      layers: [.convolution(out: 16, kernel: 3, padding: 1), .maxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "overlapping max pool", input: [2, 9, 9],
      layers: [.convolution(out: 5, kernel: 3), .relu, .maxPool(size: 3, stride: 2)]),
    Example(
      testDescription: "average pool", input: [2, 9, 8],
      layers: [.convolution(out: 5, kernel: 3), .averagePool(size: 2, stride: 2)]),
    Example(testDescription: "pool of the input", input: [3, 6, 6], layers: [.maxPool(size: 2, stride: 2)]),
    Example(
      testDescription: "batch norm", input: [2, 6, 6],
      layers: [.convolution(out: 5, kernel: 3, bias: false), .batchNorm]),
    Example(
      testDescription: "batch norm of 18 channels, ReLU", input: [2, 5, 5],
      layers: [.convolution(out: 18, kernel: 3, bias: false), .batchNorm, .relu]),
    Example(testDescription: "batch norm of the input", input: [3, 4, 4], layers: [.batchNorm, .relu]),
    Example(
      testDescription: "ReLU of its own", input: [2, 6, 6],
      layers: [.convolution(out: 4, kernel: 3), .averagePool(size: 2, stride: 2), .relu]),
    Example(
      testDescription: "residual of x itself", input: [2, 6, 6],
      layers: [
        .convolution(out: 16, kernel: 3, padding: 1, bias: false), .batchNorm, .relu,
        .residual(
          main: [
            .convolution(out: 16, kernel: 3, padding: 1, bias: false), .batchNorm, .relu,
            .convolution(out: 16, kernel: 3, padding: 1, bias: false), .batchNorm,
          ], shortcut: []), .relu,
      ]),
    Example(
      testDescription: "residual with a shortcut of stride 2", input: [2, 6, 6],
      layers: [
        .convolution(out: 4, kernel: 3, padding: 1), .relu,
        .residual(
          main: [.convolution(out: 6, kernel: 3, stride: 2, padding: 1, bias: false), .batchNorm],
          shortcut: [.convolution(out: 6, kernel: 1, stride: 2, bias: false), .batchNorm]), .relu,
      ]),
    Example(
      testDescription: "residual without batch norm or ReLU", input: [2, 5, 5],
      layers: [
        .convolution(out: 4, kernel: 3, padding: 1), .relu,
        .residual(main: [.convolution(out: 4, kernel: 3, padding: 1)], shortcut: []),
      ]),
    Example(
      testDescription: "residual of the input", input: [4, 5, 5],
      layers: [.residual(main: [.convolution(out: 4, kernel: 3, padding: 1), .batchNorm], shortcut: []), .relu]),
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

  static func make(
    _ example: Example, _ loss: Loss
  ) throws -> (network: Network, twin: PlainNetwork, batch: Batch, input: PlainNetwork.Tensor, labels: [Int]) {
    let classes = 4
    let network = try Network(Stack(example.layers), input: example.input, classes: classes, loss: loss)
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
    try network.setParameters(flat)
    let values = numbers(example.batch * example.input.reduce(1, *), 2)
    let labels = (0..<example.batch).map { ($0 * 3 + 1) % classes }
    let batch = try network.batch(example.batch)
    batch.inputs.update(from: values, count: values.count)
    for (i, label) in labels.enumerated() { batch.labels[i] = Int32(label) }
    let twin = PlainNetwork(
      layers: example.layers + [.linear(out: classes)], loss: loss, layout: network.layout,
      parameters: flat.map(Double.init))
    let input = PlainNetwork.Tensor(shape: [example.batch] + example.input, values: values.map(Double.init))
    return (network, twin, batch, input, labels)
  }

  /// oneDNN's plainest loops are called `ref`; they are a hundred times slower than the others.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 12, 16, 17, 30, 64], [1, 3, 4, 8, 9, 16, 20])
  func noConvolutionFallsBackToPlainLoops(input: Int, output: Int) throws {
    let stack = Stack([
      .convolution(out: output, kernel: 3, padding: 1), .relu, .convolution(out: output, kernel: 3, stride: 2), .relu,
      .convolution(out: input, kernel: 1),
    ])
    let network = try Network(stack, input: [input, 9, 9], classes: 4, loss: .crossEntropy, batch: 8)
    _ = try network.batch(8)
    let implementations = try network.operations(batch: 8).implementations
    #expect(implementations.count >= 11)
    #expect(!implementations.contains { $0.hasPrefix("ref") }, "\(implementations)")
  }

  @Test(arguments: examples, [Loss.crossEntropy, .batchSoftmax])
  func lossAndGradientAreTheTwins(example: Example, loss: Loss) throws {
    for plain in [false, true] {
      var (network, twin, batch, input, labels) = try LayerTests.make(example, loss)
      var gradient = [Float](repeating: .nan, count: network.layout.count)
      let value = try network.gradient(batch, plainBatchNorm: plain, into: &gradient)
      let mode = plain ? PlainNetwork.Normalisation.plain : .batch
      let expected = twin.loss(input, labels: labels, mode)
      #expect(abs(Double(value) - expected) < 1e-6 * max(1, expected))

      // At most some 24 places of every tensor, spread over it: a step that shares no factor with the shapes.
      let places = network.layout.tensors.filter { $0.range.upperBound <= network.layout.trainableCount }
        .flatMap { Array(stride(from: $0.offset, to: $0.range.upperBound, by: max(1, $0.count / 24 | 1))) }
      let step = 1e-5
      let differences = places.map { place in
        let held = twin.parameters[place]
        twin.parameters[place] = held + step
        let above = twin.loss(input, labels: labels, mode)
        twin.parameters[place] = held - step
        let below = twin.loss(input, labels: labels, mode)
        twin.parameters[place] = held
        return Float((above - below) / (2 * step))
      }
      #expect(relativeError(places.map { gradient[$0] }, differences) < 2e-5)
    }
  }

  @Test(arguments: examples) func evaluationIsTheTwins(example: Example) throws {
    let (network, twin, batch, input, labels) = try LayerTests.make(example, .crossEntropy)
    let expected = twin.forward(input, .running).values.map(Float.init)
    let logits = try network.logits(batch)
    #expect(relativeError(Array(UnsafeBufferPointer(start: logits, count: expected.count)), expected) < 1e-5)
    let evaluation = try network.evaluate(batch)
    let loss = twin.loss(input, labels: labels, .running)
    #expect(abs(evaluation.lossSum / Double(example.batch) - loss) < 1e-6 * max(1, loss))
    let predicted = (0..<example.batch).map { i in
      (0..<4).max { expected[i * 4 + $0] < expected[i * 4 + $1] } ?? 0
    }
    #expect((0..<example.batch).map { Int(evaluation.predictions[$0]) } == predicted)
    #expect(evaluation.correct == zip(predicted, labels).filter { $0 == $1 }.count)
  }

  @Test(arguments: examples) func anotherBatchSizeGivesTheSameMean(example: Example) throws {
    if example.layers.description.contains("batchNorm") { return }
    // The gradient of a batch is the mean of its samples' gradients, whatever graphs computed them.
    let (network, _, batch, _, _) = try LayerTests.make(example, .crossEntropy)
    let d = network.layout.count
    var whole = [Float](repeating: 0, count: d)
    _ = try network.gradient(batch, into: &whole)
    let size = example.input.reduce(1, *)
    let inputs = Array(UnsafeBufferPointer(start: batch.inputs, count: example.batch * size))
    let labels = Array(UnsafeBufferPointer(start: batch.labels, count: example.batch))
    var mean = [Float](repeating: 0, count: d)
    for i in 0..<example.batch {
      let one = try network.batch(1)
      inputs.withUnsafeBufferPointer {
        one.inputs.update(from: $0.baseAddress.unsafelyUnwrapped + i * size, count: size)
      }
      one.labels[0] = labels[i]
      var gradient = [Float](repeating: 0, count: d)
      _ = try network.gradient(one, into: &gradient)
      for k in 0..<d { mean[k] += gradient[k] / Float(example.batch) }
    }
    #expect(relativeError(mean, whole) < 1e-5)
  }
}
