import NeuralNet
import TestSupport
import Testing

/// Optimiser, determinism and the limits of a network.
struct TrainingTests {
  /// A network with a 2-vector for an input and 2 classes, small enough for a hand.
  static func small(_ loss: Loss = .crossEntropy) throws -> Network {
    let network = try Network(LR(), input: [2], classes: 2, loss: loss)
    // W = [[1, 0], [0, 1]], b = [0, 0].
    network.setParameters([1, 0, 0, 1, 0, 0])
    return network
  }

  static func parameters(_ network: Network) throws -> [Float] {
    var flat = [Float](repeating: .nan, count: network.layout.count)
    network.copyParameters(to: &flat)
    return flat
  }

  /// One sample x = (1, 1) of class 0: logits (1, 1), probabilities (½, ½), dlogits = (−½, ½).
  static func oneSample(_ network: Network) throws -> Batch {
    let batch = try network.batch(1)
    batch.inputs[0] = 1
    batch.inputs[1] = 1
    batch.labels[0] = 0
    return batch
  }

  @Test func stepIsWhatAHandComputes() throws {
    let network = try TrainingTests.small()
    let loss = network.trainStep(try TrainingTests.oneSample(network), SGD(learningRate: 0.5))
    #expect(abs(loss - 0.6931472) < 1e-6)
    #expect(try TrainingTests.parameters(network) == [1.25, 0.25, -0.25, 0.75, 0.25, -0.25])
  }

  @Test func clampBoundsEveryElement() throws {
    let network = try TrainingTests.small()
    _ = network.trainStep(try TrainingTests.oneSample(network), SGD(learningRate: 1, clip: 0.125))
    #expect(try TrainingTests.parameters(network) == [1.125, 0.125, -0.125, 0.875, 0.125, -0.125])
  }

