import Testing

@testable import Federated

@Suite struct AttackTests {
  private func isClose(_ a: [Float], _ b: [Float], _ tolerance: Float = 2e-5) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
  }

  @Test func noAttackChangesNothing() throws {
    let updates = Matrix.random(rows: 4, columns: 3)
    #expect(try NoAttack().craft(.example(updates, byzantine: 2)) == updates)
    #expect(!NoAttack().poisonsData)
  }

  // MARK: label flip

  @Test func labelFlipTurnsTheClassesRound() {
    var labels: [UInt8] = [0, 1, 2, 2]
    LabelFlip().poison(labels: &labels, classes: 3)
    #expect(labels == [2, 1, 0, 0])
    #expect(LabelFlip().poisonsData)
  }

  @Test func labelFlipOfPairsTouchesThoseAlone() {
    var attack = LabelFlip()
    attack.pairs = ["0-2", "2-0", "3-1"]
    var labels: [UInt8] = [0, 1, 2, 3, 4]
    attack.poison(labels: &labels, classes: 5)
    #expect(labels == [2, 1, 0, 1, 4])
  }

  @Test(arguments: [
    ("3:7", "'3:7' is not a pair of labels such as 3-7"), ("3", "'3' is not a pair of labels such as 3-7"),
    ("a-b", "'a-b' is not a pair of labels such as 3-7"), ("-1-3", "'-1-3' is not a pair of labels such as 3-7"),
    ("3-10", "'3-10': there is no label 10 among 10 classes"),
  ]) func labelFlipNamesAWrongPair(pair: String, objection: String) {
    var attack = LabelFlip()
    attack.pairs = ["1-2", pair]
    #expect(attack.objection(clients: 5, byzantine: 1, inputShape: [1], classes: 10) == objection)
  }

  @Test func labelFlipRefusesALabelThatBecomesTwo() {
    var attack = LabelFlip()
    attack.pairs = ["1-2", "1-3"]
    let objection = attack.objection(clients: 5, byzantine: 1, inputShape: [1], classes: 10)
    #expect(objection == "'1-3': label 1 becomes two things")
    attack.pairs = ["1-2", "2-1"]
    #expect(attack.objection(clients: 5, byzantine: 1, inputShape: [1], classes: 10) == nil)
  }

  // MARK: Fang's trim attack

  private let updates = Matrix([[1, -2, 0, -1], [3, -4, 1, 3], [2, -3, -1, 4]])

  private func half(_ uniform: inout [Float]) {
    for k in uniform.indices { uniform[k] = 0.5 }
  }

  @Test func fangTrimGoesBeyondTheEndThatHurts() {
    let crafted = FangTrim().craft(.example(updates, byzantine: 1), fillUniform: half)
    // Sums 6, −9, 0, 6: least 1 over 1.5, largest −2 over 1.5, nothing, least −1 times 1.5.
    #expect(isClose(crafted.row(0), [1 / 1.5, -2 / 1.5, 0, -1.5]))
    #expect(crafted.row(1) == updates.row(1))
    #expect(crafted.row(2) == updates.row(2))
  }

  @Test func fangTrimOfPartialKnowledgeGuessesTheEnds() {
    var attack = FangTrim()
    attack.partial = true
    let crafted = attack.craft(.example(updates, byzantine: 1), fillUniform: half)
    // Means 2, −3, 0, 2; deviations 1, 1, 1, √7; u = 3.5.
    #expect(isClose(crafted.row(0), [2 - 3.5, -3 + 3.5, 0, 2 - 3.5 * Float(7).squareRoot()]))
  }

  @Test func fangTrimDrawsAnewForEachAttackerFromItsRound() throws {
    let many = Matrix.random(rows: 6, columns: 50)
    let crafted = try FangTrim().craft(.example(many, byzantine: 2))
    #expect(crafted.row(0) != crafted.row(1))
    #expect(crafted == (try FangTrim().craft(.example(many, byzantine: 2))))
    var next = AttackRound.example(many, byzantine: 2)
    next.random = RandomSource(seed: 1, stream: .attack, round: 1)
    #expect(crafted != (try FangTrim().craft(next)))
  }

  @Test func fangTrimKnowsWhatItIsTold() {
    var attack = FangTrim()
    attack.knowledge = .benign
    var crafted = attack.craft(.example(updates, byzantine: 1), fillUniform: half)
    #expect(isClose(crafted.row(0), [2 / 1.5, -3 / 1.5, 0, 3 / 1.5]))
    attack.knowledge = .own
    crafted = attack.craft(.example(updates, byzantine: 1), fillUniform: half)
    #expect(isClose(crafted.row(0), [1 / 1.5, -2 / 1.5, 0, -1 / 1.5]))
  }

  @Test func fangTrimSeesTheRootUpdateUnderTheQuirkAlone() {
    let root: [Float] = [0.5, -1, 3, -2]
    let blind = FangTrim().craft(.example(updates, byzantine: 1, root: root), fillUniform: half)
    #expect(isClose(blind.row(0), [1 / 1.5, -2 / 1.5, 0, -1.5]))
    let seeing = FangTrim().craft(
      .example(updates, byzantine: 1, root: root, quirks: [.attackSeesRoot]), fillUniform: half)
    // Sums 6.5, −10, 3, 4.
    #expect(isClose(seeing.row(0), [0.5 / 1.5, -1 / 1.5, -1.5, -3]))
    #expect(seeing.rows == 3)
  }

  @Test func spoiltUpdatesAreNotLookedAt() throws {
    var spoilt = Matrix([[9, 9, 9, 9], [1, -2, 0, -1], [3, -4, 1, 3], [2, -3, -1, 4]])
    spoilt[0, 2] = .nan
    let crafted = FangTrim().craft(.example(spoilt, byzantine: 1), fillUniform: half)
    #expect(isClose(crafted.row(0), [1 / 1.5, -2 / 1.5, 0, -1.5]))
  }

  // MARK: Min-Max

  private let line = Matrix([[1, 0, 0], [3, 0, 0], [2, 0, 0]])

  @Test(arguments: Deviation.allCases) func minMaxGoesAsFarAsTheFarthestTwo(deviation: Deviation) throws {
    var attack = MinMax()
    attack.deviation = deviation
    // Mean 2, direction 1, the farthest 2 apart: 3 − (2 − γ) ≤ 2.
    let crafted = try attack.craft(.example(line, byzantine: 1))
    #expect(isClose(crafted.row(0), [1, 0, 0]))
    #expect(Array(crafted.values.dropFirst(3)) == Array(line.values.dropFirst(3)))
  }

  @Test func minMaxDirectionsDiffer() throws {
    let updates = Matrix([[1, -4, 0], [3, -4, 0], [2, -4, 0]])
    var attack = MinMax()
    attack.deviation = .sign
    // Mean (2, −4), p = (1, −1): (1 + γ)² + γ² ≤ 4.
    let gamma = Float((-1 + 7.0.squareRoot()) / 2)
    #expect(isClose(try attack.craft(.example(updates, byzantine: 1)).row(0), [2 - gamma, -4 + gamma, 0]))
    attack.deviation = .std
    #expect(isClose(try attack.craft(.example(updates, byzantine: 1)).row(0), [1, -4, 0]))
    attack.deviation = .unit
    // p = (1, −2)/√5: (1 + γ/√5)² + 4γ²/5 ≤ 4, so γ² + 2γ/√5 − 3 = 0.
    let step = Float((-1 + 16.0.squareRoot()) / 5)
    #expect(isClose(try attack.craft(.example(updates, byzantine: 1)).row(0), [2 - step, -4 + 2 * step, 0]))
  }

  @Test func minMaxKnowsWhatItIsTold() throws {
    var attack = MinMax()
    attack.knowledge = .benign
    #expect(isClose(try attack.craft(.example(line, byzantine: 1)).row(0), [2, 0, 0]))
    attack.knowledge = .own
    #expect(isClose(try attack.craft(.example(line, byzantine: 1)).row(0), [1, 0, 0]))
    attack.knowledge = .benign
    let objection = attack.objection(clients: 3, byzantine: 3, inputShape: [3], classes: 2)
    #expect(objection == "min-max with knowledge benign needs a benign client: all 3 are malicious")
  }

  @Test func minMaxAddsAttackersUnderTheQuirk() throws {
    let crafted = try MinMax().craft(.example(line, byzantine: 2, quirks: [.addedAttackers]))
    #expect(crafted.rows == 5)
    #expect(isClose(crafted.row(0), [1, 0, 0]))
    #expect(crafted.row(1) == crafted.row(0))
    #expect(Array(crafted.values.dropFirst(6)) == line.values)
  }

  @Test func minMaxSeesTheRootUpdateUnderTheQuirkAlone() throws {
    // Mean 2.75, the farthest 4 apart: 5 − (2.75 − γ) ≤ 4.
    let seeing = try MinMax().craft(
      .example(line, byzantine: 1, root: [5, 0, 0], quirks: [.attackSeesRoot]))
    #expect(isClose(seeing.row(0), [1, 0, 0]))
    #expect(seeing.rows == 3)
    let benign = Matrix([[1, 0, 0], [3, 0, 0], [1, 0, 0]])
    #expect(isClose(try MinMax().craft(.example(benign, byzantine: 1, root: [9, 0, 0])).row(0), [1, 0, 0]))
  }

  @Test func searchGoesUpAndDownByHalvingSteps() {
    #expect(abs(Perturbation.largestStep { $0 <= 3.7 } - 3.7) < 1e-5)
    #expect(abs(Perturbation.largestStep { $0 <= 77.7 } - 77.7) < 1e-5)
    #expect(Perturbation.largestStep { _ in false } == 0)
    #expect(Perturbation.largestStep { _ in true } > 99.9)
  }
}
