import NeuralNet
import Testing

struct BatchNormTests {
  static let examples = [
    LayerExample("batch norm", input: [2, 6, 6], [Conv(out: 5, kernel: 3, bias: false), BatchNorm()]),
    LayerExample(
      "18 channels, ReLU", input: [2, 5, 5], [Conv(out: 18, kernel: 3, bias: false), BatchNorm(), ReLU()]),
    LayerExample("of the input", input: [3, 4, 4], [BatchNorm(), ReLU()]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  /// The numbers 1 and 3 of one channel: mean 2, variance 1.
  private func oneAndThree(scale: Float, shift: Float) throws -> HandExample {
    try HandExample([BatchNorm()], outputs: 2, parameters: [scale, shift], input: [1, 1, 2], samples: [[1, 3]])
  }

  @Test func twoNumbersBecomeMinusOneAndOne() throws {
    let example = try oneAndThree(scale: 2, shift: 5)
    #expect(areNear(example.network.trainingLogits(example.batch), [3, 7], within: 2e-5))
  }

  @Test func evaluationUsesTheRunningStatistics() throws {
    #expect(areNear(try oneAndThree(scale: 2, shift: 5).outputs, [7, 11], within: 4e-5))
  }

  /// Mean 0.9·0 + 0.1·2; variance 0.9·1 + 0.1·2, since that of a sample of two is 2.
  @Test func runningStatisticsFollowByATenth() throws {
    let example = try oneAndThree(scale: 2, shift: 5)
    _ = example.network.trainStep(example.batch, SGD(learningRate: 0))
    #expect(areNear(Array(example.parameters.suffix(2)), [0.2, 1.1]))
  }

  /// The outputs' gradient (−½, ½) over the normalised numbers (−1, 1): scale −½·−1 + ½·1, shift −½ + ½.
  @Test func gradientIsWhatAHandComputes() throws {
    #expect(areNear(try oneAndThree(scale: 0, shift: 0).gradient, [1, 0], within: 1e-5))
  }
}
