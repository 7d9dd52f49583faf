import Testing

@testable import Federated

@Suite struct NaturalTests {
  private let owners = [7, 7, 3, 9, 3, 7, 9, 9]

  private func deal(
    _ owners: [Int]?, clients: Int, pool: [Int] = Array(0..<8), inOrder: Bool = false, seed: UInt64 = 1
  ) throws -> [[Int]] {
    var deal = Deal(
      labels: [UInt8](repeating: 0, count: 8), owners: owners, pool: pool, classes: 2, clients: clients, bias: 0,
      seed: seed)
    deal.keepsOwnersInOrder = inOrder
    return try Natural().lists(of: deal)
  }

  @Test func givesEachClientAnOwnersSamples() throws {
    let lists = try deal(owners, clients: 3)
    #expect(Set(lists) == [[0, 1, 5], [2, 4], [3, 6, 7]])
    let orders = try Set((0..<20).map { try deal(owners, clients: 3, seed: $0).map(\.count) })
    #expect(orders.count > 1, "clients are permuted")
  }

  @Test func keepsTheOrderOfTheOwnersWhereItIsTold() throws {
    for seed in 0..<5 as Range<UInt64> {
      #expect(try deal(owners, clients: 3, inOrder: true, seed: seed) == [[2, 4], [0, 1, 5], [3, 6, 7]])
    }
  }

  @Test func saysWhatItCannotDo() {
    let says = { (text: String, body: () throws -> [[Int]]) in
      let error = #expect(throws: PartitionError.self) { try body() }
      #expect(error?.description == text)
    }
    says("the partition 'natural' needs a data set that says whose each sample is, such as har") {
      try deal(nil, clients: 3)
    }
    says(
      "the samples are of 3 owners, but 'clients' is 4; the partition 'natural' needs as many clients as owners"
    ) { try deal(owners, clients: 4) }
    says(
      "client 0 of 3 gets none of the 6 samples that root.size leaves; lower 'clients', or give the data set more samples"
    ) { try deal(owners, clients: 3, pool: [0, 1, 3, 5, 6, 7], inOrder: true) }
  }
}
