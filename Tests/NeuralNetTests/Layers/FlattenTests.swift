import NeuralNet
import Testing

struct FlattenTests {
  static let examples = [
    LayerExample("between layers", input: [2, 6, 6], [Conv(out: 4, kernel: 3), ReLU(), Flatten(), Linear(out: 5)]),
    LayerExample("of the input", input: [3, 4, 3], [Flatten()], batch: 17),
  ]

  @Test(arguments: examples) func agreesWithItsTwin(example: LayerExample) throws { try example.check() }

  @Test func numbersKeepTheirOrder() throws {
    let example = try HandExample([Flatten()], outputs: 4, input: [2, 1, 2], samples: [[1, 2, 3, 4], [8, 7, 6, 5]])
    #expect(example.outputs == [1, 2, 3, 4, 8, 7, 6, 5])
  }
}
