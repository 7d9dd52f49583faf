internal import CKernels
internal import Catalogue

/// Batch normalisation by channel: momentum 0.1, ε 1e-5.
///
/// y = (x − m)·γ/√(v + ε) + β, with the batch's mean m and biased variance v by channel. The running statistics follow
/// with momentum 0.1, the variance unbiased, as in PyTorch. Backward, with g = dy and x̂ = (x − m)/√(v + ε) over M
/// numbers a channel: dβ = Σ g, dγ = Σ g·x̂, dx = γ/√(v + ε) · (g − dβ/M − x̂·dγ/M). With fixed statistics the two
/// subtracted terms are gone.
package struct BatchNorm: Layer {
  package static let name = "batch-norm"
  package static let label = "batch_norm"
  package static let hasTensors = true
  package static let summary = "batch normalisation by channel, momentum 0.1"
  package static let source = "Ioffe and Szegedy, Batch normalization, ICML 2015"

  static let epsilon: Float = 1e-5
  static let momentum: Float = 0.1

  package init() {}

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline {
    guard input.count == 3 else {
      throw NetworkError.shape(layer: name, input: input, need: "channels × height × width")
    }
    let kinds: [(String, ParameterLayout.Kind)] = [
      ("scale", .batchNormScale), ("shift", .vector), ("running_mean", .runningMean),
      ("running_variance", .runningVariance),
    ]
    return LayerOutline(
      output: input, tensors: kinds.map { .init(name: $0.0, shape: [input[0]], kind: $0.1) },
      operations: input.reduce(1, *))
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let relu = next.startsWithReLU
    return (compile(placed, input, plus: nil, relu: relu, in: plan), relu ? 1 : 0)
  }

  /// - Parameter residual: what is added before the ReLU, of the input's shape.
  func compile(
    _ placed: PlacedLayer, _ input: Activation, plus residual: Activation?, relu: Bool, in plan: Plan
  ) -> Activation {
    let output = plan.activation(input.shape)
    let statistics = Statistics(placed.slots, channels: input.shape[0], store: plan.store)
    let shape = skm_batch_norm(
      groups: 0, samples: 0, channels: Int64(input.shape[0]), height: Int64(input.shape[1]),
      width: Int64(input.shape[2]), epsilon: BatchNorm.epsilon)
    let name =
      "batch norm\(residual == nil ? "" : " + sum")\(relu ? " + ReLU" : "") of \(input.shape.described)"
    let read = [input.data, output.data, statistics.rows] + (residual.map { [$0.data] } ?? [])
    plan.forward(
      Step(name, read) { pass in
        var shape = shape
        (shape.groups, shape.samples) = (pass.groups, Int64(pass.samples))
        let isGiven = statistics.fix(pass.normalisation)
        skm_batch_norm_forward(
          &shape, input.data.floats, statistics.scale, statistics.shift, isGiven ? 1 : 0, statistics.mean,
          statistics.variance, statistics.factor, residual?.data.floats, relu ? 1 : 0, output.data.floats)
        if pass.normalisation == .batch(updatesRunning: true) {
          statistics.follow(count: pass.samples * input.area)
        }
      })
    plan.backward {
      guard let gradient = output.gradient else { return [] }
      // Two readers' gradients are summed on the way; more than two beforehand.
      var steps = output.gradients.count > 2 ? output.gathering : []
      let second = output.gradients.count == 2 ? output.gradients[1] : nil
      // The gradient behind the ReLU is that of the residual branch too.
      let masked = residual.flatMap { $0.wantsGradient ? $0.addGradient() : nil }
      let target = input.wantsGradient ? input.addGradient() : nil
      let touched = [input.data, output.data, statistics.rows, gradient] + [second, masked, target].compactMap { $0 }
      steps.append(
        Step("\(name), backward", touched) { pass in
          var shape = shape
          (shape.groups, shape.samples) = (pass.groups, Int64(pass.samples))
          skm_batch_norm_backward(
            &shape, input.data.floats, gradient.floats, second?.floats, relu ? output.data.floats : nil,
            statistics.mean,
            statistics.variance, statistics.factor, pass.normalisation == .plain ? 1 : 0, masked?.floats,
            statistics.scaleGradient, statistics.shiftGradient, target?.floats)
        })
      return steps
    }
    return output
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let (n, c, area) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
    let count = Double(n * area)
    let (scale, shift) = (pass.range(placed.slots[0]), pass.range(placed.slots[1]))
    let (runningMean, runningVariance) = (pass.range(placed.slots[2]), pass.range(placed.slots[3]))
    let isFixed = pass.normalisation == .plain || pass.normalisation == .running
    let parameters = pass.parameters
    var y = x
    var centred = x
    var inverses = [Double](repeating: 0, count: c)
    for k in 0..<c {
      let places = (0..<(n * area)).map { ($0 / area * c + k) * area + $0 % area }
      var (mean, variance) = (0.0, 1.0)
      switch pass.normalisation {
      case .plain: break
      case .running:
        (mean, variance) = (parameters[runningMean.lowerBound + k], parameters[runningVariance.lowerBound + k])
      case .batch:
        mean = places.reduce(0) { $0 + x.values[$1] } / count
        variance = places.reduce(0) { $0 + (x.values[$1] - mean) * (x.values[$1] - mean) } / count
      }
      inverses[k] = 1 / (variance + 1e-5).squareRoot()
      for place in places {
        centred.values[place] = (x.values[place] - mean) * inverses[k]
        y.values[place] = centred.values[place] * parameters[scale.lowerBound + k] + parameters[shift.lowerBound + k]
      }
    }
    return (
      y,
      { [centred, inverses] back, gradients in
        var result = PlainTensor(zeros: x.shape)
        for k in 0..<c {
          let places = (0..<(n * area)).map { ($0 / area * c + k) * area + $0 % area }
          let sum = places.reduce(0) { $0 + back.values[$1] }
          let products = places.reduce(0) { $0 + back.values[$1] * centred.values[$1] }
          gradients[shift.lowerBound + k] += sum
          gradients[scale.lowerBound + k] += products
          let factor = parameters[scale.lowerBound + k] * inverses[k]
          for place in places {
            let g = back.values[place]
            result.values[place] =
              isFixed ? factor * g : factor * (g - sum / count - centred.values[place] * products / count)
          }
        }
        return result
      }
    )
  }
}

