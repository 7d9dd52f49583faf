internal import Foundation
internal import NeuralNet

/// Numbers of shape [N, C, H, W] or [N, features], row-major.
struct PlainTensor {
  var shape: [Int]
  var values: [Double]

  init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }

  init(zeros shape: [Int]) { self.init(shape: shape, values: [Double](repeating: 0, count: shape.reduce(1, *))) }
}

/// The plain twin of `Network`: every layer and its gradient as their definitions say, loop by loop, in double.
struct PlainTwin {
  typealias Pullback = (PlainTensor, inout [Double]) -> PlainTensor

  let layers: [Layer]
  let layout: ParameterLayout
  let parameters: [Double]
  /// In the flat order of `layout`; 0 for running statistics.
  private(set) var gradients: [Double]
  /// Place of the next layer's tensors among `layout.tensors`, as the layers are met; running statistics apart.
  private var slot = 0
  private var statistic = 0

  init(layers: [Layer], layout: ParameterLayout, parameters: [Double]) {
    self.layers = layers
    self.layout = layout
    self.parameters = parameters
    gradients = [Double](repeating: 0, count: layout.count)
  }

  /// The mean cross-entropy of a batch; leaves its gradient in `gradients`.
  mutating func gradient(_ input: PlainTensor, labels: [Int]) -> Double {
    let (logits, pullback) = forward(input, running: false)
    let n = logits.shape[0], classes = logits.shape[1]
    var back = logits
    var loss = 0.0
    for i in 0..<n {
      let row = logits.values[(i * classes)..<((i + 1) * classes)]
      let top = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - top) }
      loss += top + log(sum) - logits.values[i * classes + labels[i]]
      for c in 0..<classes {
        let probability = exp(logits.values[i * classes + c] - top) / sum
        back.values[i * classes + c] = (probability - (c == labels[i] ? 1 : 0)) / Double(n)
      }
    }
    gradients = [Double](repeating: 0, count: layout.count)
    _ = pullback(back, &gradients)
    return loss / Double(n)
  }

  /// - Parameter running: batch norm by the running statistics in place of the batch's own.
  mutating func logits(_ input: PlainTensor, running: Bool) -> PlainTensor { forward(input, running: running).0 }

  private mutating func forward(_ input: PlainTensor, running: Bool) -> (PlainTensor, Pullback) {
    slot = 0
    statistic = layout.tensors.firstIndex { $0.kind == .runningMean } ?? 0
    return run(layers, input, running)
  }

  private mutating func next() -> Range<Int> {
    slot += 1
    return layout.tensors[slot - 1].range
  }

  private mutating func run(_ layers: [Layer], _ input: PlainTensor, _ running: Bool) -> (PlainTensor, Pullback) {
    var x = input
    var pullbacks: [Pullback] = []
    for layer in layers {
      let (y, pullback) = run(layer, x, running)
      pullbacks.append(pullback)
      x = y
    }
    return (x, { back, gradients in pullbacks.reversed().reduce(back) { $1($0, &gradients) } })
  }

  private mutating func run(_ layer: Layer, _ x: PlainTensor, _ running: Bool) -> (PlainTensor, Pullback) {
    switch layer {
    case .convolution(let out, let kernel, let stride, let padding, let bias):
      let weight = next(), offset = bias ? next() : nil
      return PlainLayers.convolution(
        x, parameters, weight, offset, out: out, kernel: kernel, stride: stride, padding: padding)
    case .linear:
      // A 1×1 convolution over a picture of one point.
      let features = x.shape.dropFirst().reduce(1, *)
      let flat = PlainTensor(shape: [x.shape[0], features, 1, 1], values: x.values)
      let weight = next(), offset = next()
      let (y, pullback) = PlainLayers.convolution(
        flat, parameters, weight, offset, out: offset.count, kernel: 1, stride: 1, padding: 0)
      return (
        PlainTensor(shape: [x.shape[0], offset.count], values: y.values),
        { back, gradients in
          let whole = PlainTensor(shape: back.shape + [1, 1], values: back.values)
          return PlainTensor(shape: x.shape, values: pullback(whole, &gradients).values)
        }
      )
    case .relu:
      let y = PlainTensor(shape: x.shape, values: x.values.map { max($0, 0) })
      return (y, { back, _ in PlainTensor(shape: x.shape, values: zip(back.values, y.values).map { $1 > 0 ? $0 : 0 }) })
    case .flatten: return (x, { back, _ in back })
    case .maxPool(let size, let stride): return PlainLayers.pool(x, size: size, stride: stride, isMax: true)
    case .averagePool(let size, let stride): return PlainLayers.pool(x, size: size, stride: stride, isMax: false)
    case .batchNorm:
      let scale = next(), shift = next()
      let mean = layout.tensors[statistic].range, variance = layout.tensors[statistic + 1].range
      statistic += 2
      let fixed = running ? (Array(parameters[mean]), Array(parameters[variance])) : nil
      return PlainLayers.batchNorm(x, parameters, scale, shift, fixed: fixed)
    case .residual(let main, let shortcut):
      let (a, backMain) = run(main, x, running)
      let (b, backShortcut) = run(shortcut, x, running)
      return (
        PlainTensor(shape: a.shape, values: zip(a.values, b.values).map(+)),
        { back, gradients in
          let first = backMain(back, &gradients), second = backShortcut(back, &gradients)
          return PlainTensor(shape: x.shape, values: zip(first.values, second.values).map(+))
        }
      )
    }
  }
}
