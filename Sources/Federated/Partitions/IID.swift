internal import Catalogue

/// The samples in random order, cut into pieces whose sizes differ by one at most.
package struct IID: Partition {
  package static let name = "iid"
  package static let summary = "the samples shuffled and dealt evenly"
  package static let usesBias = false

  package init() {}

  package func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    var (random, shuffled) = (random, pool)
    random.shuffle(&shuffled)
    let lists = (0..<clients).map { client in
      Array(shuffled[(client * pool.count / clients)..<((client + 1) * pool.count / clients)])
    }
    try PartitionError.check(lists, samples: pool.count, bias: nil)
    return lists
  }
}
