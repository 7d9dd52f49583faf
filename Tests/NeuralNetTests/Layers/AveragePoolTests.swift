import NeuralNet
import Testing

struct AveragePoolTests {
  static let examples = [
    LayerExample(
      "average pool", input: [2, 9, 8], [Conv(out: 5, kernel: 3), AveragePool(size: 2, stride: 2)]),
    LayerExample("overlapping windows of the input", input: [2, 7, 6], [AveragePool(size: 3, stride: 2)], batch: 17),
    LayerExample(
      "of everything, after ReLU", input: [2, 6, 6],
      [Conv(out: 5, kernel: 3), ReLU(), AveragePool(size: 4, stride: 4)]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  private static let oneToEight: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]

  /// (1 + 2 + 5 + 6) / 4 and (3 + 4 + 7 + 8) / 4.
  @Test func eachWindowGivesItsMean() throws {
    let example = try HandExample(
      [AveragePool(size: 2, stride: 2)], outputs: 2, input: [1, 2, 4], samples: [Self.oneToEight])
    #expect(example.outputs == [3.5, 5.5])
  }

  /// −½·3.5 + ½·5.5 = 1.
  @Test func gradientIsSharedByTheWindow() throws {
    let example = try HandExample(
      [Conv(out: 1, kernel: 1, bias: false), AveragePool(size: 2, stride: 2)], outputs: 2, parameters: [0],
      input: [1, 2, 4], samples: [Self.oneToEight])
    #expect(areNear(example.gradient, [1]))
  }
}
