internal import NeuralNet

/// Training for attacks: a malicious client's own samples, its batches shuffled as in its honest training of the round.
struct AttackerTraining: AttackTraining {
  let training: LocalTraining
  let inputShape: [Int]
  /// The model before the round, w.
  let start: [Float]
  let round: Int
  /// The client of each row, and its samples.
  let clients: [Int]
  let owned: [[Int]]

  var layout: ParameterLayout { training.network.layout }

  func update(attacker: Int, _ lesson: Lesson) throws -> [Float] {
    let client = clients[attacker]
    let network = training.network
    let optimizer = SGD(learningRate: lesson.learningRate * lesson.lossWeight)
    var random = RandomSource(seed: training.seed, stream: .shuffle, round: round, client: client)
    var order = owned[client]
    var before = start
    var update = [Float](repeating: 0, count: start.count)
    var pull = update
    network.setParameters(start)
    network.resetOptimizer()
    for _ in 0..<lesson.passes {
      random.shuffle(&order)
      for first in Swift.stride(from: 0, to: order.count, by: training.batchSize) {
        try training.stop.check()
        before.withUnsafeMutableBufferPointer { if let w = $0.baseAddress { network.copyParameters(to: w) } }
        Self.subtract(before, from: start, into: &update)
        let batch = try order.withUnsafeBufferPointer {
          let chosen = UnsafeBufferPointer(rebasing: $0[first..<min(first + training.batchSize, $0.count)])
          let batch = try network.batch(chosen.count)
          training.samples.gather(chosen, length: training.sampleLength, into: batch)
          return batch
        }
        lesson.backdoor.stamp(batch, length: training.sampleLength)
        _ = network.trainStep(batch, optimizer)
        for k in pull.indices { pull[k] = 0 }
        lesson.pull(update, &pull)
        step(against: pull, rate: lesson.learningRate, &before)
      }
    }
    before.withUnsafeMutableBufferPointer { if let w = $0.baseAddress { network.copyParameters(to: w) } }
    Self.subtract(before, from: start, into: &update)
    return update
  }

  /// w −= rate · gradient, after the step against the ordinary loss, whose gradient was taken at the same w.
  private func step(against gradient: [Float], rate: Float, _ scratch: inout [Float]) {
    scratch.withUnsafeMutableBufferPointer { w in
      guard let first = w.baseAddress else { return }
      training.network.copyParameters(to: first)
      for k in w.indices { w[k] -= rate * gradient[k] }
      training.network.setParameters(first)
    }
  }

  private static func subtract(_ now: [Float], from start: [Float], into update: inout [Float]) {
    for k in update.indices { update[k] = start[k] - now[k] }
  }
}
