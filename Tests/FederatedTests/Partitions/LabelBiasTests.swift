import Testing

@testable import Federated

/// 20,000 samples, 2,000 of each of 10 classes.
private let labels = (0..<20_000).map { UInt8($0 % 10) }

@Suite struct LabelBiasTests {
  @Test func fullBiasGivesEachClientOneClass() throws {
    let counts = try classCounts(clients: 20, bias: 1)
    let owners = (0..<10).map { label in counts.count { $0[label] > 0 } }
    #expect(owners == [Int](repeating: 2, count: 10))
    #expect(counts.allSatisfy { client in client.count { $0 > 0 } == 1 })
  }

  @Test func theMaliciousAreSpreadOverTheGroups() throws {
    let counts = try classCounts(clients: 100, bias: 1)
    let classes = Set(counts.prefix(20).compactMap { $0.firstIndex { $0 > 0 } })
    // Unpermuted, the first 20 clients would be those of the classes 0 and 1.
    #expect(classes.count >= 6)
  }

  @Test func aGroupGetsItsBiasOfItsClassAndAnEvenShareOfTheOthers() throws {
    let counts = try classCounts(clients: 100, bias: 0.5)
    // Half of a group's own class against an eighteenth of each other: a client's most frequent class is its group's.
    let groups = counts.map { client in client.firstIndex(of: client.max() ?? 0) ?? -1 }
    #expect((0..<10).map { group in groups.count { $0 == group } } == [Int](repeating: 10, count: 10))
    for label in 0..<10 {
      for group in 0..<10 {
        let received = zip(counts, groups).reduce(0) { $1.1 == group ? $0 + $1.0[label] : $0 }
        let (mean, deviation) = label == group ? (1000.0, 22.4) : (111.1, 10.2)
        #expect(abs(Double(received) - mean) < 4 * deviation, "class \(label), group \(group): \(received)")
      }
    }
  }

  @Test func biasOfOneOverClassesIsUniform() throws {
    let counts = try classCounts(clients: 100, bias: 0.1)
    // 1,000 places that expect 20 each: χ² has a mean of 990 (the classes' totals are given) and a deviation of 44.5.
    let chiSquared = counts.joined().reduce(0) { $0 + Double(($1 - 20) * ($1 - 20)) / 20 }
    #expect(abs(chiSquared - 990) < 4 * 44.5)
  }

  @Test func clientsOfAGroupGetAboutTheSame() throws {
    let sizes = try classCounts(clients: 10, bias: 0.5).map { $0.reduce(0, +) }
    // Each is binomial of 20,000 and 1/10: a deviation of 42.4 at most.
    #expect(sizes.allSatisfy { abs($0 - 2000) < 170 })
  }

  @Test func groupsAreEqualWhereTheyCanBe() {
    #expect(
      (0..<10).map { LabelBias.members(of: $0, classes: 10, clients: 100) }.map(\.count)
        == [Int](repeating: 10, count: 10))
    #expect((0..<4).map { LabelBias.members(of: $0, classes: 4, clients: 6) } == [0..<1, 1..<3, 3..<4, 4..<6])
    #expect((0..<4).map { LabelBias.members(of: $0, classes: 4, clients: 2) } == [0..<1, 0..<1, 1..<2, 1..<2])
  }

  @Test func withFewerClientsThanClassesEachHasSeveralGroups() throws {
    // CIFAR-100 with 40 clients: the group of class y is client ⌊y·40/100⌋ before they are permuted.
    let labels = (0..<5000).map { UInt8($0 % 100) }
    let lists = try LabelBias().lists(
      of: Deal(labels: labels, pool: Array(labels.indices), classes: 100, clients: 40, bias: 1, seed: 1))
    let classes = lists.map { Set($0.map { Int(labels[$0]) }) }
    #expect(Set(classes) == Set((0..<40).map { client in Set((0..<100).filter { $0 * 40 / 100 == client }) }))
    #expect(lists.joined().count == 5000)
  }

  @Test func saysWhichSettingsLeaveAClientWithNothing() {
    let error = #expect(throws: PartitionError.self) {
      try LabelBias().lists(
        of: Deal(labels: labels, pool: [0, 10, 20], classes: 10, clients: 10, bias: 1, seed: 1))
    }
    guard case .emptyClient(let client, 10, 3, 1) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      error?.description
        == "client \(client) of 10 gets none of the 3 samples that root.size leaves; lower 'clients' or 'bias' (1),"
        + " or give the data set more samples")
  }

  /// For each client, its samples of each class.
  private func classCounts(clients: Int, bias: Double) throws -> [[Int]] {
    let lists = try LabelBias().lists(
      of: Deal(labels: labels, pool: Array(labels.indices), classes: 10, clients: clients, bias: bias, seed: 1))
    return lists.map { $0.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int(labels[$1])] += 1 } }
  }
}
