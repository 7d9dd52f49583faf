import NeuralNet
import Testing

struct ConvTests {
  static let examples = [
    LayerExample("convolution", input: [3, 6, 5], [Conv(out: 4, kernel: 3)]),
    LayerExample(
      "17 channels, ReLU, without bias", input: [17, 5, 5], [Conv(out: 18, kernel: 3, padding: 1, bias: false), ReLU()]),
    LayerExample(
      "kernel of 5, stride 3, more padding than picture", input: [2, 4, 5],
      [Conv(out: 7, kernel: 5, stride: 3, padding: 4), ReLU()], batch: 17),
    LayerExample(
      "33 channels to 18, tiles over the edge", input: [33, 7, 5], [Conv(out: 18, kernel: 3, padding: 1)], batch: 19),
    LayerExample("kernel of 4, even", input: [3, 7, 6], [Conv(out: 13, kernel: 4, stride: 2, padding: 1)]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  private static let oneToNine: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

  /// The top left output is 1·1 + 2·2 + 3·4 + 4·5 = 37, plus the bias.
  @Test func twoByTwoOverThreeByThreeIsWhatAHandComputes() throws {
    let example = try HandExample(
      [Conv(out: 1, kernel: 2)], outputs: 4, parameters: [1, 2, 3, 4, 10], input: [1, 3, 3], samples: [Self.oneToNine])
    #expect(example.outputs == [47, 57, 77, 87])
  }

  /// Of zeros, the outputs' gradient is (−¾, ¼, ¼, ¼); that of the first weight is −¾·1 + ¼·(2 + 4 + 5) = 2.
  @Test func gradientIsWhatAHandComputes() throws {
    let example = try HandExample(
      [Conv(out: 1, kernel: 2)], outputs: 4, parameters: [0, 0, 0, 0, 0], input: [1, 3, 3], samples: [Self.oneToNine])
    #expect(areNear(example.gradient, [2, 2, 2, 2, 0]))
  }

  /// Each corner of a picture of ones meets four of nine ones.
  @Test func paddingIsZeros() throws {
    let example = try HandExample(
      [Conv(out: 1, kernel: 3, stride: 2, padding: 1, bias: false)], outputs: 4,
      parameters: [Float](repeating: 1, count: 9), input: [1, 3, 3], samples: [[Float](repeating: 1, count: 9)])
    #expect(example.outputs == [4, 4, 4, 4])
  }
}
