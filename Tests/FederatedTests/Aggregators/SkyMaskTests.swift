import Foundation
@testable import NeuralNet
import Testing

@testable import Federated

@Suite struct SkyMaskTests {
  /// Eight clients whose models lie about the goal, but for the first two, which lie opposite.
  private func round(quirks: Set<Quirk> = []) -> AggregatorRound {
    var updates = Matrix.random(rows: 8, columns: 64)
    for row in 0..<8 {
      for k in 0..<64 { updates[row, k] = 0.3 * updates[row, k] + (row < 2 ? 1 : -1) }
    }
    return .example(
      updates, byzantine: 2, root: [Float](repeating: -1, count: 64), quirks: quirks,
      loss: Bowl(goal: [Float](repeating: 1, count: 64)))
  }

  private func aggregate(_ round: AggregatorRound, clusters: MaskClusters = .auto) throws -> Aggregate {
    var memory = RuleMemory()
    var rule = SkyMask()
    rule.clusters = clusters
    return try rule.aggregate(round, memory: &memory)
  }

  @Test func rejectsClientsThatPullAgainstTheRootData() throws {
    let round = round(quirks: [.alwaysTwoClusters])
    let aggregate = try aggregate(round)
    #expect(aggregate.kept == [false, false, true, true, true, true, true, true])
    #expect(aggregate.update == Rows(round.updates, Array(2..<8)).mean())
    #expect(aggregate.note == nil)
    // The two that are rejected lie on the other side of the first axis than the root.
    let plane = try #require(aggregate.plane)
    #expect(plane.updates.map { ($0?.x ?? 0) * plane.root.x > 0 } == aggregate.kept)
  }

  @Test func autoRejectsThemToo() throws {
    #expect(try aggregate(round()).kept == [false, false, true, true, true, true, true, true])
    #expect(try aggregate(round(), clusters: .two).kept == [false, false, true, true, true, true, true, true])
    #expect(try aggregate(round(), clusters: .one).kept == [Bool](repeating: true, count: 8))
  }

  /// The published code rejects some of them.
  @Test func autoKeepsAllWhereNobodyAttacks() throws {
    var round = round()
    for row in 0..<2 {
      for k in 0..<64 { round.updates[row, k] -= 2 }
    }
    #expect(try aggregate(round).kept == [Bool](repeating: true, count: 8))
    round.quirks = [.alwaysTwoClusters]
    #expect(try aggregate(round).kept?.contains(false) == true)
  }

  @Test func quirkMakesTwoClustersOfAutoAlone() throws {
    var round = round()
    for row in 0..<2 {
      for k in 0..<64 { round.updates[row, k] -= 2 }
    }
    round.quirks = [.alwaysTwoClusters]
    #expect(try aggregate(round).kept == aggregate(round, clusters: .two).kept)
    #expect(try aggregate(round, clusters: .one).kept == [Bool](repeating: true, count: 8))
  }

  @Test(arguments: MaskClusters.allCases) func oneOrTwoClientsAndOnesThatAreNotFiniteAreNoProblem(
    clusters: MaskClusters
  ) throws {
    for count in 1...2 {
      var round = round()
      round.updates = Matrix((0..<count).map { _ in [Float](repeating: -1, count: 64) })
      #expect(try aggregate(round, clusters: clusters).kept == [Bool](repeating: true, count: count))
    }
    var round = round()
    round.updates[5, 3] = .nan
    #expect(try aggregate(round, clusters: clusters).kept?[5] == false)
    round.updates = Matrix((0..<8).map { _ in [Float](repeating: .infinity, count: 64) })
    #expect(try aggregate(round, clusters: clusters).update == round.rootUpdate)
  }

  @Test func rejectsWhoIsNotFiniteAndGoesOn() throws {
    var round = round(quirks: [.alwaysTwoClusters])
    round.updates[5, 3] = .nan
    let aggregate = try aggregate(round)
    #expect(aggregate.kept == [false, false, true, true, true, false, true, true])
    #expect(aggregate.update.allSatisfy { $0.isFinite })
    #expect(aggregate.plane?.updates.map { $0 == nil } == (0..<8).map { $0 == 5 })
  }

