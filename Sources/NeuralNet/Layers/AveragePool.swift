internal import CKernels
package import Catalogue

/// The mean of each square window.
package struct AveragePool: Layer {
  package static let name = "avg-pool"
  package static let label = "pool"
  package static let summary = "the mean of each square window"
  package static let parameters = [
    Parameter("size", .integer(1...1024), "side of the window"),
    Parameter("stride", .optional(.integer(1...1024)), "step of the window; none = its side"),
  ]
  package static let shorthand: String? = "size"

  package var size = 2
  package var stride: Int?

  package init() {}

  package init(size: Int, stride: Int) { (self.size, self.stride) = (size, stride) }

  private var windows: Pool { Pool(size: size, stride: stride ?? size) }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline {
    try windows.outline(input, name: name)
  }

  package func part(of input: [Int]) -> [Int] { windows.part(of: input) }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let output = plan.activation(placed.output)
    let shape = windows.shape(input.shape, output.shape), channels = Int64(input.shape[0])
    let name = "average pool \(size)×\(size) of \(input.shape.described)"
    plan.forward(
      Step(name, [input.data, output.data]) { pass in
        var shape = shape
        shape.planes = pass.groups * channels
        skm_average_pool_forward(&shape, input.data.floats, output.data.floats)
      })
    plan.backward {
      guard let gradient = output.gradient, input.wantsGradient else { return output.gathering }
      let target = input.addGradient()
      return output.gathering + [
        Step("\(name), backward", [gradient, target]) { pass in
          var shape = shape
          shape.planes = pass.groups * channels
          skm_average_pool_backward(&shape, gradient.floats, target.floats)
        }
      ]
    }
    return (output, 0)
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    windows.plain(x) { values in values.indices.map { ($0, 1 / Double(values.count)) } }
  }
}
