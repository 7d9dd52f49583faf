import Catalogue
import NeuralNet
import TestSupport
import Testing

@testable import Federated

@Suite struct LocalTrainingTests {
  private let network: Network
  private let train: Samples.Split
  private let start: [Float]

  init() throws {
    let dataset = try SyntheticImages.make([
      "height": .integer(8), "width": .integer(8), "classes": .integer(4), "train": .integer(50),
    ])
    train = try dataset.load(from: DataFolder("/nowhere"), seed: 1).train
    network = try Network(LR(), input: [1, 8, 8], classes: 4, loss: .crossEntropy)
    start = InitialParameters.make(network.layout, seed: 1)
  }

  @Test func oneStepIsTheGradientTimesTheRate() throws {
    let owned = Array(0..<20)
    let rootLoss = NetworkRootLoss(
      network: network, samples: train, sampleLength: 64, indices: owned, plainBatchNorm: false)
    var expected = [Float](repeating: 0, count: start.count)
    _ = try rootLoss.lossAndGradient(at: start, gradient: &expected)
    for index in expected.indices { expected[index] *= 0.5 }
    let actual = try update(training(batchSize: 20, epochs: 1), owned: owned)
    #expect(relativeError(actual, expected) < 1e-4)
    #expect(expected.contains { abs($0) > 0.01 })
  }

  @Test func aClampedStepMovesNoParameterFurther() throws {
    // 20 samples in batches of 8: three steps a pass, the last of 4 samples.
    let clamped = training(batchSize: 8, epochs: 2, clip: 0.01)
    let update = try update(clamped, owned: Array(0..<20))
    let furthest = update.map(abs).max() ?? 0
    #expect(furthest <= 6 * 0.5 * 0.01 * 1.0001)
    #expect(furthest > 5 * 0.5 * 0.01)
  }

  @Test func whoTrainedBeforeMakesNoDifference() throws {
    let training = training(batchSize: 8, epochs: 2, momentum: 0.9)
    let alone = try update(training, owned: [3, 1, 4, 15, 9, 2, 6, 5, 35, 8], round: 7, client: 2)
    _ = try update(training, owned: Array(10..<33), round: 7, client: 0)
    _ = try update(training, owned: Array(33..<50), round: 7, client: 1)
    #expect(try update(training, owned: [3, 1, 4, 15, 9, 2, 6, 5, 35, 8], round: 7, client: 2) == alone)
  }

  @Test func everyRoundAndClientHasItsOwnOrder() throws {
    let training = training(batchSize: 8, epochs: 1)
    let owned = Array(0..<40)
    let first = try update(training, owned: owned, round: 0, client: 0)
    #expect(try update(training, owned: owned, round: 1, client: 0) != first)
    #expect(try update(training, owned: owned, round: 0, client: 1) != first)
    #expect(try update(training, owned: owned, round: 0, client: 0) == first)
  }

  @Test func thePassesAreOrderedAnew() throws {
    // Were both passes in one order, two passes would be one pass from where one pass ended.
    let owned = Array(0..<40)
    let once = try update(training(batchSize: 8, epochs: 1), owned: owned)
    let middle = zip(start, once).map { $0 - $1 }
    let again = try update(training(batchSize: 8, epochs: 1), from: middle, owned: owned)
    let twice = try update(training(batchSize: 8, epochs: 2), owned: owned)
    #expect(relativeError(zip(once, again).map { $0 + $1 }, twice) > 1e-3)
  }

  @Test func gathersBytesAndFloatsAlike() throws {
    guard case .bytes(let bytes) = train.inputs else {
      Issue.record("pictures are bytes")
      return
    }
    let floats = Samples.Split(inputs: .floats(SampleValues(bytes.map { Float($0) / 255 })), labels: train.labels)
    let indices = [7, 0, 49]
    let batch = try network.batch(3)
    for split in [train, floats] {
      for index in 0..<(3 * 64) { batch.inputs[index] = -1 }
      indices.withUnsafeBufferPointer { split.gather($0, length: 64, into: batch) }
      let expected = indices.flatMap { bytes[($0 * 64)..<($0 * 64 + 64)] }.map { Float($0) / 255 }
      #expect((0..<(3 * 64)).map { batch.inputs[$0] } == expected)
      #expect((0..<3).map { batch.labels[$0] } == [3, 0, 1])
    }
  }

  private func training(batchSize: Int, epochs: Int, clip: Float? = nil, momentum: Float = 0) -> LocalTraining {
    LocalTraining(
      network: network, samples: train, sampleLength: 64, batchSize: batchSize, epochs: epochs,
      optimizer: SGD(learningRate: 0.5, clip: clip, momentum: momentum), seed: 1)
  }

  private func update(
    _ training: LocalTraining, from parameters: [Float]? = nil, owned: [Int], round: Int = 0, client: Int = 0
  ) throws -> [Float] {
    var update = [Float](repeating: 0, count: start.count)
    try training.update(from: parameters ?? start, owned: owned, round: round, client: client, into: &update)
    return update
  }
}
