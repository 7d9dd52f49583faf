import TestSupport
import Testing

@testable import Federated

@Suite struct AdaptiveTests {
  private let line = Matrix([[1, 0, 0], [3, 0, 0], [2, 0, 0]])

  private func norm(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test func turnsRoundAgainstTheMean() throws {
    var attack = Adaptive()
    attack.against = .mean
    attack.steps = 2000
    let crafted = try attack.craft(.example(line, byzantine: 1))
    // The mean's sign is (1, 0, 0), so the worst is (−1, 0, 0) at the mean length 2.
    #expect(crafted[0, 0] < -1.95)
    #expect(abs(norm(crafted.row(0)) - 2) < 1e-4)
    #expect(Array(crafted.values.dropFirst(3)) == Array(line.values.dropFirst(3)))
  }

  @Test func findsTheCosineThatHurtsFLTrustMost() throws {
    var attack = Adaptive()
    attack.steps = 2000
    let crafted = try attack.craft(.example(line, byzantine: 1, root: [4, 0, 0]))
    // Two honest ones of cosine 1 and one of c answer (2 + c²)/(2 + c), which is least where c² + 4c = 2.
    let cosine = crafted[0, 0] / norm(crafted.row(0))
    #expect(abs(cosine - (Float(6).squareRoot() - 2)) < 0.01)
    #expect(abs(norm(crafted.row(0)) - 4) < 1e-3)
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func gainIsTheRulesOwnAnswer(seed: UInt64) throws {
    let updates = Matrix.random(rows: 7, columns: 20, seed: seed)
    let root = Matrix.random(rows: 1, columns: 20, seed: seed + 100).row(0)
    let answer = { (updates: Matrix) throws -> [Float] in
      var memory = RuleMemory()
      return try FLTrust().aggregate(.example(updates, root: root), memory: &memory).update
    }
    let sign = try answer(updates).map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } as [Float]
    let attack = Adaptive()
    var search = try #require(AdaptiveSearch(.example(updates, byzantine: 2, root: root), attack))
    var random = RandomSource(seed: seed, stream: .attack)
    for step in 0..<20 {
      var sent = updates
      for attacker in 0..<2 {
        for k in 0..<20 { sent[attacker, k] = search.directions[attacker][k] * Float(search.length) }
      }
      let product = zip(sign, try answer(sent)).reduce(0) { $0 + Double($1.0 * $1.1) }
      #expect(abs(-product - search.gain * search.length) < 1e-4 * (1 + abs(product)))
      let before = search.gain
      search.step(step % 2, gamma: 0.1, eta: 0.1, &random)
      #expect(search.gain >= before)
    }
    let honest = zip(sign, try answer(updates)).reduce(0) { $0 + Double($1.0 * $1.1) }
    let attacked = zip(sign, try answer(try attack.craft(.example(updates, byzantine: 2, root: root))))
      .reduce(0) { $0 + Double($1.0 * $1.1) }
    #expect(attacked < honest)
  }

  @Test func sendsItsOwnWhereThereIsNothingToGoBy() throws {
    let zeros = Matrix(rows: 3, columns: 3)
    #expect(try Adaptive().craft(.example(zeros, byzantine: 1, root: [1, 0, 0])) == zeros)
    #expect(try Adaptive().craft(.example(line, byzantine: 1, root: [0, 0, 0])) == line)
    // FLTrust trusts nobody.
    #expect(try Adaptive().craft(.example(line, byzantine: 1, root: [-1, 0, 0])) == line)
  }

  @Test func needsTheRootUpdateAgainstFLTrustAlone() throws {
    #expect(throws: AttackError.needsRootUpdate(attack: "adaptive")) {
      try Adaptive().craft(.example(line, byzantine: 1))
    }
    #expect(
      AttackError.needsRootUpdate(attack: "adaptive").description
        == "adaptive needs the update that the server trains on the root set")
    var attack = Adaptive()
    #expect(attack.needsRootUpdate)
    attack.against = .mean
    #expect(!attack.needsRootUpdate)
  }

  @Test func itsStepsTakeOtherNumbersThanItsStart() {
    let round = AttackRound.example(line, byzantine: 2)
    let (trim, steps) = (round.random, Adaptive.random(round))
    let first = ([trim] + steps).map { source in
      var (source, numbers) = (source, [Float](repeating: 0, count: 6))
      source.fillUniform(&numbers)
      return numbers
    }
    // Two attackers draw three numbers each for the start.
    #expect(Set(first.flatMap { $0 }).count == 18)
  }
}
