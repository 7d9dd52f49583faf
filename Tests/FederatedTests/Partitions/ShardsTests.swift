import Testing

@testable import Federated

@Suite struct ShardsTests {
  private func deal(_ labels: [UInt8], classes: Int, clients: Int, perClient: Int, seed: UInt64 = 1) throws -> [[Int]] {
    var partition = Shards()
    partition.perClient = perClient
    return try partition.lists(
      of: Deal(
        labels: labels, pool: Array(labels.indices), classes: classes, clients: clients, bias: 0, seed: seed))
  }

  @Test func piecesAreRunsOfTheSamplesSortedByClass() throws {
    // Sorted by class: 1 4 7 | 0 3 6 | 2 5 8, in pieces of three.
    let labels: [UInt8] = [1, 0, 2, 1, 0, 2, 1, 0, 2]
    let lists = try deal(labels, classes: 3, clients: 3, perClient: 1)
    #expect(Set(lists) == [[1, 4, 7], [0, 3, 6], [2, 5, 8]])
    let orders = try Set((0..<20).map { try deal(labels, classes: 3, clients: 3, perClient: 1, seed: $0) })
    #expect(orders.count > 1, "the pieces are dealt at random")
  }

  @Test func aClientHoldsAsManyClassesAsItHasPiecesAtMost() throws {
    // 1,200 of each of 10 classes in 200 pieces of 60: no piece has two classes.
    let labels = (0..<12_000).map { UInt8($0 % 10) }
    let lists = try deal(labels, classes: 10, clients: 100, perClient: 2)
    #expect(lists.allSatisfy { $0.count == 120 })
    let classes = lists.map { Set($0.map { labels[$0] }).count }
    #expect(classes.allSatisfy { $0 <= 2 })
    // A client's second piece is of another class with probability 180/199: 90.5 of 100 clients, give or take 2.9.
    #expect(abs(Double(classes.count { $0 == 2 }) - 90.5) < 12)
  }

  @Test func sizesDifferByOneForEachPieceAtMost() throws {
    let lists = try deal((0..<103).map { UInt8($0 % 3) }, classes: 3, clients: 5, perClient: 2)
    #expect(lists.allSatisfy { (20...22).contains($0.count) })
    #expect(lists.joined().sorted() == Array(0..<103))
  }

  @Test func saysWhichSettingsMakeTooManyPieces() {
    let error = #expect(throws: PartitionError.self) {
      try deal([0, 1, 0, 1, 0], classes: 2, clients: 2, perClient: 3)
    }
    #expect(
      error?.description
        == "'shards' cuts 3 pieces for each of 2 clients, but root.size leaves only 5 samples; lower 'clients' or"
        + " 'partition.per_client', or give the data set more samples")
  }
}