  @Test func rootUpdateStandsInWhenNobodyIsKept() throws {
    var round = round()
    round.updates = Matrix((0..<8).map { _ in [Float](repeating: 1, count: 64) })
    round.quirks = [.alwaysTwoClusters]
    let aggregate = try aggregate(round)
    #expect(aggregate.kept?.contains(true) == false)
    #expect(aggregate.update == round.rootUpdate)
    #expect(aggregate.note == "nobody is kept: the root update stands in")
  }

  @Test func spoiltRootUpdateIsPassedOn() throws {
    var round = round()
    round.rootUpdate?[7] = .infinity
    let aggregate = try aggregate(round)
    #expect(aggregate.update == round.rootUpdate)
    #expect(aggregate.note == "the root update is not finite")
    #expect(aggregate.plane == nil)
  }

  @Test func lossThatIsNotFiniteEndsTheTrainingAndKeepsAll() throws {
    var round = round()
    round.rootLoss = Bowl(goal: [Float](repeating: .infinity, count: 64))
    let aggregate = try aggregate(round)
    #expect(aggregate.kept == [Bool](repeating: true, count: 8))
    #expect(aggregate.note == "mask training ended after 0 steps: the root loss is not finite")
  }

  @Test func needsRootUpdateAndRootData() {
    var round = round()
    round.rootLoss = nil
    #expect(throws: AggregationError.needsRootData(rule: "skymask")) { try aggregate(round) }
    round.rootUpdate = nil
    #expect(throws: AggregationError.needsRootUpdate(rule: "skymask")) { try aggregate(round) }
  }

  // MARK: mask training

  /// Two models, −2 and 4, and a goal at 0: by hand.
  @Test func oneStepMovesTheMasksAsByHand() throws {
    let training = MaskTraining(maxSteps: 1, rate: 0.5, clip: 1, scale: 1, fromFirstEntries: false)
    let result = try training.train(
      Rows(Matrix([[2]]), extra: [-4]), parameters: [0], layout: .flat(1), loss: Bowl(goal: [0]))
    // Both weights are σ(1), so the mixed model is 1, its gradient 1 and loss 1/2; mask i's gradient is
    // 1 · (W_i − 1) · σ(1)(1 − σ(1)) / 2σ(1) = ∓3 · 0.26894142 / 2.
    #expect(result.losses == [0.5])
    #expect(abs(result.masks[0, 0] - (1 + 0.5 * 1.5 * 0.26894142)) < 1e-6)
    #expect(abs(result.masks[1, 0] - (1 - 0.5 * 1.5 * 0.26894142)) < 1e-6)
  }

  @Test func gradientsAreClamped() throws {
    let training = MaskTraining(maxSteps: 1, rate: 0.5, clip: 0.25, scale: 1, fromFirstEntries: false)
    let result = try training.train(
      Rows(Matrix([[2]]), extra: [-4]), parameters: [0], layout: .flat(1), loss: Bowl(goal: [0]))
    #expect(result.masks.values == [1.125, 0.875])
  }

  @Test func everyTensorButTheFirstIsRebuiltFromTheFirstEntries() throws {
    let layout = ParameterLayout(tensors: [
      .init(name: "a", shape: [2], kind: .weight, offset: 0, fanIn: 1),
      .init(name: "b", shape: [3], kind: .weight, offset: 2, fanIn: 1),
      .init(name: "mean", shape: [1], kind: .runningMean, offset: 5, fanIn: 0),
    ])
    let seen = Recorder(width: 6)
    let training = MaskTraining(maxSteps: 1, rate: 1, clip: 1, scale: 0.5, fromFirstEntries: true)
    _ = try training.train(
      Rows(Matrix([[1, 2, 3, 4, 5, 6]]), extra: [1, 2, 3, 4, 5, 6]), parameters: [10, 20, 30, 40, 50, 60],
      layout: layout, loss: seen)
    #expect(seen.models == [[9.5, 19, 29.5, 39, 48.5, 60]])
  }

