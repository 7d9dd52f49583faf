internal import NeuralNet

/// Loss and gradient of the cell's network on root samples, all of them as one batch.
///
/// It shares the network with training, and so puts the samples into the batch anew each time.
struct NetworkRootLoss: RootLoss {
  let network: Network
  let samples: Samples.Split
  /// Values per sample.
  let sampleLength: Int
  var indices: [Int]
  /// The quirk `plain-mask-batch-norm`: mean 0 and variance 1.
  let plainBatchNorm: Bool
  var stop = StopRequest.none

  func lossAndGradient(
    at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) throws -> Float {
    try stop.check()
    network.setParameters(parameters)
    let batch = try network.batch(indices.count)
    indices.withUnsafeBufferPointer { samples.gather($0, length: sampleLength, into: batch) }
    return network.gradient(batch, plainBatchNorm: plainBatchNorm, into: gradient)
  }
}
