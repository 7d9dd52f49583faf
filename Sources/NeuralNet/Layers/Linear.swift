internal import CKernels
package import Catalogue

/// A linear layer with a bias; one that names no outputs has one for each class.
///
/// The weight keeps the input's shape, [out, C, H, W], which is [out, features] row by row.
package struct Linear: Layer {
  package static let name = "linear"
  package static let label = "linear"
  package static let hasTensors = true
  package static let summary = "linear layer with a bias; its input is taken as a vector"
  package static let parameters = [
    Parameter("out", .optional(.integer(1...1_000_000)), "outputs; none = one for each class")
  ]
  package static let shorthand: String? = "out"

  package var out: Int?

  package init() {}

  package init(out: Int) { self.out = out }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) -> LayerOutline {
    let out = out ?? classes, features = input.reduce(1, *)
    return LayerOutline(
      output: [out],
      tensors: [
        .init(name: "weight", shape: [out] + input, kind: .weight, fanIn: features),
        .init(name: "bias", shape: [out], kind: .vector, fanIn: features),
      ], operations: 2 * out * features, givesLogits: true)
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let relu = next.startsWithReLU
    let output = plan.activation(placed.output, afterReLU: relu)
    let shape = skm_linear(
      groups: 0, planes: Int64(input.planes), area: Int64(input.area), out: Int64(output.count))
    let name = "linear layer of \(input.shape.described) to \(output.count)"
    let operations = 2 * input.count * output.count
    let store = plan.store
    let (weight, offset) = (placed.slots[0], placed.slots[1])
    plan.forward(
      Step(name, operations: operations, [input.data, output.data]) { pass in
        var shape = shape
        shape.groups = pass.groups
        skm_linear_forward(
          &shape, input.data.floats, store.weights(weight), store.weights(offset), relu ? 1 : 0, output.data.floats)
      })
    plan.backward {
      guard let gradient = output.gradient else { return [] }
      var widest = shape
      widest.groups = Int64(plan.groups)
      let scratch = Buffer(floats: skm_linear_scratch(&widest))
      var steps = output.finishing
      steps.append(
        Step("\(name), by weights", operations: operations, [input.data, gradient, scratch]) { pass in
          var shape = shape
          shape.groups = pass.groups
          skm_linear_backward_weights(
            &shape, input.data.floats, gradient.floats, scratch.floats, store.gradients(weight), store.gradients(offset)
          )
        })
      guard input.wantsGradient else { return steps }
      let target = input.addGradient()
      steps.append(
        Step("\(name), by data", operations: operations, [gradient, target]) { pass in
          var shape = shape
          shape.groups = pass.groups
          skm_linear_backward_data(&shape, gradient.floats, store.weights(weight), target.floats)
        })
      return steps
    }
    return (output, relu ? 1 : 0)
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let features = x.shape.dropFirst().reduce(1, *), out = placed.output[0]
    let flat = PlainTensor(shape: [x.shape[0], features, 1, 1], values: x.values)
    let (y, pullback) = PlainTensor.convolved(
      flat, pass.parameters, pass.range(placed.slots[0]), pass.range(placed.slots[1]), out: out, kernel: 1, stride: 1,
      padding: 0)
    return (
      PlainTensor(shape: [x.shape[0], out], values: y.values),
      { back, gradients in
        let whole = PlainTensor(shape: back.shape + [1, 1], values: back.values)
        return PlainTensor(shape: x.shape, values: pullback(whole, &gradients).values)
      }
    )
  }
}