/// What a batch norm keeps by channel from its forward pass to its backward pass, and its parameters.
private final class Statistics {
  /// mean, variance, factor: a row of channels each.
  let rows: Buffer
  private let channels: Int
  private let store: ParameterStore
  /// Scale, shift, running mean, running variance.
  private let slots: [Int]

  init(_ slots: [Int], channels: Int, store: ParameterStore) {
    (self.slots, self.channels, self.store) = (slots, channels, store)
    rows = Buffer(floats: 3 * channels)
  }

  var mean: UnsafeMutablePointer<Float> { rows.floats }
  var variance: UnsafeMutablePointer<Float> { rows.floats + channels }
  var factor: UnsafeMutablePointer<Float> { rows.floats + 2 * channels }
  var scale: UnsafeMutablePointer<Float> { store.weights(slots[0]) }
  var shift: UnsafeMutablePointer<Float> { store.weights(slots[1]) }
  var scaleGradient: UnsafeMutablePointer<Float> { store.gradients(slots[0]) }
  var shiftGradient: UnsafeMutablePointer<Float> { store.gradients(slots[1]) }

  /// Puts in place the statistics that are not the batch's own; false where these are to be computed.
  func fix(_ normalisation: Pass.Normalisation) -> Bool {
    switch normalisation {
    case .batch: return false
    case .plain:
      mean.update(repeating: 0, count: channels)
      variance.update(repeating: 1, count: channels)
    case .running:
      mean.update(from: store.weights(slots[2]), count: channels)
      variance.update(from: store.weights(slots[3]), count: channels)
    }
    return true
  }

  /// The running statistics move towards the batch's, `count` numbers a channel.
  func follow(count: Int) {
    let runningMean = store.weights(slots[2]), runningVariance = store.weights(slots[3])
    let unbiased = count > 1 ? Float(count) / Float(count - 1) : 1
    for c in 0..<channels {
      runningMean[c] += BatchNorm.momentum * (mean[c] - runningMean[c])
      runningVariance[c] += BatchNorm.momentum * (variance[c] * unbiased - runningVariance[c])
    }
  }
}
