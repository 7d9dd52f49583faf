import NeuralNet
import Testing

struct ReLUTests {
  static let examples = [
    LayerExample(
      "behind a pool, which does not take it along", input: [2, 6, 6],
      [Conv(out: 4, kernel: 3), AveragePool(size: 2, stride: 2), ReLU()]),
    LayerExample("of the input", input: [3, 4, 4], [ReLU()], batch: 17),
    LayerExample("twice", input: [5], [Linear(out: 6), ReLU(), ReLU()]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  @Test func negativesBecomeZero() throws {
    let example = try HandExample([ReLU()], outputs: 3, input: [3], samples: [[-1, 0, 2], [0.5, -3, -0.25]])
    #expect(example.outputs == [0, 0, 2, 0.5, 0, 0])
  }

  /// Outputs (1, 0), of which the second was −1: probabilities (0.731, 0.269), and the second passes no gradient.
  @Test func noGradientPassesWhereItIsClosed() throws {
    let example = try HandExample(
      [Linear(out: 2), ReLU()], outputs: 2, parameters: [1, -1, 0, 0], input: [1], samples: [[1]])
    #expect(example.outputs == [1, 0])
    #expect(areNear(example.gradient, [-0.2689414, 0, -0.2689414, 0]))
  }
}
