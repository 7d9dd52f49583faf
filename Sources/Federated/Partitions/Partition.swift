package import Catalogue

/// How the training samples are dealt to the clients.
///
/// Contract: every sample goes to at most one client; the same (seed, arguments) give the same lists.
package protocol Partition: Component {
  /// Whether the cell's `bias` means anything under this partition.
  static var usesBias: Bool { get }
  /// Why it cannot deal samples of such owners to so many clients, or nil; what shows only with the data comes later.
  func objection(clients: Int, ownership: Ownership) -> String?
  /// For each client, the indices (into `labels`) of its samples.
  ///
  /// - Parameters:
  ///   - pool: the indices that may be dealt (the root set is out already).
  ///   - random: numbers of (data_seed, stream `partition`).
  /// - Throws: `PartitionError.emptyClient` when somebody gets nothing.
  func deal(
    pool: [Int], labels: [UInt8], classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]]
  /// The same, for a partition that goes by whose samples they are.
  ///
  /// - Parameter owners: for each sample the number of its owner; nil where the data set knows none.
  func deal(
    pool: [Int], labels: [UInt8], owners: [Int]?, classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]]
}

extension Partition {
  package static var usesBias: Bool { true }
  package func objection(clients: Int, ownership: Ownership) -> String? { nil }
  package func deal(
    pool: [Int], labels: [UInt8], owners: [Int]?, classes: Int, clients: Int, bias: Double, random: RandomSource
  ) throws -> [[Int]] {
    try deal(pool: pool, labels: labels, classes: classes, clients: clients, bias: bias, random: random)
  }
}
