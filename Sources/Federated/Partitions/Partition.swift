package import Catalogue

/// How the training samples are dealt to the clients.
///
/// Contract: every sample goes to at most one client; equal deals give equal lists; a sample that two pools share goes to
/// the same client under both, so that no other root set reshuffles anybody.
package protocol Partition: Component {
  /// Whether the cell's `bias` means anything under this partition.
  static var usesBias: Bool { get }
  /// Why it cannot deal samples of such owners to so many clients, or nil; what shows only with the data comes later.
  func objection(clients: Int, ownership: Ownership) -> String?
  /// For each client, the indices (into `labels`) of its samples.
  ///
  /// - Throws: `PartitionError.emptyClient` when somebody gets nothing.
  func lists(of deal: Deal) throws -> [[Int]]
}

extension Partition {
  package static var usesBias: Bool { true }
  package func objection(clients: Int, ownership: Ownership) -> String? { nil }
}

/// The samples that a partition deals, and the clients that get them.
package struct Deal {
  /// The class of each training sample.
  package var labels: [UInt8]
  /// The number of each sample's owner; nil where the data set knows none.
  package var owners: [Int]?
  /// The indices that may be dealt, ascending: all but the root set's.
  package var pool: [Int]
  package var classes: Int
  package var clients: Int
  package var bias: Double
  /// `data_seed`.
  package var seed: UInt64
  /// Whether clients that are owners stand in the order of the owners' numbers.
  package var keepsOwnersInOrder = false

  package init(
    labels: [UInt8], owners: [Int]? = nil, pool: [Int], classes: Int, clients: Int, bias: Double, seed: UInt64
  ) {
    (self.labels, self.owners, self.pool) = (labels, owners, pool)
    (self.classes, self.clients, self.bias, self.seed) = (classes, clients, bias, seed)
  }

  /// Numbers of (data_seed, stream `partition`), for a sample, a class or a client.
  func random(_ number: Int = 0, draw: Int = 0) -> RandomSource {
    RandomSource(seed: seed, stream: .partition, round: draw, client: number)
  }

  /// The lists without what is not in the pool, in lists that were dealt from all samples.
  func inPool(_ lists: [[Int]]) -> [[Int]] {
    var isInPool = [Bool](repeating: false, count: labels.count)
    for sample in pool { isInPool[sample] = true }
    return lists.map { $0.filter { isInPool[$0] } }
  }

  /// The lists in random order, so that the malicious clients, which come first, are any of them.
  func permuted(_ lists: [[Int]]) -> [[Int]] {
    var (random, permuted) = (RandomSource(seed: seed, stream: .clientOrder), lists)
    random.shuffle(&permuted)
    return permuted
  }

  /// - Throws: `PartitionError.emptyClient` for the first client without a sample.
  func checked(_ lists: [[Int]], bias: Double? = nil) throws -> [[Int]] {
    if let client = lists.firstIndex(where: \.isEmpty) {
      throw PartitionError.emptyClient(client: client, clients: clients, samples: pool.count, bias: bias)
    }
    return lists
  }
}
