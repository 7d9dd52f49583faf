internal import CKernels
internal import NeuralNet

/// SkyMask's mask network: the clients' models mixed by masks that are trained on the root set.
///
/// With client models W_i = w − scale·Δ_i and masks m_i, one number per trainable parameter, the network runs at W̃ =
/// Σσ(m_i)⊙W_i / Σσ(m_i), that is w − scale·D with D the updates mixed likewise. Working on D instead of W̃ saves the
/// copies of the models and the digits that W_i − W̃ would lose. Running statistics are not masked: they stay those of
/// w.
struct MaskTraining {
  var maxSteps: Int
  var rate: Float
  /// Bound of a mask's gradient.
  var clip: Float
  /// What an update counts in a client's model: 1, or the local learning rate under `scaled-mask-weights`.
  var scale: Float
  /// Whether every tensor is rebuilt from the first entries of an update, in the published order.
  var fromFirstEntries: Bool

  struct Result {
    /// One row for each row of the updates: the masks before the sigmoid, over the trainable parameters.
    var masks: Matrix
    /// How often the masks were moved.
    var steps: Int
    /// The root loss before each step.
    var losses: [Float]
    /// Whether the training ended because a loss was not finite.
    var isSpoilt: Bool
  }

  /// Trains the masks.
  ///
  /// A step moves each mask against its gradient. After steps 0, 10, … training stops when the loss of that step is
  /// less than 0.01 below that of the last such step; and before any step whose loss is not finite.
  ///
  /// - Parameters:
  ///   - updates: the clients' and, last, the root's, all columns; finite.
  ///   - parameters: w.
  /// - Complexity: O(steps · n · d) beside the network's gradients; n · d floats for the masks and 4 · d more.
  func train(
    _ updates: Rows, parameters: [Float], layout: ParameterLayout, loss: any RootLoss
  ) throws -> Result {
    let trained = layout.trainableCount
    precondition(
      layout.count == parameters.count && updates.columns == 0..<layout.count, "updates and layout have one length")
    var masks = Matrix(
      rows: updates.count, columns: trained, values: [Float](repeating: 1, count: updates.count * trained))
    var (mixed, sums) = ([Float](repeating: 0, count: trained), [Float](repeating: 0, count: trained))
    var gradient = [Float](repeating: 0, count: layout.count)
    var model = parameters
    var losses: [Float] = []
    var steps = 0
    var last = Float.infinity
    let updates = fromFirstEntries ? updates.firstEntries(layout) : updates

    mix(updates, &masks, layout, gradient: nil, &mixed, &sums)
    for step in 0..<maxSteps {
      for k in 0..<trained { model[k] = parameters[k] - scale * mixed[k] }
      let value = try loss.lossAndGradient(at: model, gradient: &gradient)
      losses.append(value)
      guard value.isFinite else { return Result(masks: masks, steps: steps, losses: losses, isSpoilt: true) }
      mix(updates, &masks, layout, gradient: gradient, &mixed, &sums)
      steps += 1
      if step % 10 == 0 {
        if last - value < 0.01 { break }
        last = value
      }
    }
    return Result(masks: masks, steps: steps, losses: losses, isSpoilt: false)
  }

  /// Moves the masks, if there is a gradient, and mixes the updates by them.
  private func mix(
    _ updates: Rows, _ masks: inout Matrix, _ layout: ParameterLayout, gradient: [Float]?, _ mixed: inout [Float],
    _ sums: inout [Float]
  ) {
    let trained = masks.columns
    // Which entries of an update stand for which parameters.
    let pieces: [(source: Int, target: Range<Int>)] =
      fromFirstEntries
      ? layout.tensors.filter { $0.offset < trained }.map { (0, $0.range) } : [(0, 0..<trained)]
    masks.values.withUnsafeMutableBufferPointer { values in
      mixed.withUnsafeMutableBufferPointer { mixed in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let base = values.baseAddress, let mixed = mixed.baseAddress, let sums = sums.baseAddress else {
            return
          }
          updates.withPointers { rows in
            for piece in pieces {
              let first = piece.target.lowerBound
              let maskRows: [UnsafeMutablePointer<Float>?] = (0..<updates.count).map { base + $0 * trained + first }
              (gradient ?? []).withUnsafeBufferPointer { gradient in
                skm_mask_step(
                  rows, maskRows, updates.count, piece.target.count,
                  gradient.isEmpty ? nil : gradient.baseAddress.map { $0 + first },
                  scale, clip, rate, mixed + first, sums + first)
              }
            }
          }
        }
      }
    }
  }
}

extension Rows {
  /// As many entries of each row as the largest trainable tensor has, in the published order.
  fileprivate func firstEntries(_ layout: ParameterLayout) -> Rows {
    let largest = layout.tensors.filter { $0.offset < layout.trainableCount }.map(\.count).max() ?? 0
    let order = layout.publishedOrder.prefix(largest)
    if order.elementsEqual(0..<largest) { return self }
    let values = withPointers { rows in
      (0..<count).flatMap { row in order.map { rows[row]?[$0] ?? 0 } }
    }
    return Rows(Matrix(rows: count, columns: largest, values: values))
  }
}

extension ParameterLayout {
  /// The coordinates in the order in which PyTorch keeps a model's state: a batch norm's running mean and variance stand
  /// right behind its scale and shift.
  var publishedOrder: [Int] {
    let layer = { (tensor: Tensor) in tensor.name.split(separator: ".").dropLast().joined(separator: ".") }
    let (trained, statistics) = (
      tensors.filter { $0.offset < trainableCount }, tensors.filter { $0.offset >= trainableCount }
    )
    var order: [Int] = []
    var placed = 0
    for (index, tensor) in trained.enumerated() {
      order += tensor.range
      if index + 1 < trained.count, layer(trained[index + 1]) == layer(tensor) { continue }
      while placed < statistics.count, layer(statistics[placed]) == layer(tensor) {
        order += statistics[placed].range
        placed += 1
      }
    }
    return order + statistics[placed...].flatMap(\.range)
  }
}
