internal import NeuralNet

/// What a client does in a round, and the server on its root set: stochastic gradient descent on its own samples.
struct LocalTraining {
  let network: Network
  /// All training samples, the malicious clients' already poisoned.
  let samples: Samples.Split
  /// Values per sample.
  let sampleLength: Int
  let batchSize: Int
  let epochs: Int
  let optimizer: SGD
  let seed: UInt64
  var stop = StopRequest.none

  /// The server's number among the shuffles: no client has it.
  static let server = Int(UInt32.max)

  /// Writes w − w', d floats, to `update`: w' is `start` after `epochs` passes over `owned`.
  ///
  /// The samples are shuffled before each pass by numbers of (seed, stream `shuffle`, round, client), so that the
  /// result depends on nobody else. The last, smaller batch of a pass is kept. Nothing is allocated in a step.
  func update(
    from start: [Float], owned: [Int], round: Int, client: Int, into update: UnsafeMutablePointer<Float>
  ) throws {
    var random = RandomSource(seed: seed, stream: .shuffle, round: round, client: client)
    var order = owned
    network.setParameters(start)
    network.resetOptimizer()
    for _ in 0..<epochs {
      random.shuffle(&order)
      try order.withUnsafeBufferPointer { try pass($0) }
    }
    network.copyParameters(to: update)
    start.withUnsafeBufferPointer { start in
      for index in start.indices { update[index] = start[index] - update[index] }
    }
  }

  private func pass(_ order: UnsafeBufferPointer<Int>) throws {
    for first in stride(from: 0, to: order.count, by: batchSize) {
      try stop.check()
      let chosen = UnsafeBufferPointer(rebasing: order[first..<min(first + batchSize, order.count)])
      let batch = try network.batch(chosen.count)
      samples.gather(chosen, length: sampleLength, into: batch)
      _ = network.trainStep(batch, optimizer)
    }
  }
}
