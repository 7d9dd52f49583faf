import NeuralNet
import Testing

struct ResidualTests {
  static let examples = [
    LayerExample(
      "of x itself", input: [2, 6, 6],
      [
        Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(), ReLU(),
        Residual(
          main: [
            Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(), ReLU(),
            Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(),
          ], shortcut: []), ReLU(),
      ]),
    LayerExample(
      "shortcut of stride 2", input: [2, 6, 6],
      [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(
          main: [Conv(out: 6, kernel: 3, stride: 2, padding: 1, bias: false), BatchNorm()],
          shortcut: [Conv(out: 6, kernel: 1, stride: 2, bias: false), BatchNorm()]), ReLU(),
      ]),
    LayerExample(
      "without batch norm or ReLU", input: [2, 5, 5],
      [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(main: [Conv(out: 4, kernel: 3, padding: 1)], shortcut: []),
      ]),
    LayerExample(
      "of the input", input: [4, 5, 5],
      [Residual(main: [Conv(out: 4, kernel: 3, padding: 1), BatchNorm()], shortcut: []), ReLU()]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  private func branch(weight: Float) throws -> HandExample {
    try HandExample(
      [Residual(main: [Conv(out: 1, kernel: 1, bias: false)])], outputs: 2, parameters: [weight], input: [1, 1, 2],
      samples: [[1, 3]])
  }

  /// x + 2·x.
  @Test func branchesAreSummed() throws { #expect(try branch(weight: 2).outputs == [3, 9]) }

  /// x − x is 0, so the outputs' gradient is (−½, ½): −½·1 + ½·3.
  @Test func gradientIsWhatAHandComputes() throws { #expect(areNear(try branch(weight: -1).gradient, [1])) }
}
