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
  private let stop: StopRequest

  /// The published code's batches, which matter where the softmax runs over the batch.
  private static let batchSize = 250

  init(network: Network, test: Samples.Split, sampleLength: Int, classes: Int, stop: StopRequest = .none) {
    self.stop = stop
    self.network = network
    self.test = test
    self.sampleLength = sampleLength
    order = Array(test.labels.indices)
    var counts = [Int](repeating: 0, count: classes)
    for label in test.labels { counts[Int(label)] += 1 }
    constantGuess = Double(counts.max() ?? 0) / Double(max(1, test.labels.count))
  }

  /// Nil where the loss is not finite.
  func evaluate(_ parameters: [Float]) throws -> (accuracy: Double, loss: Double)? {
    network.setParameters(parameters)
    var correct = 0
    var loss = 0.0
    try order.withUnsafeBufferPointer { order in
      for first in stride(from: 0, to: order.count, by: Self.batchSize) {
        try stop.check()
        let chosen = UnsafeBufferPointer(rebasing: order[first..<min(first + Self.batchSize, order.count)])
        let batch = try network.batch(chosen.count)
        test.gather(chosen, length: sampleLength, into: batch)
        let evaluation = network.evaluate(batch)
        correct += evaluation.correct
        loss += evaluation.lossSum
      }
    }
    guard loss.isFinite else { return nil }
    return (Double(correct) / Double(order.count), loss / Double(order.count))
  }

  /// The share of the other classes' samples that the trigger sends to the backdoor's target; nil when there are none.
  func successRate(of backdoor: Backdoor, _ parameters: [Float]) throws -> Double? {
    let others = order.filter { test.labels[$0] != backdoor.target }
    guard !others.isEmpty else { return nil }
    network.setParameters(parameters)
    var sent = 0
    try others.withUnsafeBufferPointer { others in
      for first in stride(from: 0, to: others.count, by: Self.batchSize) {
        try stop.check()
        let chosen = UnsafeBufferPointer(rebasing: others[first..<min(first + Self.batchSize, others.count)])
        let batch = try network.batch(chosen.count)
        test.gather(chosen, length: sampleLength, into: batch)
        backdoor.stamp(batch, length: sampleLength)
        // Stamped samples have the target as label, so the right answers are the sent ones.
        sent += network.evaluate(batch).correct
      }
    }
    return Double(sent) / Double(others.count)
  }
}
