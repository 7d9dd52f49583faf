internal import CKernels

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

/// A model with its parameters and its compiled passes: the one thing that trains.
///
/// One plan serves every training batch of up to its size and grows when a larger one comes; another, small enough for
/// the cache, serves evaluation. Nothing is allocated in a step. Both plans share one arena of activations. Not safe for
/// use from two threads at once.
package final class Network {
  package let layout: ParameterLayout
  private let model: PlacedModel
  private let inputShape: [Int]
  private let classes: Int
  package let loss: Loss
  private let store: ParameterStore
  private let arena = Arena()
  private var training: Plan
  private let inference: Plan
  /// The batch as it is filled in, and the logits of an evaluation; grows with the largest batch.
  private let staging = Arena()

  /// Samples of an evaluation that go through the network at once.
  private static let partSize = 32

  /// - Parameters:
  ///   - input: shape of one sample, [C, H, W] or [features].
  ///   - batch: the usual batch size.
  /// - Throws: `NetworkError.shape` when the model cannot take such samples.
  package init(_ model: any Model, input: [Int], classes: Int, loss: Loss, batch: Int = 32) throws {
    self.model = try PlacedModel(try model.layers(input: input, classes: classes), input: input, classes: classes)
    layout = self.model.layout
    inputShape = input
    self.classes = classes
    self.loss = loss
    store = ParameterStore(layout: layout)
    training = Plan(self.model, input: input, samples: max(1, batch), store: store, training: true)
    inference = Plan(self.model, input: input, samples: Network.partSize, store: store, training: false)
    arena.reserve(max(training.byteCount, inference.byteCount))
  }

  /// Takes over d parameters in the flat order of `layout`.
  package func setParameters(_ w: UnsafePointer<Float>) { store.allWeights.update(from: w, count: layout.count) }

  /// Writes d parameters in the flat order of `layout`.
  package func copyParameters(to w: UnsafeMutablePointer<Float>) {
    w.update(from: store.allWeights, count: layout.count)
  }

  /// Forgets the velocities of momentum.
  package func resetOptimizer() { store.resetVelocities() }

  /// Where a batch of `size` samples is to be put; valid until the next call.
  package func batch(_ size: Int) throws -> Batch {
    guard size > 0 else { throw NetworkError.emptyBatch }
    staging.reserve(stagingSize(size))
    return Batch(
      size: size, inputs: staging.base.assumingMemoryBound(to: Float.self),
      labels: (staging.base + Arena.aligned(4 * size * sampleCount)).assumingMemoryBound(to: Int32.self))
  }

  private var sampleCount: Int { inputShape.reduce(1, *) }

  /// Inputs, labels, predictions, logits, log-probabilities and the gradient of the logits of `size` samples.
  private func stagingSize(_ size: Int) -> Int {
    Arena.aligned(4 * size * sampleCount) + 2 * Arena.aligned(4 * size) + 3 * Arena.aligned(4 * size * classes)
  }

  /// Forward, loss, backward and update on a filled batch; returns its mean loss before the update.
  package func trainStep(_ batch: Batch, _ optimizer: SGD) -> Float {
    let value = differentiate(batch, .batch(updatesRunning: true))
    skm_sgd(
      layout.trainableCount, store.allWeights, store.allGradients, optimizer.momentum > 0 ? store.velocities : nil,
      optimizer.learningRate, optimizer.clip ?? .infinity, optimizer.momentum, optimizer.weightDecay)
    return value
  }

  /// The mean loss of a filled batch and its gradient, d floats with 0 for running statistics; parameters stay.
  ///
  /// - Parameter plainBatchNorm: mean 0 and variance 1 in place of the batch's own.
  package func gradient(
    _ batch: Batch, plainBatchNorm: Bool = false, into gradient: UnsafeMutablePointer<Float>
  ) -> Float {
    let value = differentiate(batch, plainBatchNorm ? .plain : .batch(updatesRunning: false))
    gradient.update(from: store.allGradients, count: layout.count)
    return value
  }

  private func differentiate(_ batch: Batch, _ normalisation: Pass.Normalisation) -> Float {
    let plan = trainingPlan(batch)
    let pass = Pass(samples: batch.size, normalisation: normalisation)
    takeIn(batch, plan)
    plan.forward(pass)
    let value = lossAndGradient(batch, plan)
    plan.backward(pass)
    return Float(value)
  }

  private func takeIn(_ batch: Batch, _ plan: Plan) {
    skm_interleave(
      Int64(batch.size), Int64(plan.input.planes), Int64(plan.input.area), batch.inputs, plan.input.data.floats)
  }

  private func lossAndGradient(_ batch: Batch, _ plan: Plan) -> Double {
    guard let target = plan.logitsGradient else { preconditionFailure("a training plan has a gradient") }
    let (size, classes) = (Int64(batch.size), Int64(classes))
    let rows = lossRows(batch)
    skm_deinterleave(size, classes, plan.logits.data.floats, rows.logits)
    let value: Double
    switch loss {
    case .crossEntropy: value = skm_cross_entropy(size, classes, rows.logits, batch.labels, rows.gradient)
    case .batchSoftmax:
      value = skm_batch_softmax(size, classes, rows.logits, batch.labels, rows.probabilities, rows.gradient)
    }
    skm_interleave_gradient(size, classes, rows.gradient, target.floats)
    return value
  }

  /// Useful floating-point operations of a batch's training step and of its evaluation: 2 for each multiply-add of a
  /// convolution or linear layer that the result needs.
  package func operations(_ batch: Batch) -> (step: Int, evaluation: Int) {
    let plan = trainingPlan(batch)
    let sum = { (steps: [Step]) in steps.reduce(0) { $0 + $1.operations } * batch.size }
    return (sum(plan.forwardSteps + plan.backwardSteps), sum(inference.forwardSteps))
  }

  /// What `gradient` does but for handing it over, taken apart: `around` is to run each piece once.
  package func trace(_ batch: Batch, _ around: (Piece, () -> Void) -> Void) {
    let plan = trainingPlan(batch)
    let pass = Pass(samples: batch.size, normalisation: .batch(updatesRunning: false))
    around(Piece(name: "input", operations: 0)) { takeIn(batch, plan) }
    let piece = { (step: Step) in Piece(name: step.name, operations: step.operations * batch.size) }
    for step in plan.forwardSteps { around(piece(step)) { step.run(pass) } }
    around(Piece(name: "loss", operations: 0)) { _ = lossAndGradient(batch, plan) }
    for step in plan.backwardSteps { around(piece(step)) { step.run(pass) } }
  }

  /// Predictions and loss of a filled batch, batch norm in evaluation mode.
  ///
  /// The network runs over parts of the batch that stay in the cache; the loss, which may couple its samples, over the
  /// whole.
  package func evaluate(_ batch: Batch) -> Evaluation {
    let rows = lossRows(batch)
    inference.bind(to: arena)
    for start in stride(from: 0, to: batch.size, by: Network.partSize) {
      let size = min(Network.partSize, batch.size - start)
      let part = Batch(size: size, inputs: batch.inputs + start * sampleCount, labels: batch.labels + start)
      takeIn(part, inference)
      inference.forward(Pass(samples: size, normalisation: .running))
      skm_deinterleave(
        Int64(size), Int64(classes), inference.logits.data.floats, rows.logits + start * classes)
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
  package func logits(_ batch: Batch) -> UnsafePointer<Float> {
    _ = evaluate(batch)
    return UnsafePointer(lossRows(batch).logits)
  }

  /// The logits of a batch in training mode, batch norm by the batch's own statistics; nothing else changes.
  package func trainingLogits(_ batch: Batch) -> [Float] {
    let plan = trainingPlan(batch)
    takeIn(batch, plan)
    plan.forward(Pass(samples: batch.size, normalisation: .batch(updatesRunning: false)))
    var logits = [Float](repeating: 0, count: batch.size * classes)
    skm_deinterleave(Int64(batch.size), Int64(classes), plan.logits.data.floats, &logits)
    return logits
  }

  private func lossRows(_ batch: Batch) -> (
    predictions: UnsafeMutablePointer<Int32>, logits: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) {
    let predictions = UnsafeMutableRawPointer(batch.labels) + Arena.aligned(4 * batch.size)
    let logits = predictions + Arena.aligned(4 * batch.size)
    let probabilities = logits + Arena.aligned(4 * batch.size * classes)
    let gradient = probabilities + Arena.aligned(4 * batch.size * classes)
    return (
      predictions.assumingMemoryBound(to: Int32.self), logits.assumingMemoryBound(to: Float.self),
      probabilities.assumingMemoryBound(to: Float.self), gradient.assumingMemoryBound(to: Float.self)
    )
  }

  /// The plan for training batches, made anew when it is too small.
  private func trainingPlan(_ batch: Batch) -> Plan {
    if Pass.groups(batch.size) > training.groups {
      training = Plan(model, input: inputShape, samples: batch.size, store: store, training: true)
      arena.reserve(training.byteCount)
    }
    training.bind(to: arena)
    return training
  }
}
