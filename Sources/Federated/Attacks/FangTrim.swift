package import Catalogue

/// Updates just beyond the benign ones, against the direction that the sum of updates takes, coordinate by coordinate.
///
/// Fang et al., "Local model poisoning attacks to Byzantine-robust federated learning", USENIX Security 2020, the
/// attack on trimmed mean and median. With s the sign of the known updates' sum: a is their least value where s > 0 and
/// their largest where s < 0, and each attacker sends a/r where s·a > 0, a·r where s·a < 0, r uniform in [1, 2) for
/// every coordinate and attacker; 0 where s or a is 0. `partial` is the paper's attack with partial knowledge, which
/// guesses the ends from the mean and the sample standard deviation: μ − s·σ·u with u uniform in [3, 4). The paper lets
/// it know the attackers' own updates, which here is `knowledge: own`. Known updates that hold a NaN or infinity are
/// left out; when none is left the attackers send their own. Quirk: `attack-sees-root`.
///
/// Departs from the paper, as the published SkyMask code does, where s·a > 0: the paper draws uniformly between a/2 and a
/// (its b is 2), and a/r of a uniform r lies nearer to a/2: half of it below 2a/3, not 3a/4. And in taking updates where
/// the paper takes models, which moves the zero that a's sign is about.
///
/// - Complexity: O(n · d) time, O(d) extra space.
package struct FangTrim: Attack {
  package static let name = "fang-trim"
  package static let aliases = ["trim_attack"]
  package static let summary = "updates just beyond the benign ones, on the side that hurts"
  package static let source =
    "Fang et al., Local model poisoning attacks to Byzantine-robust federated learning, USENIX Security 2020"
  package static let departures =
    "where the end a lies on the honest side of zero it sends a / r with r uniform in [1, 2), as the published SkyMask"
    + " code does; the paper draws uniformly between a / 2 and a"
  package static let parameters = [
    Parameter("partial", .flag, "whether the ends are guessed from mean and deviation"), Knowledge.parameter,
  ]

  package var partial = false
  package var knowledge = Knowledge.all

  package init() {}

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    knowledge.objection(attack: Self.name, clients: clients, byzantine: byzantine)
  }

  package func work(_ size: RoundSize) -> RoundWork {
    RoundWork(values: 2 * size.values, draws: size.byzantine * size.parameters)
  }

  package func craft(_ round: AttackRound) throws -> Matrix {
    var random = round.random
    return craft(round) { random.fillUniform(&$0) }
  }

  /// - Parameter fillUniform: puts numbers of [0, 1) into an array; called once for each attacker, with d places.
  func craft(_ round: AttackRound, fillUniform: (inout [Float]) -> Void) -> Matrix {
    let known = round.known(knowledge).finite()
    guard round.byzantine > 0, known.count > 0 else { return round.updates }
    let statistics = known.statistics()
    var crafted = round.updates
    var uniform = [Float](repeating: 0, count: crafted.columns)
    for attacker in 0..<round.byzantine {
      fillUniform(&uniform)
      crafted.withMutableRow(attacker) { row in
        if partial {
          Self.guess(statistics, uniform, into: row)
        } else {
          Self.exceed(statistics, uniform, into: row)
        }
      }
    }
    return crafted
  }

  private static func exceed(
    _ statistics: Rows.Statistics, _ uniform: [Float], into row: UnsafeMutableBufferPointer<Float>
  ) {
    for k in row.indices {
      let mean = statistics.mean[k]
      let end = mean > 0 ? statistics.least[k] : statistics.largest[k]
      let r = 1 + uniform[k]
      // s·a > 0 where the end lies on the mean's own side of zero.
      row[k] = mean == 0 ? 0 : (mean > 0) == (end > 0) ? end / r : end * r
    }
  }

  private static func guess(
    _ statistics: Rows.Statistics, _ uniform: [Float], into row: UnsafeMutableBufferPointer<Float>
  ) {
    for k in row.indices {
      let mean = statistics.mean[k]
      let away = statistics.deviation[k] * (3 + uniform[k])
      row[k] = mean > 0 ? mean - away : mean < 0 ? mean + away : mean
    }
  }
}
