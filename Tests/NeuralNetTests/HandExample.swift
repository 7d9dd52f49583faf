import NeuralNet
import Testing

/// Layers small enough to compute by hand: behind them, a linear layer that passes its input on is added, so that the
/// logits are their output.
struct HandExample {
  let network: Network
  let batch: Batch
  let classes: Int

  /// - Parameters:
  ///   - outputs: numbers that the layers give for a sample; a class each.
  ///   - parameters: the layers' own trainable ones, in flat order. Running statistics start at mean 0, variance 1.
  ///   - input: shape of a sample.
  ///   - samples: their values; all have label 0.
  init(
    _ layers: [any Layer], outputs: Int, parameters: [Float] = [], input: [Int], samples: [[Float]]
  ) throws {
    classes = outputs
    network = try Network(LayerExample.Stack(layers), input: input, classes: outputs, loss: .crossEntropy)
    let layout = network.layout
    var identity = [Float](repeating: 0, count: outputs * outputs)
    for i in 0..<outputs { identity[i * outputs + i] = 1 }
    var flat = parameters + identity + [Float](repeating: 0, count: outputs)
    try #require(flat.count == layout.trainableCount)
    for tensor in layout.tensors where tensor.offset >= layout.trainableCount {
      flat += [Float](repeating: tensor.kind == .runningVariance ? 1 : 0, count: tensor.count)
    }
    network.setParameters(flat)
    batch = try network.batch(samples.count)
    let values = samples.flatMap { $0 }
    batch.inputs.update(from: values, count: values.count)
    batch.labels.update(repeating: 0, count: samples.count)
  }

  /// The layers' outputs in evaluation mode, sample after sample.
  var outputs: [Float] { Array(UnsafeBufferPointer(start: network.logits(batch), count: batch.size * classes)) }

  /// The gradient of the mean loss with respect to the layers' own parameters.
  ///
  /// Where all outputs are 0, that of the outputs is 1 / classes, less 1 for the label, by the batch size.
  var gradient: [Float] {
    var all = [Float](repeating: .nan, count: network.layout.count)
    _ = network.gradient(batch, into: &all)
    return Array(all[..<(network.layout.trainableCount - classes * classes - classes)])
  }

  /// Every parameter and running statistic.
  var parameters: [Float] {
    var all = [Float](repeating: .nan, count: network.layout.count)
    network.copyParameters(to: &all)
    return all
  }
}

/// Whether all numbers are within `tolerance` of those expected.
func areNear(_ actual: [Float], _ expected: [Float], within tolerance: Float = 1e-6) -> Bool {
  actual.count == expected.count && zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance }
}