  /// PyTorch keeps a batch norm's statistics beside its scale and shift: weight 1 2, scale 3, shift 4, mean 7, variance
  /// 8, then the second weight.
  @Test func theFirstEntriesAreThoseOfThePublishedOrder() throws {
    let layout = ParameterLayout(tensors: [
      .init(name: "conv1.weight", shape: [2], kind: .weight, offset: 0, fanIn: 1),
      .init(name: "batch_norm1.scale", shape: [1], kind: .batchNormScale, offset: 2, fanIn: 0),
      .init(name: "batch_norm1.shift", shape: [1], kind: .vector, offset: 3, fanIn: 0),
      .init(name: "linear1.weight", shape: [7], kind: .weight, offset: 4, fanIn: 1),
      .init(name: "batch_norm1.running_mean", shape: [1], kind: .runningMean, offset: 11, fanIn: 0),
      .init(name: "batch_norm1.running_variance", shape: [1], kind: .runningVariance, offset: 12, fanIn: 0),
    ])
    let seen = Recorder(width: 13)
    let training = MaskTraining(maxSteps: 1, rate: 1, clip: 1, scale: 1, fromFirstEntries: true)
    let update: [Float] = [1, 2, 3, 4, 5, 6, 5.5, 6.5, 9, 9, 9, 7, 8]
    _ = try training.train(
      Rows(Matrix([update]), extra: update), parameters: [Float](repeating: 0, count: 13), layout: layout, loss: seen)
    #expect(seen.models == [[-1, -2, -1, -1, -1, -2, -3, -4, -7, -8, -5, 0, 0]])
  }

  @Test func thePublishedOrderOfResnet20LeavesOursAfterEntry464() throws {
    let layout = try Network(ResNet20(), input: [3, 32, 32], classes: 10, loss: .crossEntropy, batch: 1).layout
    let order = layout.publishedOrder
    #expect(order.sorted() == Array(0..<274_042))
    #expect(Array(order[..<464]) == Array(0..<464))
    // Sixteen means and sixteen variances of the first batch norm, then the second convolution.
    #expect(Array(order[464..<496]) == Array(272_474..<272_506))
    #expect(order[496] == 464)
    // The linear layer comes last: 640 weights and 10 biases.
    #expect(Array(order.suffix(650)) == Array((272_474 - 650)..<272_474))
  }

  @Test func scaledWeightsTakeTheLocalLearningRate() throws {
    var round = round(quirks: [.scaledMaskWeights, .alwaysTwoClusters])
    round.localLearningRate = 0.25
    let seen = Recorder(width: 64)
    round.rootLoss = seen
    round.updates = Matrix([[Float](repeating: 4, count: 64)])
    round.rootUpdate = [Float](repeating: 4, count: 64)
    _ = try aggregate(round)
    #expect(seen.models.first == [Float](repeating: -1, count: 64))
  }

  @Test func trainingStopsAfterStepTenWhenTheLossStandsStill() throws {
    let seen = Recorder(width: 1)
    let training = MaskTraining(maxSteps: 20, rate: 1, clip: 1, scale: 1, fromFirstEntries: false)
    let result = try training.train(
      Rows(Matrix([[1]]), extra: [1]), parameters: [0], layout: .flat(1), loss: seen)
    #expect(result.steps == 11)
    #expect(seen.models.count == 11)
    let falling = try training.train(
      Rows(Matrix([[1]]), extra: [1]), parameters: [0], layout: .flat(1), loss: Recorder(width: 1, fall: 0.0015))
    #expect(falling.steps == 20)
  }

  @Test func masksLearnTenTimesFasterWhereThereIsBatchNorm() throws {
    let normed = ParameterLayout(tensors: [
      .init(name: "scale", shape: [64], kind: .batchNormScale, offset: 0, fanIn: 0)
    ])
    #expect(SkyMask().rate(.flat(64)) == 1e7)
    #expect(SkyMask().rate(normed) == 1e8)
    var given = SkyMask()
    given.maskLearningRate = 3
    #expect(given.rate(normed) == 3)
  }
}

/// A loss that remembers where it was asked, and falls by `fall` each time.
private final class Recorder: RootLoss {
  let width: Int
  let fall: Float
  private(set) var models: [[Float]] = []

  init(width: Int, fall: Float = 0) {
    (self.width, self.fall) = (width, fall)
  }

  func lossAndGradient(at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) throws -> Float {
    models.append((0..<width).map { parameters[$0] })
    return 1 - fall * Float(models.count)
  }
}
