import TestSupport
import Testing

@testable import Federated

@Suite struct FangKrumTests {
  private let line = Matrix([[1, 0, 0], [3, 0, 0], [2, 0, 0]])
  /// The farthest update is 1 from the mean 2; no distance is summed of 3 clients.
  private let first = 1 / Float(3).squareRoot()

  private func crafted(
    _ updates: Matrix, byzantine: Int, _ knowledge: Knowledge = .all, quirks: Set<Quirk> = []
  ) throws -> Matrix {
    var attack = FangKrum()
    attack.knowledge = knowledge
    return try attack.craft(.example(updates, byzantine: byzantine, quirks: quirks))
  }

  @Test func goesAgainstTheSumWhenKrumTakesIt() throws {
    // Two attackers at one place have the nearest neighbours there are.
    let crafted = try crafted(line, byzantine: 2)
    #expect(relativeError(crafted.row(0), [-first, 0, 0]) < 1e-6)
    #expect(crafted.row(1) == crafted.row(0))
    #expect(crafted.row(2) == line.row(2))
  }

  @Test func endsNextToTheMeanWhenKrumNeverDoes() throws {
    // One attacker is (2 + λ)² from its neighbour, the honest two are 1 from each other.
    let crafted = try crafted(line, byzantine: 1)
    #expect(crafted.row(0) == [2 - first / 65536, 0, 0])
    #expect(crafted.rows == 3)
  }

  @Test func halvesUntilKrumPicks() throws {
    // Mean 2.5. The start: 0.5 has 0 and 1 to its two nearest, over 3, and the farthest is 5.5 from the mean.
    let updates = Matrix([[0.5], [0.5], [-0.5], [4], [8]])
    let start = 1 / 3.0 + 5.5
    #expect(abs(FangKrum.start(Gram(Rows(updates)), byzantine: 1, dimension: 1) - start) < 1e-9)
    // An attacker at −λ beside 0.5, −0.5, 4, 8 has the sum (λ − 0.5)² + (λ + 0.5)², and −0.5 has (λ − 0.5)² + 1: it is
    // picked for λ ≤ 0.5, so after 5.83, 2.92, 1.46 and 0.73 comes 0.36.
    #expect(abs(try crafted(updates, byzantine: 1)[0, 0] + Float(start / 16)) < 1e-6)
  }

  @Test func knowsWhatItIsTold() throws {
    // Benign: 3 and 2, mean 2.5, the farthest 0.5 away.
    let benign = try crafted(line, byzantine: 1, .benign)
    #expect(abs(benign[0, 0] - (2.5 - 0.5 / Float(3).squareRoot() / 32768)) < 1e-6)
    // Own: 1 and 3.
    let own = try crafted(Matrix([[1, 0, 0], [3, 0, 0], [9, 0, 0]]), byzantine: 2, .own)
    #expect(relativeError(own.row(0), [-first, 0, 0]) < 1e-6)
  }

  @Test func addsAttackersUnderTheQuirk() throws {
    let crafted = try crafted(line, byzantine: 1, quirks: [.addedAttackers])
    #expect(crafted.rows == 4)
    #expect(Array(crafted.values.dropFirst(3)) == line.values)
  }

  @Test func seesKrumCountItselfUnderTheQuirk() throws {
    // One neighbour, which is the update itself: all scores are 0, and the first wins.
    let crafted = try crafted(line, byzantine: 1, quirks: [.selfInKrumScore])
    #expect(relativeError(crafted.row(0), [-first, 0, 0]) < 1e-6)
  }

  @Test func trialIsTheRuleItself() throws {
    for seed in 0..<40 as Range<UInt64> {
      let updates = Matrix.random(rows: 9, columns: 3, seed: seed)
      let (f, lambda) = (2, 0.05 * Double(seed))
      let sign = Rows(updates).mean().map { $0 > 0 ? 1 : -1 } as [Float]
      for quirks in [[], [.selfInKrumScore]] as [Set<Quirk>] {
        let trial = KrumTrial(
          Rows(updates, Array(f..<9)), sign, attackers: f, countingItself: !quirks.isEmpty)
        let sent = AttackRound.example(updates, byzantine: f).replacing(
          with: sign.map { -Float(lambda) * $0 }, adding: false)
        var memory = RuleMemory()
        let kept = try #require(
          try Krum().aggregate(.example(sent, byzantine: f, quirks: quirks), memory: &memory).kept)
        #expect(trial.picksAttacker(lambda) == kept.prefix(f).contains(true), "seed \(seed)")
      }
    }
  }
}
