import Testing

@testable import Federated

@Suite struct PartitionContractTests {
  private static let labels = (0..<1000).map { UInt8($0 * 7 % 10) }
  /// Some samples are out, as the root set's are.
  private static let pool = (0..<1000).filter { $0 % 9 != 0 }

  @Test(arguments: Partitions.all.indices) func dealsEverySampleOnce(member: Int) throws {
    for clients in [1, 7, 10, 20, 33] {
      let lists = try deal(member, clients: clients, seed: 1)
      #expect(lists.count == clients)
      #expect(lists.joined().sorted() == Self.pool)
    }
  }

  @Test(arguments: Partitions.all.indices) func dependsOnTheSeedAlone(member: Int) throws {
    let first = try deal(member, clients: 20, seed: 1)
    #expect(try deal(member, clients: 20, seed: 1) == first)
    #expect(try deal(member, clients: 20, seed: 2) != first)
  }

  @Test(arguments: Partitions.all.indices) func nobodyIsLeftWithNothing(member: Int) {
    #expect(throws: PartitionError.self) { try deal(member, clients: 900, seed: 1) }
  }

  private func deal(_ member: Int, clients: Int, seed: UInt64) throws -> [[Int]] {
    try Partitions.all[member].init().lists(
      of: Deal(
        labels: Self.labels, owners: Self.labels.indices.map { $0 % clients }, pool: Self.pool, classes: 10,
        clients: clients, bias: 0.5, seed: seed))
  }
}
