import NeuralNet
import Testing

struct MaxPoolTests {
  static let examples = [
    LayerExample(
      "after ReLU, odd side", input: [2, 9, 9], [Conv(out: 5, kernel: 3), ReLU(), MaxPool(size: 2, stride: 2)]),
    LayerExample(
      "without ReLU", input: [2, 8, 8], [Conv(out: 16, kernel: 3, padding: 1), MaxPool(size: 2, stride: 2)]),
    LayerExample(
      "overlapping windows", input: [2, 9, 9], [Conv(out: 5, kernel: 3), ReLU(), MaxPool(size: 3, stride: 2)]),
    LayerExample(
      "windows of 3, 20 samples, without bias or ReLU", input: [1, 10, 12],
      [Conv(out: 7, kernel: 2, stride: 1, padding: 1, bias: false), MaxPool(size: 3, stride: 3)], batch: 20),
    LayerExample(
      "behind a second convolution", input: [2, 9, 9],
      [Conv(out: 3, kernel: 2), Conv(out: 5, kernel: 3), ReLU(), MaxPool(size: 2, stride: 2)]),
    LayerExample("of the input", input: [3, 6, 6], [MaxPool(size: 2, stride: 2)]),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  @Test func eachWindowGivesItsLargest() throws {
    let example = try HandExample(
      [MaxPool(size: 2, stride: 2)], outputs: 2, input: [1, 2, 4], samples: [[1, 2, -3, -4, 6, 5, -7, -8]])
    #expect(example.outputs == [6, -3])
  }

  /// A weight of 0 makes all numbers equal; the outputs' gradient (−½, ½) meets the inputs in the windows' first
  /// places: −½·1 + ½·3.
  @Test func tiesGoToTheFirst() throws {
    let example = try HandExample(
      [Conv(out: 1, kernel: 1, bias: false), MaxPool(size: 2, stride: 2)], outputs: 2, parameters: [0],
      input: [1, 2, 4], samples: [[1, 2, 3, 4, 5, 6, 7, 8]])
    #expect(areNear(example.gradient, [1]))
  }

  /// What no window covers is ignored.
  @Test func lastOddRowAndColumnAreLeftOut() throws {
    let example = try HandExample(
      [MaxPool(size: 2, stride: 2)], outputs: 1, input: [1, 3, 3], samples: [[1, 2, 9, 3, 4, 9, 9, 9, 9]])
    #expect(example.outputs == [4])
  }
}
