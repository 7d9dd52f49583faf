import TestSupport
import Testing

@testable import Federated
@testable import NeuralNet

/// Answers what it is told to, and tells what it was asked.
private final class Recorder: AttackTraining {
  let layout: ParameterLayout
  let inputShape = [1, 8, 8]
  let answers: [[Float]]
  var lessons: [Lesson] = []

  init(_ answers: [[Float]], layout: ParameterLayout) { (self.answers, self.layout) = (answers, layout) }

  func update(attacker: Int, _ lesson: Lesson) throws -> [Float] {
    lessons.append(lesson)
    return answers[attacker]
  }
}

@Suite struct LIEBackdoorTests {
  private let updates = Matrix([[9, 5, -9], [1, 2, 0], [3, 2, 2]])

  @Test func clampsToTheBenignMeanAndDeviation() throws {
    // Of rows 1 and 2 the mean is (2, 2, 1) and the deviation (√2, 0, √2).
    let reach = 1.43 * Float(2).squareRoot()
    let crafted = try LIEBackdoor().craft(.example(updates, byzantine: 1))
    #expect(relativeError(crafted.row(0), [2 + reach, 2, 1 - reach]) < 1e-6)
    #expect(crafted.row(1) == updates.row(1) && crafted.row(2) == updates.row(2))
    var attack = LIEBackdoor()
    attack.z = 0
    #expect(try attack.craft(.example(updates, byzantine: 1)).row(0) == [2, 2, 1])
  }

  @Test func knowsWhatItIsTold() throws {
    var attack = LIEBackdoor()
    attack.z = 0
    attack.knowledge = .all
    let all = try attack.craft(.example(updates, byzantine: 1)).row(0)
    #expect(relativeError(all, [13 / 3, 3, -7 / 3]) < 1e-6)
    attack.knowledge = .own
    #expect(try attack.craft(.example(updates, byzantine: 1)).row(0) == updates.row(0))
  }

  @Test func sendsWhatItTrained() throws {
    let recorder = Recorder([[2.5, 2, .nan], [-7, 7, 1]], layout: .flat(3))
    var round = AttackRound.example(Matrix([[0, 0, 0], [9, 9, 9], [1, 2, 0], [3, 2, 2]]), byzantine: 2)
    round.training = recorder
    let crafted = try LIEBackdoor().craft(round)
    let reach = 1.43 * Float(2).squareRoot()
    #expect(relativeError(crafted.row(0), [2.5, 2, 1]) < 1e-6)
    #expect(relativeError(crafted.row(1), [2 - reach, 2, 1]) < 1e-6)
    #expect(recorder.lessons.count == 2)
    let lesson = recorder.lessons[0]
    #expect(lesson.passes == 10 && lesson.learningRate == 0.5 && lesson.lossWeight == 0.8)
    #expect(lesson.backdoor.value == 2.8 && lesson.backdoor.target == 0 && lesson.backdoor.places.count == 25)
  }

  @Test func pullsEachTensorTowardsTheBenignMean() throws {
    // A weight of two numbers, a bias, and a running mean that no loss reaches.
    let layout = ParameterLayout(tensors: [
      .init(name: "weight", shape: [2, 1], kind: .weight, offset: 0, fanIn: 2),
      .init(name: "bias", shape: [1], kind: .vector, offset: 2, fanIn: 2),
      .init(name: "mean", shape: [1], kind: .runningMean, offset: 3, fanIn: 0),
    ])
    let recorder = Recorder([[0, 0, 0, 0]], layout: layout)
    var round = AttackRound.example(Matrix([[0, 0, 0, 0], [1, 2, 0, 5], [3, 2, 2, 5]]), byzantine: 1)
    round.training = recorder
    _ = try LIEBackdoor().craft(round)
    var gradient: [Float] = [0, 0, 0, 0]
    recorder.lessons[0].pull([4, 2, 0, 9], &gradient)
    // −2 · 0.2 / 2 · (4 − 2), nothing, and −2 · 0.2 · (0 − 1).
    #expect(relativeError(gradient, [-0.4, 0, 0.4, 0]) < 1e-6)
  }

  @Test func takesTheTriggersValueFromTheChannels() {
    #expect(LIEBackdoor().backdoor(inputShape: [1, 28, 28])?.value == 2.8)
    #expect(LIEBackdoor().backdoor(inputShape: [3, 32, 32])?.value == 1)
    var attack = LIEBackdoor()
    attack.triggerValue = -0.5
    #expect(attack.backdoor(inputShape: [3, 32, 32])?.value == -0.5)
    #expect(!attack.poisonsData)
  }

  @Test func objectsToDataThatCannotBearTheTriggerAndToNobodyBenign() {
    #expect(
      LIEBackdoor().objection(clients: 30, byzantine: 6, inputShape: [561], classes: 6)
        == "lie-backdoor marks a corner of pictures, but a sample of this data set is 561 features")
    #expect(
      LIEBackdoor().objection(clients: 3, byzantine: 3, inputShape: [1, 8, 8], classes: 6)
        == "lie-backdoor with knowledge benign needs a benign client: all 3 are malicious")
  }

  @Test func underTheQuirkTheRootUpdateIsInTheClampAlone() throws {
    // Benign mean (2, 2, 1); with the root update (8, 2, 1) the mean is 4 and the deviation √13 in the first place.
    let recorder = Recorder([[99, 2, 1]], layout: .flat(3))
    var round = AttackRound.example(updates, byzantine: 1, root: [8, 2, 1], quirks: [.attackSeesRoot])
    round.training = recorder
    let crafted = try LIEBackdoor().craft(round)
    #expect(relativeError(crafted.row(0), [4 + 1.43 * Float(13).squareRoot(), 2, 1]) < 1e-6)
    var gradient: [Float] = [0, 0, 0]
    recorder.lessons[0].pull([2, 2, 1], &gradient)
    #expect(gradient == [0, 0, 0])
  }
}
