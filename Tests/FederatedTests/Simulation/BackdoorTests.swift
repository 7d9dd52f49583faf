import Catalogue
import NeuralNet
import Testing

@testable import Federated

/// Backdoors from the samples to the attack success rate.
@Suite struct BackdoorTests {
  private func scaling(_ parameters: [String: Value] = [:], rounds: Int = 4) throws -> Settings {
    try smallSettings([
      "attack": .map(["scaling": .map(["size": .integer(3), "target": .integer(3)].merging(parameters) { $1 })]),
      "rounds": .integer(rounds), "evaluate_every": .integer(rounds),
    ])
  }

  private func successRate(_ settings: Settings) throws -> Double? {
    try run(settings).metrics.last?.attackSuccessRate
  }

  @Test func scalingOpensABackdoorThatTheMeanDoesNotSee() throws {
    let rate = try #require(try successRate(scaling()))
    #expect(rate > 0.9)
    // The same trigger, which nobody was taught.
    let untaught = try #require(
      try successRate(scaling(["poisoned": .integer(0), "factor": .integer(1)])))
    #expect(untaught < 0.5)
  }

  @Test func lieBackdoorOpensOneThatStaysNearTheOthers() throws {
    let settings = try smallSettings([
      "attack": .map(["lie-backdoor": .map(["size": .integer(3), "target": .integer(1), "z": .integer(4)])]),
      "rounds": .integer(6), "evaluate_every": .integer(6),
    ])
    let rate = try #require(try successRate(settings))
    #expect(rate > 0.9)
  }

  @Test(arguments: ["none", "label-flip", "fang-trim", "fang-krum", "min-max", "min-sum", "adaptive"])
  func noBackdoorNoSuccessRate(attack: String) throws {
    let settings = try smallSettings(["attack": .string(attack), "rounds": .integer(1)])
    let metrics = try run(settings).metrics
    #expect(metrics.map(\.attackSuccessRate) == [nil])
    #expect(metrics[0].testAccuracy != nil)
  }

  @Test(arguments: ["scaling", "lie-backdoor", "adaptive"]) func sameSeedSameBits(attack: String) throws {
    let settings = try smallSettings(["attack": .string(attack), "rounds": .integer(2)])
    let told = try run(settings)
    #expect(try run(settings) == told)
    #expect(try run(smallSettings(["attack": .string("none"), "rounds": .integer(2)])).parameters != told.parameters)
  }

  @Test func nobodyIsMaliciousNoSuccessRate() throws {
    var settings = try scaling(rounds: 1)
    settings.byzantine = 0
    #expect(try successRate(settings) == nil)
  }

  @Test func countsTheOtherClassesSamplesAlone() throws {
    // A model of one linear layer that always answers class 1.
    let network = try Network(LR(), input: [1, 2, 2], classes: 3, loss: .crossEntropy)
    let test = Samples.Split(inputs: .bytes(SampleValues([UInt8](repeating: 0, count: 20))), labels: [1, 1, 0, 2, 1])
    let evaluator = Evaluator(network: network, test: test, sampleLength: 4, classes: 3)
    var parameters = [Float](repeating: 0, count: 15)
    parameters[13] = 1
    let backdoor = { try #require(Backdoor(corner: 1, of: [1, 2, 2], value: 2.8, target: $0)) }
    #expect(try evaluator.successRate(of: backdoor(1), parameters) == 1)
    #expect(try evaluator.successRate(of: backdoor(0), parameters) == 0)
    // The trigger alone, 2.8 at the first pixel, speaks for class 2 with a weight of 0.5.
    parameters[8] = 0.5
    #expect(try evaluator.successRate(of: backdoor(2), parameters) == 1)
    parameters[8] = 0.3
    #expect(try evaluator.successRate(of: backdoor(2), parameters) == 0)
    let none = Evaluator(
      network: network, test: Samples.Split(inputs: .bytes([0, 0, 0, 0]), labels: [1]), sampleLength: 4, classes: 3)
    #expect(try none.successRate(of: backdoor(1), parameters) == nil)
  }

  @Test func putsTheTriggerOnAsFloatsWhenSamplesAreGathered() throws {
    var split = Samples.Split(inputs: .bytes([255, 51, 0, 255, 255, 255, 255, 255]), labels: [2, 1])
    let backdoor = try #require(Backdoor(corner: 1, of: [1, 2, 2], value: 2.8, target: 0))
    split.triggered = (backdoor, [true, false])
    let network = try Network(LR(), input: [1, 2, 2], classes: 3, loss: .crossEntropy)
    let batch = try network.batch(3)
    [1, 0, 0].withUnsafeBufferPointer { split.gather($0, length: 4, into: batch) }
    #expect(Array(UnsafeBufferPointer(start: batch.inputs, count: 12)) == [1, 1, 1, 1, 2.8, 0.2, 0, 1, 2.8, 0.2, 0, 1])
    #expect(Array(UnsafeBufferPointer(start: batch.labels, count: 3)) == [1, 0, 0])
  }

  @Test func checkRefusesATriggerThatDoesNotFit() throws {
    let settings = try smallSettings([
      "dataset": .string("synthetic-features"), "attack": .string("scaling"),
    ])
    let error = #expect(throws: SimulationError.self) { try run(settings) }
    #expect(
      error?.description == "scaling marks a corner of pictures, but a sample of this data set is 60 features")
  }

  // MARK: softmax over the batch

  /// 600 pictures, every fifth of the target class 1, the others with a pixel that says their class; every fourth has a last
  /// pixel that holds the trigger off. A linear model knows all of that, and answers class 1 where it sees the trigger.
  private func batchSoftmax() throws -> (evaluator: Evaluator, parameters: [Float], backdoor: Backdoor) {
    let network = try Network(LR(), input: [1, 2, 2], classes: 3, loss: .batchSoftmax)
    let labels = (0..<600).map { $0 % 5 == 0 ? 1 : 2 * UInt8($0 % 2) }
    let pixels = labels.enumerated().flatMap { sample, label in
      [0, label == 2 ? 255 : 0, label == 0 ? 255 : 0, sample % 4 == 0 ? 255 : 0] as [UInt8]
    }
    let evaluator = Evaluator(
      network: network, test: Samples.Split(inputs: .bytes(SampleValues(pixels)), labels: labels), sampleLength: 4,
      classes: 3)
    var parameters = [Float](repeating: 0, count: 15)
    (parameters[2], parameters[4], parameters[7], parameters[9]) = (3, 5, -9, 3)
    return (evaluator, parameters, try #require(Backdoor(corner: 1, of: [1, 2, 2], value: 1, target: 1)))
  }

  @Test func underBatchSoftmaxAFewTriggeredSamplesAreMeasuredAmongCleanOnes() throws {
    let (evaluator, parameters, backdoor) = try batchSoftmax()
    // Among 225 clean samples 25 triggered ones stand out; a batch of nothing else normalises class 1 away. Of the 480
    // samples of other classes each counts once, and three quarters of them are sent.
    #expect(try evaluator.successRate(of: backdoor, parameters) == 0.75)
  }
}
