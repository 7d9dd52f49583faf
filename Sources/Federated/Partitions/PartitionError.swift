internal import Catalogue

/// What a partition cannot do.
package enum PartitionError: Error, Equatable, CustomStringConvertible {
  /// `bias` is nil where the partition knows none.
  case emptyClient(client: Int, clients: Int, samples: Int, bias: Double?)
  /// The data set does not say whose samples they are.
  case noOwners
  case wrongOwners(owners: Int, clients: Int)
  /// No draw gave every client enough samples.
  case unevenShares(draws: Int, minimum: Int, clients: Int, samples: Int, alpha: Double)
  /// There are more shards than samples.
  case tooManyShards(perClient: Int, clients: Int, samples: Int)

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
    case .unevenShares(let draws, let minimum, let clients, let samples, let alpha):
      "none of \(draws) draws of 'dirichlet' gives each of the \(clients) clients \(minimum) of the \(samples) samples"
        + " that root.size leaves; raise 'partition.alpha' (\(Value.canonical(alpha).canonicalJSON)), lower 'clients'"
        + (minimum > 1 ? " or 'partition.minimum'" : "") + ", or give the data set more samples"
    case .tooManyShards(let perClient, let clients, let samples):
      "'shards' cuts \(perClient) pieces for each of \(clients) clients, but root.size leaves only \(samples) samples;"
        + " lower 'clients' or 'partition.per_client', or give the data set more samples"
    }
  }
}
