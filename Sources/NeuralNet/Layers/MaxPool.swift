internal import CKernels
package import Catalogue

/// The largest value of each square window; of equals, the first.
package struct MaxPool: Layer {
  package static let name = "max-pool"
  package static let label = "pool"
  package static let summary = "the largest value of each square window"
  package static let parameters = [
    Parameter("size", .integer(1...255), "side of the window"),
    Parameter("stride", .optional(.integer(1...1024)), "step of the window; none = its side"),
  ]
  package static let shorthand: String? = "size"

  package var size = 2
  package var stride: Int?

  package init() {}

  package init(size: Int, stride: Int) { (self.size, self.stride) = (size, stride) }

  var windows: Pool { Pool(size: size, stride: stride ?? size) }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline {
    try windows.outline(input, name: name)
  }

  package func part(of input: [Int]) -> [Int] { windows.part(of: input) }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let output = plan.activation(placed.output)
    let index = Buffer(byteCount: plan.groups * Pass.lanes * output.places * MemoryLayout<UInt16>.stride)
    let shape = windows.shape(input.shape, output.shape), channels = Int64(input.shape[0])
    let name = "max pool \(size)×\(size) of \(input.shape.described)"
    let isTraining = plan.isTraining
    plan.forward(
      Step(name, [input.data, output.data, index]) { pass in
        var shape = shape
        shape.planes = pass.groups * channels
        skm_max_pool_forward(&shape, input.data.floats, output.data.floats, isTraining ? index.places : nil)
      })
    plan.backward {
      guard let gradient = output.gradient, input.wantsGradient else { return output.gathering }
      let target = input.addGradient()
      // The largest of a window is positive just when the ReLU before let it pass.
      let masks = input.afterReLU && input.readers == 1
      if masks { input.readerMasks = true }
      return output.gathering + [
        Step("\(name), backward", [output.data, gradient, index, target]) { pass in
          var shape = shape
          shape.planes = pass.groups * channels
          skm_max_pool_backward(
            &shape, gradient.floats, index.places, masks ? output.data.floats : nil, target.floats)
        }
      ]
    }
    return (output, 0)
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    windows.plain(x) { values in
      var best = 0
      for place in values.indices where values[place] > values[best] { best = place }
      return [(best, 1)]
    }
  }
}
