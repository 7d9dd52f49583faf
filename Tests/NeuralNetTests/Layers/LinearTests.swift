import NeuralNet
import Testing

struct LinearTests {
  static let examples = [
    LayerExample("linear", input: [7], []),
    LayerExample("two, with ReLU", input: [9], [Linear(out: 5), ReLU()]),
    LayerExample("of planes of even area", input: [3, 2, 3], [Linear(out: 5)], batch: 17),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  /// 2·4 + 3·5 + 1 = 24.
  @Test func twoToOneIsWhatAHandComputes() throws {
    let example = try HandExample(
      [Linear(out: 1)], outputs: 1, parameters: [2, 3, 1], input: [2], samples: [[4, 5], [1, 0]])
    #expect(example.outputs == [24, 3])
  }

  /// Of zeros, the outputs' gradient is (−½, ½).
  @Test func gradientIsWhatAHandComputes() throws {
    let example = try HandExample(
      [Linear(out: 2)], outputs: 2, parameters: [0, 0, 0, 0, 0, 0], input: [2], samples: [[4, 6]])
    #expect(areNear(example.gradient, [-2, -3, 2, 3, -0.5, 0.5]))
  }
}
