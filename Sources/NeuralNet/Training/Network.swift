internal import COneDNN
internal import CSupport

/// A batch's place in memory: fill it, then train or evaluate on it.
package struct Batch {
  package let size: Int
  /// size × one sample's values, row-major.
  package let inputs: UnsafeMutablePointer<Float>
  package let labels: UnsafeMutablePointer<Int32>
}

/// What a network makes of a batch.
package struct Evaluation {
  /// The number of samples whose predicted class is their label.
  package let correct: Int
  /// The sum of the samples' losses.
  package let lossSum: Double
  /// The predicted classes; overwritten by the next evaluation.
  package let predictions: UnsafePointer<Int32>
}

/// A model with its parameters and its compiled steps: the one thing that trains.
///
/// A graph of oneDNN operations and loops is compiled for each batch size when it first comes; a step after that
/// allocates nothing of ours. All graphs share one arena of activations. Not safe for use from two threads at once.
package final class Network {
  package let layout: ParameterLayout
  private let model: PlacedModel
  private let inputShape: [Int]
  private let classes: Int
  private let loss: Loss
  private let store: ParameterStore
  private let arena = Arena()
  private var training: [Int: Graph] = [:]
  private var inference: [Int: Graph] = [:]
  /// The batch as it is filled in, and the logits of an evaluation; grows with the largest batch.
  private let staging = Arena()
  private let input: Buffer

  /// - Parameters:
  ///   - input: shape of one sample, [C, H, W] or [features].
  ///   - batch: the usual batch size; its primitives choose the parameters' layouts.
  /// - Throws: `NetworkError.shape` when the model cannot take such samples.
  package init(_ model: any Model, input: [Int], classes: Int, loss: Loss, batch: Int = 32) throws {
    sm_use_one_thread()
    self.model = try PlacedModel(try model.layers(input: input, classes: classes), input: input, classes: classes)
    layout = self.model.layout
    inputShape = input
    self.classes = classes
    self.loss = loss
    store = ParameterStore(layout: layout)
    self.input = Buffer(byteCount: 0, isExternal: true)
    _ = try graph(batch, training: true)
    try store.allocate()
  }

  /// Takes over d parameters in the flat order of `layout`.
  package func setParameters(_ w: UnsafePointer<Float>) throws { try store.pack(w) }

  /// Writes d parameters in the flat order of `layout`.
  package func copyParameters(to w: UnsafeMutablePointer<Float>) throws { try store.unpackWeights(to: w) }

  /// Forgets the velocities of momentum.
  package func resetOptimizer() { store.resetVelocities() }

  /// Where a batch of `size` samples is to be put; valid until the next call.
  package func batch(_ size: Int) throws -> Batch {
    guard size > 0 else { throw NetworkError.emptyBatch }
    staging.reserve(stagingSize(size))
    input.pointer = staging.base
    return Batch(
      size: size, inputs: input.floats,
      labels: (staging.base + Arena.aligned(4 * size * sampleCount)).assumingMemoryBound(to: Int32.self))
  }

  private var sampleCount: Int { inputShape.reduce(1, *) }

  /// Inputs, labels, predictions, logits and log-probabilities of `size` samples.
  private func stagingSize(_ size: Int) -> Int {
    Arena.aligned(4 * size * sampleCount) + 2 * Arena.aligned(4 * size) + 2 * Arena.aligned(4 * size * classes)
  }

  /// Forward, loss, backward and update on a filled batch; returns its mean loss before the update.
  package func trainStep(_ batch: Batch, _ optimizer: SGD) throws -> Float {
    let value = try differentiate(batch, .batch(updatesRunning: true))
    skm_sgd(
      store.trainableCount, store.allWeights, store.allGradients, optimizer.momentum > 0 ? store.velocities : nil,
      optimizer.learningRate, optimizer.clip ?? .infinity, optimizer.momentum, optimizer.weightDecay)
    return value
  }

  /// The mean loss of a filled batch and its gradient, d floats with 0 for running statistics; parameters stay.
  ///
  /// - Parameter plainBatchNorm: mean 0 and variance 1 in place of the batch's own.
  package func gradient(
    _ batch: Batch, plainBatchNorm: Bool = false, into gradient: UnsafeMutablePointer<Float>
  ) throws -> Float {
    let value = try differentiate(batch, plainBatchNorm ? .plain : .batch(updatesRunning: false))
    try store.unpackGradients(to: gradient)
    return value
  }

  private func differentiate(_ batch: Batch, _ mode: BatchNormMode) throws -> Float {
    let graph = try bound(try graph(batch.size, training: true))
    try graph.forward(mode)
    let value = lossAndGradient(batch, graph)
    try graph.backward(mode)
    return Float(value)
  }

  private func lossAndGradient(_ batch: Batch, _ graph: Graph) -> Double {
    guard let gradient = graph.logitsGradient else { preconditionFailure("a training graph has a gradient") }
    switch loss {
    case .crossEntropy:
      return skm_cross_entropy(
        Int64(batch.size), Int64(classes), graph.logits.floats, batch.labels, gradient.floats)
    case .batchSoftmax:
      return skm_batch_softmax(
        Int64(batch.size), Int64(classes), graph.logits.floats, batch.labels, evaluationRows(batch).probabilities,
        gradient.floats)
    }
  }

  /// What `gradient` does but for handing it over, taken apart: `around` is to run each piece once.
  package func trace(_ batch: Batch, _ around: (Piece, () throws -> Void) throws -> Void) throws {
    let graph = try bound(try graph(batch.size, training: true))
    try graph.trace(.batch(updatesRunning: false), loss: { _ = self.lossAndGradient(batch, graph) }, around)
  }

  /// Predictions and loss of a filled batch, batch norm in evaluation mode.
  ///
  /// The network runs over equal parts of the batch that stay in the cache; the loss, which may couple its samples, over
  /// the whole.
  package func evaluate(_ batch: Batch) throws -> Evaluation {
    let rows = evaluationRows(batch)
    let part = Network.partSize(batch.size)
    let graph = try bound(try graph(part, training: false))
    for start in stride(from: 0, to: batch.size, by: part) {
      graph.input.floats.update(from: batch.inputs + start * sampleCount, count: part * sampleCount)
      try graph.infer()
      (rows.logits + start * classes).update(from: graph.logits.floats, count: part * classes)
    }
    let mean: Double
    switch loss {
    case .crossEntropy:
      mean = skm_cross_entropy(Int64(batch.size), Int64(classes), rows.logits, batch.labels, nil)
      skm_argmax(Int64(batch.size), Int64(classes), rows.logits, rows.predictions)
    case .batchSoftmax:
      mean = skm_batch_softmax(
        Int64(batch.size), Int64(classes), rows.logits, batch.labels, rows.probabilities, nil)
      skm_argmax(Int64(batch.size), Int64(classes), rows.probabilities, rows.predictions)
    }
    let correct = (0..<batch.size).reduce(0) { $0 + (rows.predictions[$1] == batch.labels[$1] ? 1 : 0) }
    return Evaluation(
      correct: correct, lossSum: mean * Double(batch.size), predictions: UnsafePointer(rows.predictions))
  }

  /// The logits of a batch, size × classes, row-major, as evaluation sees them; overwritten by the next call.
  package func logits(_ batch: Batch) throws -> UnsafePointer<Float> {
    _ = try evaluate(batch)
    return UnsafePointer(evaluationRows(batch).logits)
  }

  /// The logits of a batch in training mode, batch norm by the batch's own statistics; nothing else changes.
  package func trainingLogits(_ batch: Batch) throws -> [Float] {
    let graph = try bound(try graph(batch.size, training: true))
    try graph.forward(.batch(updatesRunning: false))
    return Array(UnsafeBufferPointer(start: graph.logits.floats, count: batch.size * classes))
  }

  /// The largest divisor of a batch size that is at most 25.
  static func partSize(_ size: Int) -> Int {
    var part = min(size, 25)
    while size % part != 0 { part -= 1 }
    return part
  }

  private func evaluationRows(_ batch: Batch) -> (
    predictions: UnsafeMutablePointer<Int32>, logits: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>
  ) {
    let labels = UnsafeMutableRawPointer(batch.labels)
    let predictions = labels + Arena.aligned(4 * batch.size)
    let logits = predictions + Arena.aligned(4 * batch.size)
    let probabilities = logits + Arena.aligned(4 * batch.size * classes)
    return (
      predictions.assumingMemoryBound(to: Int32.self), logits.assumingMemoryBound(to: Float.self),
      probabilities.assumingMemoryBound(to: Float.self)
    )
  }

  // MARK: Graphs

  private func graph(_ batch: Int, training isTraining: Bool) throws -> Graph {
    if let made = isTraining ? training[batch] : inference[batch] { return made }
    let made = try Graph(
      model, input: inputShape, batch: batch, store: store, training: isTraining,
      externalInput: isTraining ? input : nil)
    arena.reserve(made.byteCount)
    if isTraining { training[batch] = made } else { inference[batch] = made }
    return made
  }

  private func bound(_ graph: Graph) throws -> Graph {
    try graph.bind(to: arena, generation: arena.generation + staging.generation << 32)
    return graph
  }

  /// oneDNN's bare operations in a training step of that batch size, for tests and benchmarks.
  package func operations(batch: Int) throws -> Operations {
    Operations(primitives: try bound(graph(batch, training: true)).primitives)
  }

  /// oneDNN's operations of a training step, in order, ready to run.
  package struct Operations {
    let primitives: [Primitive]

    package var count: Int { primitives.count }

    /// The name of each chosen implementation, such as "jit:avx512_core".
    package var implementations: [String] { primitives.map(\.implementation) }

    package func execute() throws {
      for at in primitives.indices { try primitives[at].execute() }
    }
  }
}
