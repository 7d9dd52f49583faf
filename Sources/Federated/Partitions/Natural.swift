internal import Catalogue

/// A client for each owner that the data set names, with that owner's samples.
///
/// The clients are permuted, so that the malicious ones, which come first, are any of the owners.
package struct Natural: Partition {
  package static let name = "natural"
  package static let summary = "a client for each person or device that the data set names"
  package static let usesBias = false

  package init() {}

  package func objection(clients: Int, ownership: Ownership) -> String? {
    switch ownership {
    case .nobody: PartitionError.noOwners.description
    case .owners(let owners) where owners != clients:
      PartitionError.wrongOwners(owners: owners, clients: clients).description
    case .owners, .unknown: nil
    }
  }

  package func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    throw PartitionError.noOwners
  }

  package func deal(
    pool: [Int], labels: [UInt8], owners: [Int]?, classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    guard let owners else { throw PartitionError.noOwners }
    let numbers = Set(owners).sorted()
    guard numbers.count == clients else {
      throw PartitionError.wrongOwners(owners: numbers.count, clients: clients)
    }
    var lists = [[Int]](repeating: [], count: clients)
    let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    for sample in pool {
      if let place = places[owners[sample]] { lists[place].append(sample) }
    }
    var random = random
    random.shuffle(&lists)
    try PartitionError.check(lists, samples: pool.count, bias: nil)
    return lists
  }
}
