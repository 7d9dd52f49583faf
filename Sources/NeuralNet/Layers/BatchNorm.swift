internal import CSupport

/// Batch norm by channel, with the sum of a residual branch and the ReLU behind it if there are any.
///
/// forward: y = relu((x − m)·γ/√(v + ε) + β + r). The running statistics follow with momentum 0.1, the variance
/// unbiased, as in PyTorch.
/// backward, with g = dy where y > 0 and x̂ = (x − m)/√(v + ε) over M numbers a channel: dβ = Σ g, dγ = Σ g·x̂,
/// dx = γ/√(v + ε) · (g − dβ/M − x̂·dγ/M), dr = g. With fixed statistics the two subtracted terms are gone.
final class BatchNorm: LayerPlan {
  static let epsilon: Float = 1e-5
  static let momentum: Float = 0.1

  let name: String
  /// By number: 4 for the statistics and 2 to apply them; backward, 6 for the sums and 6 for the gradient.
  let operations: (forward: Int, backward: Int)
  let output: Activation
  private let input: Activation
  private let residual: Activation?
  private let relu: Bool
  private let store: ParameterStore
  /// Scale, shift, running mean, running variance.
  private let slots: [Int]
  private var shape: skm_batch_norm_shape
  private let channels: Int
  /// mean, variance, factor, offset, sum, product sum, a, b: one row of channels each; lives from forward to backward.
  private let rows: Buffer
  private var residualGradient: Buffer?
  private var inputGradient: Buffer?
  private(set) var backwardBuffers: [Buffer] = []
  var forwardBuffers: [Buffer] { [input.data, output.data, rows] + (residual.map { [$0.data] } ?? []) }
  var primitives: [Primitive] { [] }

  /// - Parameter residual: in the same layout as the input.
  init(_ input: Activation, residual: Activation?, relu: Bool, slots: [Int], store: ParameterStore, block: Int) {
    self.input = input
    let count = input.shape.reduce(1, *)
    operations = (count * (residual == nil ? 6 : 7), 12 * count)
    name =
      "batch norm\(residual == nil ? "" : " + sum")\(relu ? " + ReLU" : "") of "
      + input.shape.dropFirst().described
    self.residual = residual
    self.relu = relu
    self.slots = slots
    self.store = store
    let area = input.shape[2] * input.shape[3]
    let blocks = input.layout.count / (input.shape[0] * area * block)
    channels = blocks * block
    shape = skm_batch_norm_shape(
      batch: Int64(input.shape[0]), blocks: Int64(blocks), area: Int64(area), block: Int64(block))
    rows = Buffer(floats: 8 * channels)
    output = Activation(
      shape: input.shape, layout: input.layout, afterReLU: false, wantsGradient: true)
  }

  private func row(_ index: Int) -> UnsafeMutablePointer<Float> { rows.floats + index * channels }
  private var mean: UnsafeMutablePointer<Float> { row(0) }
  private var variance: UnsafeMutablePointer<Float> { row(1) }
  private var factor: UnsafeMutablePointer<Float> { row(2) }
  private var offset: UnsafeMutablePointer<Float> { row(3) }

  func makeBackward() throws {
    inputGradient = input.wantsGradient ? input.addGradient() : nil
    if let residual, residual.wantsGradient {
      residualGradient = residual.addGradient()
    } else if residual != nil {
      // Nobody wants it, but the masked gradient has to be somewhere between the two passes.
      residualGradient = Buffer(byteCount: output.layout.byteCount)
    }
    backwardBuffers =
      [input.data, output.data, rows] + output.gradients + [inputGradient, residualGradient].compactMap { $0 }
  }

  func forward(_ mode: BatchNormMode) throws {
    switch mode {
    case .batch(let updatesRunning):
      skm_batch_norm_statistics(&shape, input.data.floats, mean, variance)
      if updatesRunning { follow() }
    case .plain:
      mean.update(repeating: 0, count: channels)
      variance.update(repeating: 1, count: channels)
    }
    normalise()
  }

  func infer() throws {
    mean.update(from: store.weights(slots[2]), count: channels)
    variance.update(from: store.weights(slots[3]), count: channels)
    normalise()
  }

  private func normalise() {
    let scale = store.weights(slots[0]), shift = store.weights(slots[1])
    for c in 0..<channels {
      factor[c] = scale[c] / (variance[c] + BatchNorm.epsilon).squareRoot()
      offset[c] = shift[c] - mean[c] * factor[c]
    }
    skm_batch_norm_apply(
      &shape, input.data.floats, factor, offset, residual?.data.floats, relu ? 1 : 0, output.data.floats)
  }

  private func follow() {
    let runningMean = store.weights(slots[2]), runningVariance = store.weights(slots[3])
    let count = Float(shape.batch * shape.area)
    let unbiased = count > 1 ? count / (count - 1) : 1
    // Padding channels have no numbers and stay 0.
    for c in 0..<store.layout.tensors[slots[2]].count {
      runningMean[c] += BatchNorm.momentum * (mean[c] - runningMean[c])
      runningVariance[c] += BatchNorm.momentum * (variance[c] * unbiased - runningVariance[c])
    }
  }

  func backward(_ mode: BatchNormMode) throws {
    guard let gradient = output.gradients.first else { return }
    // Two readers' gradients are summed on the way; more than two beforehand.
    if output.gradients.count > 2 { output.gatherGradient() }
    let second = output.gradients.count == 2 ? output.gradients[1].floats : nil
    let sum = row(4), products = row(5), a = row(6), b = row(7)
    skm_batch_norm_backward_sums(
      &shape, input.data.floats, gradient.floats, second, residual == nil ? nil : output.data.floats, factor, offset,
      mean, relu ? 1 : 0, residualGradient?.floats, sum, products)
    let count = Float(shape.batch * shape.area)
    let scaleGradient = store.gradients(slots[0]), shiftGradient = store.gradients(slots[1])
    var fixed = false
    if case .plain = mode { fixed = true }
    for c in 0..<channels {
      let inverse = 1 / (variance[c] + BatchNorm.epsilon)
      scaleGradient[c] = products[c] * inverse.squareRoot()
      shiftGradient[c] = sum[c]
      a[c] = fixed ? 0 : sum[c] / count
      b[c] = fixed ? 0 : products[c] * inverse / count
    }
    guard let inputGradient else { return }
    if let residualGradient {
      skm_batch_norm_backward_apply(
        &shape, input.data.floats, residualGradient.floats, nil, factor, offset, mean, a, b, 0, inputGradient.floats)
    } else {
      skm_batch_norm_backward_apply(
        &shape, input.data.floats, gradient.floats, second, factor, offset, mean, a, b, relu ? 1 : 0,
        inputGradient.floats)
    }
  }
}
