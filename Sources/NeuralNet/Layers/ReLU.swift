internal import CKernels
internal import Catalogue

/// max(x, 0).
package struct ReLU: Layer {
  package static let name = "relu"
  package static let label = "relu"
  package static let summary = "max(x, 0)"

  package init() {}

  package var isElementwise: Bool { true }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) -> LayerOutline {
    LayerOutline(output: input, operations: input.reduce(1, *))
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let output = plan.activation(input.shape)
    plan.forward(
      Step("ReLU of \(input.shape.described)", [input.data, output.data]) { pass in
        skm_relu(pass.count(of: input), input.data.floats, output.data.floats)
      })
    plan.backward {
      guard let gradient = output.gradient, input.wantsGradient else { return output.gathering }
      let target = input.addGradient()
      return output.gathering + [
        Step("ReLU of \(input.shape.described), backward", [output.data, gradient, target]) { pass in
          skm_relu_backward(pass.count(of: output), output.data.floats, gradient.floats, target.floats)
        }
      ]
    }
    return (output, 0)
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let y = PlainTensor(shape: x.shape, values: x.values.map { max($0, 0) })
    return (y, { back, _ in PlainTensor(shape: x.shape, values: zip(back.values, y.values).map { $1 > 0 ? $0 : 0 }) })
  }
}
