package import Catalogue

/// How the training samples are dealt to the clients.
///
/// Contract: every sample goes to at most one client; the same (seed, arguments) give the same lists.
package protocol Partition: Component {
  /// Whether the cell's `bias` means anything under this partition.
  static var usesBias: Bool { get }
  /// For each client, the indices (into `labels`) of its samples.
  ///
  /// - Parameters:
  ///   - pool: the indices that may be dealt (the root set is out already).
  ///   - random: numbers of (data_seed, stream `partition`).
  /// - Throws: `PartitionError.emptyClient` when somebody gets nothing.
  func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]]
}

extension Partition {
  package static var usesBias: Bool { true }
}
