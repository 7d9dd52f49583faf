internal import Catalogue

/// Planes as one vector, row by row; a linear layer does so by itself.
package struct Flatten: Layer {
  package static let name = "flatten"
  package static let label = "flatten"
  package static let summary = "channels × height × width as one vector; a linear layer does so by itself"

  package init() {}

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) -> LayerOutline {
    LayerOutline(output: input, operations: 0)
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) { (input, 0) }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) { (x, { back, _ in back }) }
}
