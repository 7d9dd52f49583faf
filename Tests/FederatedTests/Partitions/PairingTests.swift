import Catalogue
import Testing

@testable import Federated

/// Whatever a comparison holds fixed must not move.
@Suite struct PairingTests {
  private static let partitions: [Value] = [
    .string("label-bias"), .string("iid"), .map(["dirichlet": .map(["alpha": .number(0.5)])]), .string("shards"),
    .string("natural"),
  ]

  /// For each training sample its client; nil for the server's.
  private func clients(_ partition: Value, _ changes: [String: Value] = [:]) throws -> [Int?] {
    let dataset: Value = .map([
      "synthetic-features": .map([
        "owners": .integer(6), "classes": .integer(4), "train": .integer(1200), "test": .integer(40),
      ])
    ])
    let base: [String: Value] = ["partition": partition, "dataset": dataset, "clients": .integer(6)]
    let simulation = try Simulation(
      settings: smallSettings(base.merging(changes) { $1 }), dataFolder: DataFolder("/nowhere"))
    var clients = [Int?](repeating: nil, count: 1200)
    for (client, owned) in simulation.owned.enumerated() {
      for sample in owned { clients[sample] = client }
    }
    #expect(clients.count { $0 == nil } == simulation.root.indices.count)
    return clients
  }

  @Test(arguments: partitions)
  func anotherRootSetReshufflesNobody(_ partition: Value) throws {
    let before = try clients(partition)
    for changes in [["root.size": .integer(70)], ["root.bias": .number(0.7)]] as [[String: Value]] {
      let after = try clients(partition, changes)
      let both = zip(before, after).filter { $0.0 != nil && $0.1 != nil }
      #expect(both.count > 1050)
      #expect(both.count { $0.0 != $0.1 } == 0, "\(changes)")
    }
  }

  @Test(arguments: partitions)
  func aLargerRootSetHoldsTheSmallerOne(_ partition: Value) throws {
    let (small, large) = (try clients(partition), try clients(partition, ["root.size": .integer(80)]))
    #expect(zip(small, large).allSatisfy { $0.0 != nil || $0.1 == nil })
  }

  @Test func participantsOfFewerAreAmongThoseOfMore() throws {
    let drawn = { (count: Int) in
      var settings = try smallSettings([
        "clients_per_round": .integer(count), "record": .list([.string("selection")]), "rounds": .integer(8),
      ])
      settings.aggregator = OddRows()
      return try run(settings).selections.map { Set($0.rows.compactMap(\.client)) }
    }
    let (few, more) = (try drawn(2), try drawn(4))
    #expect(zip(few, more).allSatisfy { $0.isSubset(of: $1) })
  }
}