  @Test func momentumAndDecayAreAddedUp() throws {
    let network = try TrainingTests.small()
    let batch = try TrainingTests.oneSample(network)
    // Every element of the gradient is clamped to ±0.25: first step v = g + 0.5·w.
    let optimizer = SGD(learningRate: 0.5, clip: 0.25, momentum: 0.5, weightDecay: 0.5)
    _ = network.trainStep(batch, optimizer)
    #expect(try TrainingTests.parameters(network) == [0.875, 0.125, -0.125, 0.625, 0.125, -0.125])
    // Second: logits (1.125, 0.375), so g is still clamped; v = 0.5·v + g + 0.5·w.
    _ = network.trainStep(batch, optimizer)
    #expect(
      try TrainingTests.parameters(network) == [0.71875, 0.28125, -0.28125, 0.15625, 0.28125, -0.28125])
    network.resetOptimizer()
    network.setParameters([1, 0, 0, 1, 0, 0])
    _ = network.trainStep(batch, optimizer)
    #expect(try TrainingTests.parameters(network) == [0.875, 0.125, -0.125, 0.625, 0.125, -0.125])
  }

  @Test func parametersComeBackAsTheyWent() throws {
    for (model, input) in [(CNN() as any Model, [1, 28, 28]), (ResNet20(), [3, 32, 32]), (LR(), [561])] {
      let network = try Network(model, input: input, classes: 10, loss: .crossEntropy)
      let flat = LayerExample.numbers(network.layout.count, 5)
      network.setParameters(flat)
      #expect(try TrainingTests.parameters(network) == flat)
    }
  }

  @Test func countsAreThePublishedOnes() throws {
    let cnn = try Network(CNN(), input: [1, 28, 28], classes: 10, loss: .crossEntropy).layout
    #expect((cnn.count, cnn.trainableCount) == (139_960, 139_960))
    let resnet = try Network(ResNet20(), input: [3, 32, 32], classes: 10, loss: .crossEntropy).layout
    #expect((resnet.count, resnet.trainableCount) == (274_042, 272_474))
    #expect(try Network(LR(), input: [561], classes: 6, loss: .crossEntropy).layout.count == 3372)
  }

  @Test func sameStepsGiveTheSameBitsWhateverRanBefore() throws {
    func train(after sizes: [Int]) throws -> [Float] {
      let network = try Network(CNN(), input: [1, 28, 28], classes: 10, loss: .crossEntropy)
      for size in sizes {
        let batch = try network.batch(size)
        batch.inputs.update(repeating: 0.5, count: size * 784)
        batch.labels.update(repeating: 3, count: size)
        _ = network.trainStep(batch, SGD(learningRate: 0.1))
        _ = network.evaluate(batch)
      }
      network.setParameters(LayerExample.numbers(network.layout.count, 3).map { 0.05 * $0 })
      for size in [32, 7] {
        let batch = try network.batch(size)
        let values = LayerExample.numbers(size * 784, 9)
        batch.inputs.update(from: values, count: values.count)
        for i in 0..<size { batch.labels[i] = Int32(i % 10) }
        _ = network.trainStep(batch, SGD(learningRate: 0.1, clip: 0.01))
      }
      return try TrainingTests.parameters(network)
    }
    let bits = try train(after: []).map(\.bitPattern)
    #expect(try train(after: [5, 64, 250]).map(\.bitPattern) == bits)
  }

  @Test func trainingFitsASmallSet() throws {
    let network = try Network(CNN(), input: [1, 28, 28], classes: 10, loss: .crossEntropy)
    var flat = LayerExample.numbers(network.layout.count, 7)
    for tensor in network.layout.tensors {
      for i in tensor.range { flat[i] /= Float(tensor.fanIn).squareRoot() }
    }
    network.setParameters(flat)
    let batch = try network.batch(20)
    let values = LayerExample.numbers(20 * 784, 11)
    batch.inputs.update(from: values, count: values.count)
    for i in 0..<20 { batch.labels[i] = Int32(i % 10) }
    #expect(network.evaluate(batch).correct < 10)
    for _ in 0..<200 { _ = network.trainStep(batch, SGD(learningRate: 0.05)) }
    #expect(network.evaluate(batch).correct == 20)
  }

  @Test func aNaNIsSeenInTheLoss() throws {
    let network = try TrainingTests.small()
    network.setParameters([.nan, 0, 0, 1, 0, 0])
    #expect(network.trainStep(try TrainingTests.oneSample(network), SGD(learningRate: 0.5, clip: 0.01)).isNaN)
  }

  @Test func wrongShapesAreErrors() throws {
    #expect(
      throws: NetworkError.shape(layer: "convolution1", input: [561], need: "channels × height × width of at least 3")
    ) {
      _ = try Network(CNN(), input: [561], classes: 6, loss: .crossEntropy)
    }
    let error = NetworkError.shape(layer: "pool", input: [30, 1, 1], need: "channels × height × width of at least 2")
    #expect(throws: error) { _ = try Network(CNN(), input: [1, 3, 3], classes: 6, loss: .crossEntropy) }
    #expect(
      error.description == "pool cannot take an input of 30×1×1: it needs channels × height × width of at least 2")
    let network = try TrainingTests.small()
    #expect(throws: NetworkError.emptyBatch) { _ = try network.batch(0) }
  }

  @Test func batchSoftmaxOfTwoSamplesIsWhatAHandComputes() throws {
    let network = try TrainingTests.small(.batchSoftmax)
    let batch = try network.batch(2)
    // Samples (1, 0) and (0, 0), labels 0 and 1: column 0 holds logits 1 and 0, column 1 holds 0 and 0.
    batch.inputs.update(repeating: 0, count: 4)
    batch.inputs[0] = 1
    batch.labels[0] = 0
    batch.labels[1] = 1
    let evaluation = network.evaluate(batch)
    // −log(e/(e+1)) − log(½) = 0.3132617 + 0.6931472
    #expect(abs(evaluation.lossSum - 1.0064089) < 1e-6)
    // Log-probabilities: sample 0 (−0.313, −0.693), sample 1 (−1.313, −0.693).
    #expect([evaluation.predictions[0], evaluation.predictions[1]] == [0, 1])
  }
}
