package import Catalogue

/// For each class, the clients' shares are drawn from a symmetric Dirichlet distribution of concentration `alpha`.
///
/// Hsu, Qi and Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification",
/// 2019, in the form that has become usual (Yurochkin et al., ICML 2019): they draw a mixture of classes for each
/// client of a fixed size; here each class is shared out among the clients, whose sizes differ. The less `alpha`, the
/// fewer clients hold most of a class; with `alpha` growing it nears equal shares.
///
/// A class's samples are shuffled and cut at ⌊c·N⌋, c the shares added up. As usual, all shares are drawn again until
/// every client has `minimum` samples, here 1 at first; after 100 draws it is an error.
package struct Dirichlet: Partition {
  package static let name = "dirichlet"
  package static let summary = "each class is shared out among the clients by a Dirichlet distribution"
  package static let source =
    "Hsu, Qi, Brown, Measuring the Effects of Non-Identical Data Distribution, arXiv:1909.06335, 2019"
  package static let usesBias = false
  package static let parameters = [
    Parameter(
      "alpha", .number(NumberRange(1e-6...1e9)), "concentration: little makes clients differ, much makes them alike"),
    Parameter("minimum", .integer(1...1_000_000), "shares are drawn again until each client has so many samples"),
  ]

  package var alpha = 0.5
  package var minimum = 1

  package init() {}

  private static let draws = 100

  package func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    let failure = PartitionError.unevenShares(
      draws: Self.draws, minimum: minimum, clients: clients, samples: pool.count, alpha: alpha)
    // No draw could do.
    guard pool.count / clients >= minimum else { throw failure }
    var ofClass = [[Int]](repeating: [], count: classes)
    for sample in pool { ofClass[Int(labels[sample])].append(sample) }
    var random = random
    for label in ofClass.indices { random.shuffle(&ofClass[label]) }
    for _ in 0..<Self.draws {
      let lists = share(ofClass, clients: clients, &random)
      if lists.allSatisfy({ $0.count >= minimum }) { return lists }
    }
    throw failure
  }

  private func share(_ ofClass: [[Int]], clients: Int, _ random: inout RandomSource) -> [[Int]] {
    var lists = [[Int]](repeating: [], count: clients)
    for samples in ofClass {
      let shares = random.dirichlet(alpha, count: clients)
      var (start, sum) = (0, 0.0)
      for client in 0..<clients {
        sum += shares[client]
        let isLast = client == clients - 1
        let end = isLast ? samples.count : min(samples.count, max(start, Int(sum * Double(samples.count))))
        lists[client] += samples[start..<end]
        start = end
      }
    }
    return lists
  }
}
