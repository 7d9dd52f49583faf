import Foundation
import NeuralNet

/// The plain twin of `Network`: the layers as their definitions say, loop by loop, in double.
struct PlainNetwork {
  var layers: [Layer]
  var loss: Loss
  /// Flat parameters by slot, taken in the order in which layers are met; running statistics in a list of their own.
  var layout: ParameterLayout
  var parameters: [Double]

  enum Normalisation { case batch, plain, running }

  struct Tensor {
    var shape: [Int]  // [N, C, H, W] or [N, F]
    var values: [Double]
  }

  func loss(_ input: Tensor, labels: [Int], _ normalisation: Normalisation) -> Double {
    let logits = forward(input, normalisation)
    let n = logits.shape[0], classes = logits.shape[1]
    var total = 0.0
    for i in 0..<n {
      let own = logits.values[i * classes + labels[i]]
      let others =
        switch loss {
        case .crossEntropy: (0..<classes).map { logits.values[i * classes + $0] }
        case .batchSoftmax: (0..<n).map { logits.values[$0 * classes + labels[i]] }
        }
      let top = others.max() ?? 0
      total += top + log(others.reduce(0) { $0 + exp($1 - top) }) - own
    }
    return total / Double(n)
  }

  func forward(_ input: Tensor, _ normalisation: Normalisation) -> Tensor {
    var next = 0
    var statistic = layout.tensors.firstIndex { $0.kind == .runningMean } ?? 0
    return run(layers, input, normalisation, &next, &statistic)
  }

  private func tensor(_ slot: Int) -> ArraySlice<Double> { parameters[layout.tensors[slot].range] }

  private func run(
    _ layers: [Layer], _ input: Tensor, _ normalisation: Normalisation, _ next: inout Int, _ statistic: inout Int
  ) -> Tensor {
    var x = input
    for layer in layers {
      switch layer {
      case .convolution(let out, let kernel, let stride, let padding, let bias):
        let weight = Array(tensor(next))
        let offset = bias ? Array(tensor(next + 1)) : [Double](repeating: 0, count: out)
        next += bias ? 2 : 1
        x = convolve(x, weight, offset, out, kernel, stride, padding)
      case .linear(let out):
        let weight = Array(tensor(next)), offset = Array(tensor(next + 1))
        next += 2
        let n = x.shape[0], features = x.shape.dropFirst().reduce(1, *)
        var y = Tensor(shape: [n, out], values: [Double](repeating: 0, count: n * out))
        for i in 0..<n {
          for o in 0..<out {
            var sum = offset[o]
            for k in 0..<features { sum += weight[o * features + k] * x.values[i * features + k] }
            y.values[i * out + o] = sum
          }
        }
        x = y
      case .relu: x.values = x.values.map { max($0, 0) }
      case .flatten: break
      case .maxPool(let size, let stride): x = pool(x, size, stride) { $0.max() ?? 0 }
      case .averagePool(let size, let stride): x = pool(x, size, stride) { $0.reduce(0, +) / Double($0.count) }
      case .batchNorm:
        x = normalise(
          x, Array(tensor(next)), Array(tensor(next + 1)), Array(tensor(statistic)), Array(tensor(statistic + 1)),
          normalisation)
        next += 2
        statistic += 2
      case .residual(let main, let shortcut):
        let a = run(main, x, normalisation, &next, &statistic)
        let b = run(shortcut, x, normalisation, &next, &statistic)
        x = Tensor(shape: a.shape, values: zip(a.values, b.values).map(+))
      }
    }
    return x
  }

  private func convolve(
    _ x: Tensor, _ weight: [Double], _ offset: [Double], _ out: Int, _ kernel: Int, _ stride: Int, _ padding: Int
  ) -> Tensor {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let oh = (h + 2 * padding - kernel) / stride + 1, ow = (w + 2 * padding - kernel) / stride + 1
    var y = Tensor(shape: [n, out, oh, ow], values: [])
    for i in 0..<n {
      for o in 0..<out {
        for row in 0..<oh {
          for column in 0..<ow {
            var sum = offset[o]
            for k in 0..<c {
              for a in 0..<kernel {
                for b in 0..<kernel {
                  let r = row * stride + a - padding, s = column * stride + b - padding
                  if r < 0 || s < 0 || r >= h || s >= w { continue }
                  sum += x.values[((i * c + k) * h + r) * w + s] * weight[((o * c + k) * kernel + a) * kernel + b]
                }
              }
            }
            y.values.append(sum)
          }
        }
      }
    }
    return y
  }

  private func pool(_ x: Tensor, _ size: Int, _ stride: Int, _ reduce: ([Double]) -> Double) -> Tensor {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let oh = (h - size) / stride + 1, ow = (w - size) / stride + 1
    var y = Tensor(shape: [n, c, oh, ow], values: [])
    for plane in 0..<(n * c) {
      for row in 0..<oh {
        for column in 0..<ow {
          var window: [Double] = []
          for a in 0..<size {
            for b in 0..<size {
              window.append(x.values[(plane * h + row * stride + a) * w + column * stride + b])
            }
          }
          y.values.append(reduce(window))
        }
      }
    }
    return y
  }

  private func normalise(
    _ x: Tensor, _ scale: [Double], _ shift: [Double], _ runningMean: [Double], _ runningVariance: [Double],
    _ normalisation: Normalisation
  ) -> Tensor {
    var y = x
    let (n, c, area) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
    for k in 0..<c {
      let places = (0..<n).flatMap { i in (0..<area).map { (i * c + k) * area + $0 } }
      let values = places.map { x.values[$0] }
      var mean = 0.0, variance = 1.0
      switch normalisation {
      case .plain: break
      case .running: (mean, variance) = (runningMean[k], runningVariance[k])
      case .batch:
        mean = values.reduce(0, +) / Double(values.count)
        variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      }
      for place in places {
        y.values[place] = (x.values[place] - mean) / (variance + 1e-5).squareRoot() * scale[k] + shift[k]
      }
    }
    return y
  }
}
