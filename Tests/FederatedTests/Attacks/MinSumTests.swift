import Catalogue
import Testing

@testable import Federated

@Suite struct MinSumTests {
  private let line = Matrix([[1, 0, 0], [3, 0, 0], [2, 0, 0]])

  private func first(_ attack: MinSum, _ round: AttackRound) throws -> Float { try attack.craft(round)[0, 0] }

  @Test(arguments: Deviation.allCases) func goesAsFarAsTheOutermostSumAllows(deviation: Deviation) throws {
    var attack = MinSum()
    attack.deviation = deviation
    // Sums 4 + 1, 4 + 1, 1 + 1; m is 2 + 3γ² from all, and all three directions have length 1.
    let crafted = try attack.craft(.example(line, byzantine: 1))
    #expect(abs(crafted[0, 0] - 1) < 2e-5 && crafted[0, 1] == 0 && crafted[0, 2] == 0)
    #expect(Array(crafted.values.dropFirst(3)) == Array(line.values.dropFirst(3)))
  }

  @Test func isBoundedByTheLeastSumUnderTheQuirk() throws {
    let updates = Matrix([[1, 0, 0], [3, 0, 0], [2, 0, 0], [2, 0, 0]])
    // Sums 4 + 1 + 1, the same, 1 + 1, the same; m is 2 + 4γ² from all.
    #expect(abs(try first(MinSum(), .example(updates, byzantine: 1)) - 1) < 2e-5)
    let least = try first(MinSum(), .example(updates, byzantine: 1, quirks: [.minSumLeast]))
    #expect(abs(least - 2) < 2e-5)
    // 1, 3 and 5: sums 4 + 16, 4 + 4 and 20, and 8 + 3γ².
    let apart = Matrix([[1], [3], [5]])
    #expect(abs(try first(MinSum(), .example(apart, byzantine: 1)) - 1) < 2e-5)
  }

  @Test func knowsWhatItIsTold() throws {
    var attack = MinSum()
    attack.knowledge = .benign
    // Of 3 and 2 the mean is 2.5; each is 1 from the other, m is 0.5 + 2γ² from both: γ = 0.5.
    #expect(abs(try first(attack, .example(line, byzantine: 1)) - 2) < 2e-5)
    attack.knowledge = .own
    #expect(abs(try first(attack, .example(line, byzantine: 2)) - 1) < 2e-5)
    attack.knowledge = .benign
    #expect(
      attack.objection(clients: 3, byzantine: 3, inputShape: [3], classes: 2)
        == "min-sum with knowledge benign needs a benign client: all 3 are malicious")
  }

  @Test func seesTheRootUpdateUnderTheQuirkAlone() throws {
    let root: [Float] = [5, 0, 0]
    #expect(abs(try first(MinSum(), .example(line, byzantine: 1, root: root)) - 1) < 2e-5)
    // Mean 2.75, 8.75 from all; the outermost sum is 16 + 4 + 9 = 29: γ² = 20.25 / 4.
    let seeing = try first(MinSum(), .example(line, byzantine: 1, root: root, quirks: [.attackSeesRoot]))
    #expect(abs(seeing - 0.5) < 2e-5)
  }

  @Test func addsAttackersUnderTheQuirk() throws {
    let crafted = try MinSum().craft(.example(line, byzantine: 2, quirks: [.addedAttackers]))
    #expect(crafted.rows == 5)
    #expect(crafted.row(1) == crafted.row(0))
    #expect(Array(crafted.values.dropFirst(6)) == line.values)
  }
}
