import Testing

@testable import Federated

/// 10,000 samples, 1,000 of each of 10 classes.
private let labels = (0..<10_000).map { UInt8($0 % 10) }

@Suite struct DirichletTests {
  private func deal(
    alpha: Double, clients: Int, minimum: Int = 1, samples: Int = 10_000, seed: UInt64 = 1
  ) throws -> [[Int]] {
    var partition = Dirichlet()
    (partition.alpha, partition.minimum) = (alpha, minimum)
    return try partition.lists(
      of: Deal(
        labels: Array(labels.prefix(samples)), pool: Array(0..<samples), classes: 10, clients: clients, bias: 0,
        seed: seed))
  }

  /// For each client, its samples of each class.
  private func counts(_ lists: [[Int]]) -> [[Int]] {
    lists.map { $0.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int(labels[$1])] += 1 } }
  }

  @Test func sharesHaveTheMeanAndTheVarianceOfTheDistribution() throws {
    // A share of Dirichlet(alpha, …, alpha) over n has mean 1/n and variance (1/n)(1 − 1/n)/(n·alpha + 1).
    let (clients, alpha) = (5, 0.8)
    var (sum, squares, number) = (0.0, 0.0, 0.0)
    for seed in 0..<60 {
      for client in counts(try deal(alpha: alpha, clients: clients, seed: UInt64(seed))) {
        for count in client {
          let share = Double(count) / 1000
          sum += share
          squares += (share - 0.2) * (share - 0.2)
          number += 1
        }
      }
    }
    // Every class is dealt out whole, so the mean is no chance.
    #expect(abs(sum / number - 0.2) < 1e-12)
    let variance = 0.2 * 0.8 / 5
    // 600 draws of five shares: the estimate's deviation is below 5 % of it.
    #expect(abs(squares / number / variance - 1) < 0.15)
  }

  @Test func aGreatAlphaDealsEvenly() throws {
    let all = counts(try deal(alpha: 1e6, clients: 10)).joined()
    // The deviation of a share is √(0.09 / 10⁷) = 1e-4: a tenth of a sample.
    #expect(all.allSatisfy { abs($0 - 100) <= 1 })
  }

  @Test func aSmallAlphaGivesMostOfAClassToOneClient() throws {
    let all = counts(try deal(alpha: 0.05, clients: 5))
    let greatest = (0..<10).map { label in all.map { $0[label] }.max() ?? 0 }
    #expect(greatest.reduce(0, +) > 7500)
  }

  @Test func aClassIsShuffledBeforeItIsCut() throws {
    let lists = try deal(alpha: 100, clients: 2)
    let zeros = lists[0].filter { labels[$0] == 0 }
    #expect(zeros != zeros.sorted() && Set(zeros).count == zeros.count)
  }

  @Test func drawsAgainUntilEveryClientHasEnough() throws {
    // At alpha 0.1, 20 clients of 10 classes often have one below 50 samples.
    let first = try deal(alpha: 0.1, clients: 20).map(\.count)
    let seed = try #require(
      try (1...50).first { try (deal(alpha: 0.1, clients: 20, seed: UInt64($0)).map(\.count).min() ?? 0) < 50 })
    let lists = try deal(alpha: 0.1, clients: 20, minimum: 50, seed: UInt64(seed))
    #expect(lists.allSatisfy { $0.count >= 50 })
    #expect(lists.joined().sorted() == Array(0..<10_000))
    #expect(try deal(alpha: 0.1, clients: 20).map(\.count) == first)
  }

  @Test func saysWhichSettingsLeaveAClientWithTooLittle() {
    let says = { (text: String, body: () throws -> [[Int]]) in
      let error = #expect(throws: PartitionError.self) { try body() }
      #expect(error?.description == text)
    }
    says(
      "none of 100 draws of 'dirichlet' gives each of the 40 clients 1 of the 100 samples that root.size leaves; raise"
        + " 'partition.alpha' (0.001), lower 'clients', or give the data set more samples"
    ) { try deal(alpha: 0.001, clients: 40, samples: 100) }
    says(
      "none of 100 draws of 'dirichlet' gives each of the 40 clients 3 of the 100 samples that root.size leaves; raise"
        + " 'partition.alpha' (5), lower 'clients' or 'partition.minimum', or give the data set more samples"
    ) { try deal(alpha: 5, clients: 40, minimum: 3, samples: 100) }
  }
}
