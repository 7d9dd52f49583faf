import Foundation
@testable import NeuralNet
import TestSupport
import Testing

@testable import Federated

/// Logistic regression's loss and gradient on a batch, in double: what the network gives to the rule.
struct LinearRootLoss: RootLoss {
  enum Softmax { case overClasses, overBatch }

  var inputs: [Float]
  var labels: [Int]
  var classes: Int
  var softmax: Softmax

  private var features: Int { inputs.count / labels.count }

  func lossAndGradient(at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) throws -> Float {
    let (samples, features) = (labels.count, features)
    var logits = [[Double]](repeating: [Double](repeating: 0, count: classes), count: samples)
    inputs.withUnsafeBufferPointer { inputs in
      for s in 0..<samples {
        for c in 0..<classes {
          var sum = Double(parameters[classes * features + c])
          var k = 0
          while k < features {
            sum += Double(parameters[c * features + k]) * Double(inputs[s * features + k])
            k += 1
          }
          logits[s][c] = sum
        }
      }
    }
    var (loss, slopes) = (0.0, logits)
    switch softmax {
    case .overClasses:
      for s in 0..<samples {
        let total = Foundation.log(logits[s].reduce(0) { $0 + exp($1) })
        loss -= (logits[s][labels[s]] - total) / Double(samples)
        for c in 0..<classes {
          slopes[s][c] = (exp(logits[s][c] - total) - (labels[s] == c ? 1 : 0)) / Double(samples)
        }
      }
    case .overBatch:
      for c in 0..<classes {
        let total = Foundation.log((0..<samples).reduce(0) { $0 + exp(logits[$1][c]) })
        let members = Double(labels.filter { $0 == c }.count)
        for s in 0..<samples {
          if labels[s] == c { loss -= (logits[s][c] - total) / Double(samples) }
          slopes[s][c] = (members * exp(logits[s][c] - total) - (labels[s] == c ? 1 : 0)) / Double(samples)
        }
      }
    }
    inputs.withUnsafeBufferPointer { inputs in
      for c in 0..<classes {
        var sums = [Double](repeating: 0, count: features)
        sums.withUnsafeMutableBufferPointer { sums in
          for s in 0..<samples {
            let slope = slopes[s][c]
            var k = 0
            while k < features {
              sums[k] += slope * Double(inputs[s * features + k])
              k += 1
            }
          }
        }
        for k in 0..<features { gradient[c * features + k] = Float(sums[k]) }
        gradient[classes * features + c] = Float((0..<samples).reduce(0) { $0 + slopes[$1][c] })
      }
    }
    return Float(loss)
  }
}

@Suite struct SkyMaskGoldenTests {
  private struct Case {
    var name: String
    var settings: [String: Any]
    var base: [Float]
    var updates: Matrix
    var root: [Float]
    var loss: LinearRootLoss

    init(_ softmax: LinearRootLoss.Softmax) throws {
      name = "official/skymask-lr-" + (softmax == .overBatch ? "batch_softmax" : "class_softmax")
      settings = try Golden.settings(name)
      let base = try Golden.array(name, "base_parameters.npy").values
      self.base = base
      let clients = try Matrix.golden(name, "client_parameters.npy")
      let all = (0..<clients.rows).map { row in zip(base, clients.row(row)).map { $0 - $1 } }
      updates = Matrix(Array(all.dropLast()))
      root = try #require(all.last)
      loss = LinearRootLoss(
        inputs: try Golden.array(name, "root_inputs.npy").values,
        labels: try #require(settings["labels"] as? [Int]), classes: 6, softmax: softmax)
    }

    var layout: ParameterLayout {
      ParameterLayout(tensors: [
        .init(name: "linear.weight", shape: [6, 561], kind: .weight, offset: 0, fanIn: 561),
        .init(name: "linear.bias", shape: [6], kind: .vector, offset: 6 * 561, fanIn: 561),
      ])
    }
  }

  /// Masks move 1e7 times a gradient that float32 rounds, and the next gradient follows from them. A change of 1e-7 of
  /// the mixed model and its logits in each step moves the masks of the first case by 2e-4 of the largest, those of the
  /// second, whose loss goes up and down, by up to 0.2. So the published masks bind the first to 1e-3, and the second
  /// in nearly all of its masks.
  @Test(arguments: [
    (LinearRootLoss.Softmax.overClasses, [(1e-3 as Float, 0.0)]),
    (.overBatch, [(1e-5, 0.1), (1e-4, 0.04), (1e-3, 0.01)]),
  ]) func masksAgree(softmax: LinearRootLoss.Softmax, shares: [(tolerance: Float, beyond: Double)]) throws {
    let example = try Case(softmax)
    let result = try MaskTraining(maxSteps: 20, rate: 1e7, clip: 1e-7, scale: 1, fromFirstEntries: false).train(
      Rows(example.updates, extra: example.root), parameters: example.base, layout: example.layout, loss: example.loss)
    let expected = try Golden.array(example.name, "trained_masks_before_sigmoid.npy").values
    let largest = try #require(expected.map(abs).max())
    #expect(result.masks.values.count == expected.count)
    for (tolerance, beyond) in shares {
      let far = zip(result.masks.values, expected).filter { !(abs($0 - $1) <= tolerance * largest) }.count
      #expect(Double(far) <= beyond * Double(expected.count))
    }
    // Binary masks: those beside the threshold may fall on either side.
    let differ = zip(result.masks.values, expected).filter { ($0 > 1e-6) != ($1 > 1e-6) }.count
    #expect(differ <= 10)
    #expect(result.steps == 11)
  }

  @Test(arguments: [LinearRootLoss.Softmax.overClasses, .overBatch]) func keptClientsAndModelAgree(
    softmax: LinearRootLoss.Softmax
  ) throws {
    let example = try Case(softmax)
    var round = AggregatorRound.example(example.updates, byzantine: 4, root: example.root, loss: example.loss)
    round.parameters = example.base
    round.layout = example.layout
    var memory = RuleMemory()
    let aggregate = try SkyMask().aggregate(round, memory: &memory)
    let expectedKept = try #require(example.settings["expected_kept"] as? [Int])
    #expect(aggregate.kept?.map { $0 ? 1 : 0 } == Array(expectedKept.dropLast()))
    #expect(expectedKept.last == 1)
    let actual = zip(example.base, aggregate.update).map { $0 - 0.5 * $1 }
    #expect(relativeError(actual, try Golden.array(example.name, "expected_params.npy").values) < 1e-5)
  }
}
