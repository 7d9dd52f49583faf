internal import CKernels

extension Conv {
  /// A convolution at the start of a network with the ReLU and the max pool behind it: no gradient of its result is
  /// needed but for its weights, so the result and its gradient, the largest activations of all, are never stored.
  ///
  /// - Returns: nil where it cannot be done, or Winograd's algorithm is faster.
  func compilePooled(
    _ placed: PlacedLayer, _ input: Activation, next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int)? {
    let relu = next.startsWithReLU
    let behind = next.dropFirst(relu ? 1 : 0)
    guard !input.wantsGradient, let pooling = behind.first, let pool = pooling.layer as? MaxPool else { return nil }
    let windows = pool.windows, places = windows.part(of: placed.output)
    let shape = shape(input.shape, places)
    guard windows.size == windows.stride, skm_uses_winograd([shape], 0) == 0 else { return nil }

    let output = plan.activation(pooling.output), isTraining = plan.isTraining
    let pooled = windows.shape(places, output.shape)
    let index = Buffer(byteCount: plan.groups * Pass.lanes * output.places * MemoryLayout<UInt16>.stride)
    let name = "\(name(input.shape, places))\(relu ? " + ReLU" : "") + max pool \(windows.size)×\(windows.size)"
    let operations = operations(input.shape, places)
    let store = plan.store, (weight, offset) = (placed.slots[0], bias ? placed.slots[1] : nil)
    let scratch = Buffer(floats: skm_convolution_max_pool_scratch([shape], [pooled]))
    plan.forward(
      Step(name, operations: operations, [input.data, output.data, index, scratch]) { pass in
        var shape = shape, pooled = pooled
        shape.groups = pass.groups
        skm_convolution_max_pool_forward(
          &shape, &pooled, input.data.floats, store.weights(weight), offset.map(store.weights), relu ? 1 : 0,
          scratch.floats, output.data.floats, isTraining ? index.places : nil)
      })
    plan.backward {
      guard let gradient = output.gradient else { return [] }
      let scratch = Buffer(byteCount: scratch.byteCount)
      return output.gathering + [
        Step(
          "\(name), by weights", operations: operations, [input.data, output.data, gradient, index, scratch]
        ) { pass in
          var shape = shape, pooled = pooled
          shape.groups = pass.groups
          skm_convolution_max_pool_backward_weights(
            &shape, &pooled, input.data.floats, gradient.floats, index.places, relu ? output.data.floats : nil,
            scratch.floats, store.gradients(weight), offset.map(store.gradients))
        }
      ]
    }
    return (output, relu ? 2 : 1)
  }
}
