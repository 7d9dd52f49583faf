internal import Catalogue

/// The samples in random order, cut into pieces whose sizes differ by one at most.
///
/// They are cut before the root set is taken out, so that another root set moves no sample from client to client; sizes
/// differ by what it takes from each.
package struct IID: Partition {
  package static let name = "iid"
  package static let summary = "the samples shuffled and dealt evenly"
  package static let usesBias = false

  package init() {}

  package func lists(of deal: Deal) throws -> [[Int]] {
    var (random, shuffled) = (deal.random(), Array(deal.labels.indices))
    random.shuffle(&shuffled)
    let pieces = (0..<deal.clients).map { client in
      Array(shuffled[(client * shuffled.count / deal.clients)..<((client + 1) * shuffled.count / deal.clients)])
    }
    return try deal.checked(deal.inPool(pieces))
  }
}
