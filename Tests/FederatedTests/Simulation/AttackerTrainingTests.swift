import Catalogue
import NeuralNet
import TestSupport
import Testing

@testable import Federated

@Suite struct AttackerTrainingTests {
  /// One pixel, two classes, a weight and a bias each.
  private func training(_ start: [Float], batchSize: Int = 32) throws -> AttackerTraining {
    let network = try Network(LR(), input: [1, 1, 1], classes: 2, loss: .crossEntropy, batch: batchSize)
    let samples = Samples.Split(inputs: .floats([0.5, 0.25, 0.75]), labels: [1, 1, 1])
    let local = LocalTraining(
      network: network, samples: samples, sampleLength: 1, batchSize: batchSize, epochs: 1,
      optimizer: SGD(learningRate: 1), seed: 1)
    return AttackerTraining(
      training: local, inputShape: [1, 1, 1], start: start, round: 0, clients: [4, 2],
      owned: [[], [], [0, 2], [], [1]])
  }

  private func lesson(
    passes: Int, weight: Float, pull: @escaping ([Float], inout [Float]) -> Void = { _, _ in }
  ) throws -> Lesson {
    let backdoor = try #require(Backdoor(corner: 1, of: [1, 1, 1], value: 2, target: 0))
    return Lesson(backdoor: backdoor, passes: passes, learningRate: 0.5, lossWeight: weight, pull: pull)
  }

  @Test func everySampleBearsTheTriggerAndItsLabel() throws {
    // At w = 0 both classes have probability 1/2: the gradient is ∓1/2 times the input 2, and ∓1/2.
    let update = try training([0, 0, 0, 0]).update(attacker: 1, lesson(passes: 1, weight: 0.8))
    #expect(relativeError(update, [-0.4, 0.4, -0.2, 0.2]) < 1e-5)
  }

  @Test func theSecondTermPullsFromTheSameParameters() throws {
    // Two passes over one sample, no ordinary loss: w − w₀ goes 0, −0.5·1, and the pull sees the update as it grows.
    var seen: [[Float]] = []
    let update = try training([3, 0, 0, 0]).update(
      attacker: 0,
      lesson(passes: 2, weight: 0) { update, gradient in
        seen.append(update)
        gradient[0] += 1 + update[0]
      })
    #expect(seen == [[0, 0, 0, 0], [0.5, 0, 0, 0]])
    #expect(relativeError(update, [0.5 + 0.75, 0, 0, 0]) < 1e-6)
  }

  @Test func takesEachSampleOnceInAPass() throws {
    var steps = 0
    _ = try training([0, 0, 0, 0], batchSize: 1).update(
      attacker: 1, lesson(passes: 3, weight: 1) { _, _ in steps += 1 })
    #expect(steps == 6)
  }
}
