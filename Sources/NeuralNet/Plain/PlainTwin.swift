internal import Foundation

/// The plain twin of `Network`: every layer, its gradient and the losses as their definitions say, loop by loop, in
/// double. Tests and benchmarks hold the kernels against it.
package struct PlainTwin {
  package let layout: ParameterLayout
  package var parameters: [Double]
  private let model: PlacedModel
  private let loss: Loss

  /// - Throws: `NetworkError.shape` when the model cannot take such samples.
  package init(_ model: any Model, input: [Int], classes: Int, loss: Loss, parameters: [Float]) throws {
    self.model = try PlacedModel(try model.layers(input: input, classes: classes), input: input, classes: classes)
    layout = self.model.layout
    self.loss = loss
    self.parameters = parameters.map(Double.init)
  }

  private func pass(_ normalisation: Pass.Normalisation) -> PlainPass {
    PlainPass(parameters: parameters, layout: layout, normalisation: normalisation)
  }

  package func logits(_ input: PlainTensor, _ normalisation: Pass.Normalisation) -> PlainTensor {
    pass(normalisation).run(model.layers, input).0
  }

  /// The mean loss of a batch.
  package func loss(_ input: PlainTensor, labels: [Int], _ normalisation: Pass.Normalisation) -> Double {
    let logits = logits(input, normalisation)
    let n = logits.shape[0], classes = logits.shape[1]
    return (0..<n).reduce(0) { total, i in
      let rivals = rivals(of: i, labels[i], logits)
      let top = rivals.map { logits.values[$0] }.max() ?? 0
      return total + top + Foundation.log(rivals.reduce(0) { $0 + Foundation.exp(logits.values[$1] - top) })
        - logits.values[i * classes + labels[i]]
    } / Double(n)
  }

  /// The gradient of the mean loss, in flat order; 0 for running statistics.
  package func gradient(_ input: PlainTensor, labels: [Int], _ normalisation: Pass.Normalisation) -> [Double] {
    let (logits, pullback) = pass(normalisation).run(model.layers, input)
    let n = logits.shape[0], classes = logits.shape[1]
    var back = PlainTensor(zeros: logits.shape)
    for i in 0..<n {
      let rivals = rivals(of: i, labels[i], logits)
      let top = rivals.map { logits.values[$0] }.max() ?? 0
      let sum = rivals.reduce(0) { $0 + Foundation.exp(logits.values[$1] - top) }
      for place in rivals { back.values[place] += Foundation.exp(logits.values[place] - top) / sum / Double(n) }
      back.values[i * classes + labels[i]] -= 1 / Double(n)
    }
    var gradients = [Double](repeating: 0, count: layout.count)
    _ = pullback(back, &gradients)
    return gradients
  }

  /// The places of the logits that a sample's softmax runs over: its row, or its class's column.
  private func rivals(of sample: Int, _ label: Int, _ logits: PlainTensor) -> [Int] {
    let n = logits.shape[0], classes = logits.shape[1]
    switch loss {
    case .crossEntropy: return (0..<classes).map { sample * classes + $0 }
    case .batchSoftmax: return (0..<n).map { $0 * classes + label }
    }
  }
}
