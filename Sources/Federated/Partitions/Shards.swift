package import Catalogue

/// The samples sorted by class and cut into `per_client` pieces for each client, which gets as many at random.
///
/// McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017. With two
/// pieces most clients hold samples of two classes only. Samples of a class stay in the data set's order. Departs from
/// the paper where the pieces cannot be equal: their sizes differ by one at most then. They are cut before the root set
/// is taken out, so that another root set moves no sample from client to client.
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

  package func lists(of deal: Deal) throws -> [[Int]] {
    let count = deal.clients * perClient
    guard count <= deal.pool.count else {
      throw PartitionError.tooManyShards(perClient: perClient, clients: deal.clients, samples: deal.pool.count)
    }
    var ofClass = [[Int]](repeating: [], count: deal.classes)
    for (sample, label) in deal.labels.enumerated() { ofClass[Int(label)].append(sample) }
    let sorted = Array(ofClass.joined())
    var (random, shards) = (deal.random(), Array(0..<count))
    random.shuffle(&shards)
    let lists = (0..<deal.clients).map { client in
      shards[(client * perClient)..<((client + 1) * perClient)].flatMap { shard in
        sorted[(shard * sorted.count / count)..<((shard + 1) * sorted.count / count)]
      }
    }
    return try deal.checked(deal.inPool(lists))
  }
}
