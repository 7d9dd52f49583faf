internal import Catalogue

/// A client for each owner that the data set names, with that owner's samples.
///
/// The clients are permuted, so that the malicious ones, which come first, are any of the owners. Quirk:
/// `har-classes-by-name` leaves them in the order of the owners' numbers.
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

  package func lists(of deal: Deal) throws -> [[Int]] {
    guard let owners = deal.owners else { throw PartitionError.noOwners }
    let numbers = Set(owners).sorted()
    guard numbers.count == deal.clients else {
      throw PartitionError.wrongOwners(owners: numbers.count, clients: deal.clients)
    }
    var lists = [[Int]](repeating: [], count: deal.clients)
    let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    for sample in deal.pool {
      if let place = places[owners[sample]] { lists[place].append(sample) }
    }
    return try deal.checked(deal.keepsOwnersInOrder ? lists : deal.permuted(lists))
  }
}
