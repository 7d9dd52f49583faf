internal import ArgumentParser
internal import NeuralNet

/// Training steps and evaluation: time, useful GFLOP/s and their share of the peak.
struct Training: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Training steps of cnn, resnet20 and lr, and an evaluation of 10,000 images, on one thread.")

  struct Work {
    let name: String
    let model: any Model
    let input: [Int]
    let classes: Int
    let batch: Int
    let aim: String
  }

  func run() throws {
    let works = [
      Work(name: "cnn", model: CNN(), input: [1, 28, 28], classes: 10, batch: 32, aim: "100 GFLOP/s, 40 % of peak"),
      Work(
        name: "resnet20", model: ResNet20(), input: [3, 32, 32], classes: 10, batch: 64,
        aim: "160 GFLOP/s, 65 % of peak"),
      Work(name: "lr", model: LR(), input: [561], classes: 6, batch: 32, aim: "-"),
    ]
    print(
      "One thread, float32. Median of 7. A step is forward, loss, backward, clamp and SGD; GFLOP/s count the useful")
    print("multiply-adds of convolutions and linear layers (2 each; backward twice the forward, less the first layer's")
    print("gradient by data), not padding.")
    for work in works {
      let peak = Measure.peak()
      let seconds = try stepSeconds(work)
      let flops =
        try Double(Training.stepOperations(work.model, input: work.input, classes: work.classes))
        * Double(work.batch)
      let rate = flops / seconds / 1e9
      print(
        "\(work.name) step, batch \(work.batch): \(fixed(seconds * 1e3, 3)) ms, \(fixed(rate, 1)) GFLOP/s, "
          + "\(fixed(100 * rate / peak, 1)) % of the peak of \(fixed(peak, 1)) GFLOP/s   (aim \(work.aim))")
    }
    let evaluation = try evaluationSeconds()
    print("cnn evaluation of 10,000 images: \(fixed(evaluation, 3)) s   (aim 0.5 s)")
  }

  private func stepSeconds(_ work: Work) throws -> Double {
    let network = try Network(
      work.model, input: work.input, classes: work.classes, loss: .crossEntropy, batch: work.batch)
    try start(network)
    let batch = try fill(network, work.batch, values: work.input.reduce(1, *), classes: work.classes)
    let optimizer = SGD(learningRate: 1e-3, clip: 0.01)
    return try Measure.seconds { _ = try network.trainStep(batch, optimizer) }
  }

  private func evaluationSeconds() throws -> Double {
    let network = try Network(CNN(), input: [1, 28, 28], classes: 10, loss: .crossEntropy)
    try start(network)
    let batch = try fill(network, 250, values: 784, classes: 10)
    return try Measure.seconds(repeats: 5) { for _ in 0..<40 { _ = try network.evaluate(batch) } }
  }

  /// Parameters of the size that a network starts from.
  private func start(_ network: Network) throws {
    var flat = [Float](repeating: 0, count: network.layout.count)
    for tensor in network.layout.tensors {
      let bound = tensor.fanIn > 0 ? 1 / Float(tensor.fanIn).squareRoot() : 0
      for i in 0..<tensor.count {
        let at = tensor.offset + i
        flat[at] = bound * (Float((i &* 7919) % 2003) / 1001.5 - 1)
        if tensor.kind == .batchNormScale || tensor.kind == .runningVariance { flat[at] = 1 }
      }
    }
    try network.setParameters(flat)
  }

  private func fill(_ network: Network, _ size: Int, values: Int, classes: Int) throws -> Batch {
    let batch = try network.batch(size)
    for i in 0..<(size * values) { batch.inputs[i] = Float((i &* 31) % 256) / 255 }
    for i in 0..<size { batch.labels[i] = Int32(i % classes) }
    return batch
  }

  /// Useful floating-point operations of one sample's training step.
  static func stepOperations(_ model: any Model, input: [Int], classes: Int) throws -> Int {
    var total = 0
    var isFirst = true
    func count(_ layers: [Layer], _ start: [Int]) -> [Int] {
      var shape = start
      for layer in layers {
        var forward = 0
        switch layer {
        case .convolution(let out, let kernel, let stride, let padding, _):
          let side = { (size: Int) in (size + 2 * padding - kernel) / stride + 1 }
          forward = 2 * out * side(shape[1]) * side(shape[2]) * shape[0] * kernel * kernel
          shape = [out, side(shape[1]), side(shape[2])]
        case .linear(let out):
          forward = 2 * out * shape.reduce(1, *)
          shape = [out]
        case .maxPool(let size, let stride), .averagePool(let size, let stride):
          shape = [shape[0], (shape[1] - size) / stride + 1, (shape[2] - size) / stride + 1]
        case .residual(let main, let shortcut):
          _ = count(shortcut, shape)
          shape = count(main, shape)
        case .relu, .batchNorm, .flatten: break
        }
        if forward > 0 {
          total += isFirst ? 2 * forward : 3 * forward
          isFirst = false
        }
      }
      return shape
    }
    _ = count(try model.layers(input: input, classes: classes), input)
    return total
  }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * scale).rounded())
    let text = String(whole)
    if digits == 0 { return text }
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
