/// Numbers of shape [N, C, H, W] or [N, features], row-major, in double.
package struct PlainTensor {
  /// From the gradient of a layer's output to that of its input; adds those of its parameters, in flat order.
  package typealias Pullback = (PlainTensor, inout [Double]) -> PlainTensor

  package var shape: [Int]
  package var values: [Double]

  package init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }

  package init(zeros shape: [Int]) {
    self.init(shape: shape, values: [Double](repeating: 0, count: shape.reduce(1, *)))
  }
}

/// What the plain layers of a pass share.
package struct PlainPass {
  /// In the flat order of the layout.
  package let parameters: [Double]
  package let layout: ParameterLayout
  package let normalisation: Pass.Normalisation

  func range(_ slot: Int) -> Range<Int> { layout.tensors[slot].range }

  func run(_ layers: [PlacedLayer], _ x: PlainTensor) -> (PlainTensor, PlainTensor.Pullback) {
    var y = x
    var pullbacks: [PlainTensor.Pullback] = []
    for placed in layers {
      let (next, pullback) = placed.layer.plain(placed, y, self)
      y = next
      pullbacks.append(pullback)
    }
    return (y, { back, gradients in pullbacks.reversed().reduce(back) { $1($0, &gradients) } })
  }
}
