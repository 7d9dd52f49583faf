internal import NeuralNet

/// Accuracy and mean loss of a model over the whole test set, and how far a backdoor works.
struct Evaluator {
  let network: Network
  let test: Samples.Split
  /// Values per sample.
  let sampleLength: Int
  /// 0, 1, 2, …: the test set is taken in its own order.
  private let order: [Int]
  /// The share of the most frequent class: the accuracy of a model that always answers the same.
  let constantGuess: Double
  private let batchSize: Int
  private let stop: StopRequest

  /// The published code's batches, which matter where the softmax runs over the batch.
  private static let publishedBatchSize = 250

  /// - Parameter isOneBatch: whether the whole test set is one batch.
  init(
    network: Network, test: Samples.Split, sampleLength: Int, classes: Int, isOneBatch: Bool = false,
    stop: StopRequest = .none
  ) {
    self.stop = stop
    self.network = network
    self.test = test
    self.sampleLength = sampleLength
    batchSize = isOneBatch ? max(1, test.labels.count) : Self.publishedBatchSize
    order = Array(test.labels.indices)
    var counts = [Int](repeating: 0, count: classes)
    for label in test.labels { counts[Int(label)] += 1 }
    constantGuess = Double(counts.max() ?? 0) / Double(max(1, test.labels.count))
  }

  /// The loss is nil where it is not finite.
  func evaluate(_ parameters: [Float]) throws -> (accuracy: Double, loss: Double?) {
    network.setParameters(parameters)
    var correct = 0
    var loss = 0.0
    try forEachBatch(of: order) { batch, _ in
      let evaluation = network.evaluate(batch)
      correct += evaluation.correct
      loss += evaluation.lossSum
    }
    return (Double(correct) / Double(order.count), loss.isFinite ? loss / Double(order.count) : nil)
  }

  /// The share of the other classes' samples that the trigger sends to the backdoor's target; nil when there are none.
  ///
  /// A softmax over the batch would normalise the target away in a batch of nothing but triggered samples: there, a tenth
  /// of a batch at a time bears the trigger, among clean samples, and each sample bears it once.
  func successRate(of backdoor: Backdoor, _ parameters: [Float]) throws -> Double? {
    let others = order.filter { test.labels[$0] != backdoor.target }
    guard !others.isEmpty else { return nil }
    network.setParameters(parameters)
    var sent = 0
    switch network.loss {
    case .crossEntropy:
      try forEachBatch(of: others) { batch, _ in
        backdoor.stamp(batch, length: sampleLength)
        // Stamped samples have the target as label, so the right answers are the sent ones.
        sent += network.evaluate(batch).correct
      }
    case .batchSoftmax:
      try forEachBatch(of: order) { batch, chosen in
        let places = chosen.indices.filter { test.labels[chosen[$0]] != backdoor.target }
        let few = max(1, chosen.count / 10)
        for first in stride(from: 0, to: places.count, by: few) {
          try stop.check()
          let marked = places[first..<min(first + few, places.count)]
          test.gather(chosen, length: sampleLength, into: batch)
          for place in marked { backdoor.stamp(place, of: batch, length: sampleLength) }
          let predictions = network.evaluate(batch).predictions
          sent += marked.count { predictions[$0] == Int32(backdoor.target) }
        }
      }
    }
    return Double(sent) / Double(others.count)
  }

  /// Fills a batch with the samples at `indices` in turn.
  private func forEachBatch(
    of indices: [Int], _ body: (Batch, UnsafeBufferPointer<Int>) throws -> Void
  ) throws {
    try indices.withUnsafeBufferPointer { indices in
      for first in stride(from: 0, to: indices.count, by: batchSize) {
        try stop.check()
        let chosen = UnsafeBufferPointer(rebasing: indices[first..<min(first + batchSize, indices.count)])
        let batch = try network.batch(chosen.count)
        test.gather(chosen, length: sampleLength, into: batch)
        try body(batch, chosen)
      }
    }
  }
}
