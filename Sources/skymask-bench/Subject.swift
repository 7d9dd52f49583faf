internal import ArgumentParser
internal import NeuralNet

/// A model with the shapes that it is measured on.
struct Subject {
  let name: String
  let model: any Model
  let input: [Int]
  let classes: Int
  let batch: Int
  /// How far the gradient of each tensor may be from the plain twin's, relative to its norm.
  let tolerance: Double

  static let all = [
    Subject(name: "cnn", model: CNN(), input: [1, 28, 28], classes: 10, batch: 32, tolerance: 1e-4),
    Subject(name: "resnet20", model: ResNet20(), input: [3, 32, 32], classes: 10, batch: 64, tolerance: 1e-3),
    Subject(name: "mlp", model: MLP(), input: [1, 28, 28], classes: 10, batch: 32, tolerance: 1e-5),
    Subject(name: "lr", model: LR(), input: [561], classes: 6, batch: 32, tolerance: 1e-5),
  ]

  /// All of them for no names.
  static func named(_ names: [String]) throws -> [Subject] {
    for name in names where !all.contains(where: { $0.name == name }) {
      throw ValidationError("no model '\(name)' here; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return names.isEmpty ? all : all.filter { names.contains($0.name) }
  }

  /// Samples of the batch that differ; the others repeat them, so that the plain twin has less to do.
  var distinct: Int { batch / (name == "resnet20" ? 16 : 4) }

  func network() throws -> Network {
    let network = try Network(model, input: input, classes: classes, loss: .crossEntropy, batch: batch)
    network.setParameters(parameters(network.layout))
    return network
  }

  /// Parameters of the size that a network starts from.
  func parameters(_ layout: ParameterLayout) -> [Float] {
    var flat = Check.numbers(layout.count, seed: 1)
    for tensor in layout.tensors {
      for i in tensor.range {
        switch tensor.kind {
        case .batchNormScale: flat[i] = 1 + flat[i] / 4
        case .runningVariance: flat[i] = 1.5 + flat[i]
        case .runningMean: flat[i] *= 0.1
        case .weight, .vector: flat[i] /= Float(max(tensor.fanIn, 16)).squareRoot()
        }
      }
    }
    return flat
  }

  /// Fills a batch with `distinct` samples over and over; sample i has the class i mod `distinct` mod `classes`.
  func fill(_ network: Network, _ size: Int, distinct: Int) throws -> Batch {
    let batch = try network.batch(size)
    let count = input.reduce(1, *)
    let values = samples(distinct)
    for i in 0..<size {
      for k in 0..<count { batch.inputs[i * count + k] = values[i % distinct * count + k] }
      batch.labels[i] = Int32(i % distinct % classes)
    }
    return batch
  }

  func samples(_ count: Int) -> [Float] {
    Check.numbers(count * input.reduce(1, *), seed: 2).map { 0.5 + 0.5 * $0 }
  }

  /// Compares loss and gradient of the very graph that is timed with the plain twin's, tensor by tensor.
  func check() throws {
    let network = try network()
    let batch = try fill(network, batch, distinct: distinct)
    var gradient = [Float](repeating: .nan, count: network.layout.count)
    let loss = network.gradient(batch, into: &gradient)
    let twin = try twin(network.layout)
    let input = PlainTensor(shape: [distinct] + input, values: samples(distinct).map(Double.init))
    let labels = (0..<distinct).map { $0 % classes }
    let mode = Pass.Normalisation.batch(updatesRunning: false)
    try Check.agree("\(name): loss", [loss], [twin.loss(input, labels: labels, mode)], within: 1e-5)
    let expected = twin.gradient(input, labels: labels, mode)
    for tensor in network.layout.tensors where tensor.kind != .runningMean && tensor.kind != .runningVariance {
      // A bias before a batch norm and the like has a true gradient of 0, and only rounding to compare.
      try Check.agree(
        "\(name): gradient of \(tensor.name)", gradient[tensor.range], expected[tensor.range], within: tolerance)
    }
  }

  /// Compares the logits of an evaluation of that size.
  func checkEvaluation(_ network: Network, size: Int) throws {
    let batch = try fill(network, size, distinct: distinct)
    let logits = UnsafeBufferPointer(start: network.logits(batch), count: size * classes)
    let twin = try twin(network.layout)
    let expected = twin.logits(
      PlainTensor(shape: [distinct] + input, values: samples(distinct).map(Double.init)), .running)
    let all = (0..<size).flatMap { expected.values[($0 % distinct * classes)..<(($0 % distinct + 1) * classes)] }
    try Check.agree("\(name): logits", Array(logits), all, within: 1e-5)
  }

  private func twin(_ layout: ParameterLayout) throws -> PlainTwin {
    try PlainTwin(model, input: input, classes: classes, loss: .crossEntropy, parameters: parameters(layout))
  }
}
