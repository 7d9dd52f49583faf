import Foundation
import NeuralNet
import TestSupport
import Testing

/// Logits, loss and every gradient of the published code's three networks under both losses.
struct GoldenNetworkTests {
  static let cases = ["cnn", "lr", "resnet20"].flatMap { net in
    ["batch_softmax", "class_softmax"].map { "official/net-\(net)-\($0)" }
  }

  /// Parameters as the cases' formula gives them.
  static func parameters(_ layout: ParameterLayout) -> [Float] {
    var flat = [Float](repeating: 0, count: layout.count)
    for (k, tensor) in layout.tensors.enumerated() {
      for i in 0..<tensor.count {
        switch tensor.kind {
        case .runningMean: flat[tensor.offset + i] = 0
        case .runningVariance: flat[tensor.offset + i] = 1
        case .weight, .vector, .batchNormScale:
          let scale = tensor.kind == .weight ? 0.1 : 0.05
          let value = scale * sin(0.7 * Double(i) + 1.3 * Double(k + 1))
          flat[tensor.offset + i] = Float(value + (tensor.kind == .batchNormScale ? 1 : 0))
        }
      }
    }
    return flat
  }

  struct Case {
    let network: Network
    let batch: Batch
    let settings: [String: Any]
    let parameters: [Float]
    let name: String

    init(_ name: String) throws {
      self.name = name
      settings = try Golden.settings(name)
      let inputs = try Golden.array(name, "inputs.npy")
      let labels = try #require(settings["labels"] as? [Int])
      let models: [String: (any Model, Int)] = ["cnn": (CNN(), 10), "lr": (LR(), 6), "resnet20": (ResNet20(), 10)]
      let (model, classes) = try #require(models[settings["net"] as? String ?? ""])
      let loss: Loss = settings["loss"] as? String == "batch_softmax" ? .batchSoftmax : .crossEntropy
      network = try Network(model, input: Array(inputs.shape.dropFirst()), classes: classes, loss: loss)
      parameters = GoldenNetworkTests.parameters(network.layout)
      network.setParameters(parameters)
      batch = try network.batch(labels.count)
      batch.inputs.update(from: inputs.values, count: inputs.values.count)
      for (i, label) in labels.enumerated() { batch.labels[i] = Int32(label) }
    }

    func gradient() throws -> (loss: Float, values: [Float]) {
      var values = [Float](repeating: .nan, count: network.layout.count)
      let loss = network.gradient(batch, into: &values)
      return (loss, values)
    }
  }

  @Test(arguments: cases) func lossAndEveryGradientAreThePublishedCodes(name: String) throws {
    let golden = try Case(name)
    let (loss, gradient) = try golden.gradient()
    let expectedLoss = try #require(golden.settings["loss_value"] as? Double)
    #expect(abs(Double(loss) - expectedLoss) < 1e-5 * expectedLoss)

    let expected = try Golden.array(name, "gradients.npy").values
    let trainable = golden.network.layout.trainableCount
    #expect(trainable == expected.count)
    let tolerance: Float = name.contains("resnet20") ? 1e-4 : 1e-5
    #expect(relativeError(Array(gradient[..<trainable]), expected) < tolerance)
    #expect(gradient[trainable...].allSatisfy { $0 == 0 })
    // Each tensor against its own size, so that none hides behind a larger one; those of a true zero are left out.
    for tensor in golden.network.layout.tensors where tensor.range.upperBound <= trainable {
      let of = expected[tensor.range]
      if of.allSatisfy({ abs($0) < 1e-6 }) { continue }
      #expect(relativeError(Array(gradient[tensor.range]), Array(of)) < 10 * tolerance, "\(tensor.name)")
    }
  }

  @Test(arguments: cases) func tensorsHaveThePublishedShapes(name: String) throws {
    let golden = try Case(name)
    let tensors = try #require(golden.settings["tensors"] as? [[String: Any]])
    let shapes = try tensors.map { try #require($0["shape"] as? [Int]) }
    let ours = golden.network.layout.tensors.filter { $0.kind != .runningMean && $0.kind != .runningVariance }
    #expect(ours.map { $0.shape.reduce(1, *) } == shapes.map { $0.reduce(1, *) })
    #expect(ours.map { $0.shape[0] } == shapes.map { $0[0] })
  }

  @Test(arguments: cases) func logitsInTrainingModeAreThePublishedCodes(name: String) throws {
    let golden = try Case(name)
    let expected = try Golden.array(name, "logits.npy").values
    let logits = golden.network.trainingLogits(golden.batch)
    #expect(relativeError(logits, expected) < (name.contains("resnet20") ? 1e-4 : 1e-5))
  }

  @Test(arguments: cases.filter { $0.contains("resnet20") })
  func runningStatisticsMoveAsInPyTorch(name: String) throws {
    let golden = try Case(name)
    if name.contains("batch_softmax") {
      // The batch-softmax case was made by the network that had taken the class-softmax case's step before: its numbers
      // are 0.9 of that step's and 0.1 of its own.
      let before = try Case(name.replacingOccurrences(of: "batch", with: "class"))
      let count = before.batch.size * 3 * 32 * 32
      let own = Array(UnsafeBufferPointer(start: golden.batch.inputs, count: count))
      golden.batch.inputs.update(from: before.batch.inputs, count: count)
      _ = golden.network.trainStep(golden.batch, SGD(learningRate: 0))
      golden.batch.inputs.update(from: own, count: count)
    }
    _ = golden.network.trainStep(golden.batch, SGD(learningRate: 0))
    var after = golden.parameters
    golden.network.copyParameters(to: &after)
    let layout = golden.network.layout
    #expect(Array(after[..<layout.trainableCount]) == Array(golden.parameters[..<layout.trainableCount]))
    let running = try #require(golden.settings["batch_norm_running_after_one_step"] as? [String: [Double]])
    #expect(!running.isEmpty)
    let names = try #require(golden.settings["tensors"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    let trainableScales = layout.tensors.enumerated().filter { $0.element.kind == .batchNormScale }.map(\.offset)
    let statistics = layout.tensors.filter { $0.kind == .runningMean || $0.kind == .runningVariance }
    var compared = 0
    for (at, scale) in trainableScales.enumerated() {
      let prefix = names[scale].replacingOccurrences(of: ".weight", with: "")
      for (offset, kind) in ["running_mean", "running_var"].enumerated() {
        guard let expected = running["\(prefix).\(kind)"] else { continue }
        let ours = Array(after[statistics[2 * at + offset].range])
        #expect(relativeError(ours, expected.map(Float.init)) < 1e-4, "\(prefix).\(kind)")
        compared += 1
      }
    }
    #expect(compared == running.count)
  }
}
