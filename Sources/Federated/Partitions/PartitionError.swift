internal import Catalogue

/// What a partition cannot do.
package enum PartitionError: Error, Equatable, CustomStringConvertible {
  /// `bias` is nil where the partition knows none.
  case emptyClient(client: Int, clients: Int, samples: Int, bias: Double?)
  /// The data set does not say whose samples they are.
  case noOwners
  case wrongOwners(owners: Int, clients: Int)

  package var description: String {
    switch self {
    case .emptyClient(let client, let clients, let samples, let bias):
      "client \(client) of \(clients) gets none of the \(samples) samples that root.size leaves; lower 'clients'"
        + (bias.map { " or 'bias' (\(Value.canonical($0).canonicalJSON))" } ?? "")
        + ", or give the data set more samples"
    case .noOwners: "the partition 'natural' needs a data set that says whose each sample is, such as har"
    case .wrongOwners(let owners, let clients):
      "the samples are of \(owners) owners, but 'clients' is \(clients); the partition 'natural' needs as many"
        + " clients as owners"
    }
  }

  /// - Throws: `emptyClient` for the first client without a sample.
  static func check(_ lists: [[Int]], samples: Int, bias: Double?) throws {
    if let client = lists.firstIndex(where: \.isEmpty) {
      throw emptyClient(client: client, clients: lists.count, samples: samples, bias: bias)
    }
  }
}
