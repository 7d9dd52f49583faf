package import Catalogue

/// For each class, the clients' shares are drawn from a symmetric Dirichlet distribution of concentration `alpha`.
///
/// Hsu, Qi and Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification",
/// 2019, in the form that has become usual (Yurochkin et al., ICML 2019): they draw a mixture of classes for each
/// client of a fixed size; here each class is shared out among the clients, whose sizes differ. The less `alpha`, the
/// fewer clients hold most of a class; with `alpha` growing it nears equal shares.
///
/// A class's samples are shuffled and cut at ⌊c·N⌋, c the shares added up, before the root set is taken out, so that
/// another root set moves no sample from client to client. As usual, all shares are drawn again until every client has
/// `minimum` samples, here 1 at first; after 100 draws it is an error.
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

  package func lists(of deal: Deal) throws -> [[Int]] {
    let failure = PartitionError.unevenShares(
      draws: Self.draws, minimum: minimum, clients: deal.clients, samples: deal.pool.count, alpha: alpha)
    // No draw could do.
    guard deal.pool.count / deal.clients >= minimum else { throw failure }
    var ofClass = [[Int]](repeating: [], count: deal.classes)
    for (sample, label) in deal.labels.enumerated() { ofClass[Int(label)].append(sample) }
    for label in ofClass.indices {
      var random = deal.random(label)
      random.shuffle(&ofClass[label])
    }
    for draw in 1...Self.draws {
      let lists = deal.inPool(share(ofClass, of: deal, draw: draw))
      if lists.allSatisfy({ $0.count >= minimum }) { return lists }
    }
    throw failure
  }

  private func share(_ ofClass: [[Int]], of deal: Deal, draw: Int) -> [[Int]] {
    let clients = deal.clients
    var lists = [[Int]](repeating: [], count: clients)
    for (label, samples) in ofClass.enumerated() {
      var random = deal.random(label, draw: draw)
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
