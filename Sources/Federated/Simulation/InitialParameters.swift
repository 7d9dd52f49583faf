internal import NeuralNet

/// The model before round 0.
enum InitialParameters {
  /// Weights and biases uniform in ±1/√fan_in, each tensor from numbers of its own; batch norm has scale 1, shift 0,
  /// mean 0, variance 1.
  static func make(_ layout: ParameterLayout, seed: UInt64) -> [Float] {
    var parameters = [Float](repeating: 0, count: layout.count)
    for (number, tensor) in layout.tensors.enumerated() {
      switch tensor.kind {
      case .weight, .vector:
        // A batch norm's shift has no inputs, and starts at 0.
        guard tensor.fanIn > 0 else { continue }
        let bound = 1 / Float(tensor.fanIn).squareRoot()
        var random = RandomSource(seed: seed, stream: .initialParameters, round: 0, client: number)
        for index in tensor.range { parameters[index] = (2 * random.uniformFloat() - 1) * bound }
      case .batchNormScale, .runningVariance:
        for index in tensor.range { parameters[index] = 1 }
      case .runningMean: break
      }
    }
    return parameters
  }
}
