import Testing

@testable import Federated

@Suite struct IIDTests {
  @Test func sizesDifferByOneAtMost() throws {
    let lists = try deal(samples: 11, clients: 4)
    #expect(lists.map(\.count) == [2, 3, 3, 3])
  }

  @Test func saysWhichSettingsLeaveAClientWithNothing() {
    let error = #expect(throws: PartitionError.self) { try deal(samples: 3, clients: 4) }
    #expect(
      error?.description
        == "client 0 of 4 gets none of the 3 samples that root.size leaves; lower 'clients', or give the data set"
        + " more samples")
  }

  private func deal(samples: Int, clients: Int) throws -> [[Int]] {
    try IID().lists(
      of: Deal(
        labels: [UInt8](repeating: 0, count: samples), pool: Array(0..<samples), classes: 1, clients: clients, bias: 0,
        seed: 1))
  }
}
