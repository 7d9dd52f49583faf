package import Catalogue

/// The samples sorted by class and cut into `per_client` pieces for each client, which gets as many at random.
///
/// McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017. With two
/// pieces most clients hold samples of two classes only. Samples of a class stay in the data set's order. Departs from
/// the paper where the pieces cannot be equal: their sizes differ by one at most then.
package struct Shards: Partition {
  package static let name = "shards"
  package static let summary = "the samples sorted by class and cut; each client gets 'per_client' of the pieces"
  package static let source = "McMahan et al., Communication-Efficient Learning of Deep Networks, AISTATS 2017"
  package static let usesBias = false
  package static let parameters = [
    Parameter("per_client", .integer(1...1_000_000), "pieces that each client gets")
  ]

  package var perClient = 2

  package init() {}

  package func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    let count = clients * perClient
    guard count <= pool.count else {
      throw PartitionError.tooManyShards(perClient: perClient, clients: clients, samples: pool.count)
    }
    var ofClass = [[Int]](repeating: [], count: classes)
    for sample in pool { ofClass[Int(labels[sample])].append(sample) }
    let sorted = Array(ofClass.joined())
    var (random, shards) = (random, Array(0..<count))
    random.shuffle(&shards)
    return (0..<clients).map { client in
      shards[(client * perClient)..<((client + 1) * perClient)].flatMap { shard in
        sorted[(shard * sorted.count / count)..<((shard + 1) * sorted.count / count)]
      }
    }
  }
}
