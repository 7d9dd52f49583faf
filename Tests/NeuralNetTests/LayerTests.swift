import NeuralNet
import Testing

/// Layers in company: stacks that no single layer's tests cover.
struct LayerTests {
  static let examples = [
    LayerExample(
      "two convolutions, stride 2", input: [1, 9, 9],
      [Conv(out: 6, kernel: 3), ReLU(), Conv(out: 5, kernel: 3, stride: 2, padding: 1), ReLU()]),
    LayerExample(
      "more than a vector of samples", input: [2, 7, 7],
      [
        Conv(out: 5, kernel: 3, bias: false), BatchNorm(), ReLU(), MaxPool(size: 2, stride: 2), Linear(out: 9), ReLU(),
      ], batch: 19),
    LayerExample(
      "two readers behind a ReLU and a pool", input: [2, 8, 8],
      [
        Conv(out: 4, kernel: 3, padding: 1), ReLU(),
        Residual(
          main: [MaxPool(size: 2, stride: 2), Conv(out: 4, kernel: 1)],
          shortcut: [AveragePool(size: 2, stride: 2), Conv(out: 4, kernel: 3, padding: 1)]), ReLU(),
      ]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }
}
