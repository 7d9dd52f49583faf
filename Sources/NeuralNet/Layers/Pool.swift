internal import CSupport

/// Largest or mean of each window of size × size, every `stride` steps.
final class Pool: LayerPlan {
  enum Kind { case max, average }

  let name: String
  /// A comparison or an addition for each number of a window; backward, one for each number of the input.
  let operations: (forward: Int, backward: Int)
  let output: Activation
  private let kind: Kind
  private let input: Activation
  private var shape: skm_pool_shape
  /// Where in its window each largest stood; kept only for training.
  private let places: Buffer?
  private(set) var forwardBuffers: [Buffer]
  private(set) var backwardBuffers: [Buffer] = []
  var primitives: [Primitive] { [] }

  /// - Parameter block: the channel block of the input's layout, not 0.
  init(
    _ kind: Kind, size: Int, stride: Int, input: Activation, outputShape: [Int], outputLayout: Layout, block: Int,
    isTraining: Bool
  ) {
    self.kind = kind
    name = "\(kind) pool \(size) of \(input.shape.dropFirst().described)"
    operations = (outputShape.reduce(1, *) * size * size, input.shape.reduce(1, *))
    self.input = input
    output = Activation(
      shape: outputShape, layout: outputLayout, afterReLU: false, wantsGradient: input.wantsGradient)
    let planes = input.layout.count / (input.shape[2] * input.shape[3] * block)
    shape = skm_pool_shape(
      planes: Int64(planes), in_height: Int64(input.shape[2]), in_width: Int64(input.shape[3]),
      out_height: Int64(outputShape[2]), out_width: Int64(outputShape[3]), block: Int64(block), size: Int64(size),
      stride: Int64(stride))
    places = kind == .max && isTraining ? Buffer(byteCount: outputLayout.count) : nil
    forwardBuffers = [input.data, output.data] + (places.map { [$0] } ?? [])
  }

  func makeBackward() throws {
    guard input.wantsGradient else { return }
    // The largest of a window is open in the ReLU exactly when the pool's result is positive.
    if kind == .max, input.afterReLU, input.gradients.isEmpty { input.readerMasks = true }
    backwardBuffers = [output.data] + output.gradients + (places.map { [$0] } ?? []) + [input.addGradient()]
  }

  func forward(_ mode: BatchNormMode) throws {
    switch kind {
    case .max:
      if let places {
        skm_max_pool_forward(
          &shape, input.data.floats, output.data.floats, places.pointer.assumingMemoryBound(to: UInt8.self))
      } else {
        skm_max_pool_inference(&shape, input.data.floats, output.data.floats)
      }
    case .average: skm_average_pool_forward(&shape, input.data.floats, output.data.floats)
    }
  }

  func backward(_ mode: BatchNormMode) throws {
    guard input.wantsGradient, let from = output.gradients.first, let to = backwardBuffers.last else { return }
    output.gatherGradient()
    switch kind {
    case .max:
      guard let places else { return }
      let mask = input.readerMasks ? output.data.floats : nil
      skm_max_pool_backward(
        &shape, from.floats, places.pointer.assumingMemoryBound(to: UInt8.self), mask, to.floats)
    case .average: skm_average_pool_backward(&shape, from.floats, to.floats)
    }
  }
}
