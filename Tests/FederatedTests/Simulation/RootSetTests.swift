import Testing

@testable import Federated

@Suite struct RootSetTests {
  @Test(arguments: [
    (100, 0.1, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]),
    (100, 0.8, [2, 80, 2, 2, 2, 3, 2, 2, 2, 3]),
    (100, 0.29, [7, 29, 8, 8, 8, 8, 8, 8, 8, 8]),
    (10, 1, [0, 10, 0, 0, 0, 0, 0, 0, 0, 0]),
    (1, 0.5, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
  ]) func classOneGetsItsBiasAndTheOthersShareTheRest(size: Int, bias: Double, counts: [Int]) {
    #expect(RootSet.counts(size: size, classes: 10, bias: bias) == counts)
    #expect(counts.reduce(0, +) == size)
  }

  private let labels = (0..<500).map { UInt8($0 % 10) }

  @Test func takesThoseSamplesAndLeavesTheOthers() throws {
    let root = try make(size: 60, bias: 0.5, seed: 1)
    let counts = root.indices.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int(labels[$1])] += 1 }
    #expect(counts == RootSet.counts(size: 60, classes: 10, bias: 0.5))
    #expect((root.indices + root.pool).sorted() == Array(labels.indices))
    #expect(root.pool == root.pool.sorted())
  }

  @Test func dependsOnTheSeedAlone() throws {
    let first = try make(size: 60, bias: 0.1, seed: 1).indices
    #expect(try make(size: 60, bias: 0.1, seed: 1).indices == first)
    #expect(try make(size: 60, bias: 0.1, seed: 2).indices != first)
  }

  @Test func refusesMoreThanAClassHas() {
    let error = #expect(throws: SimulationError.self) { try make(size: 100, bias: 0.6, seed: 1) }
    #expect(
      error?.description
        == "the root set wants 60 samples of class 1, but the training set has 50; lower root.size or change root.bias")
  }

  private func make(size: Int, bias: Double, seed: UInt64) throws -> RootSet {
    try RootSet(
      labels: labels, classes: 10, size: size, bias: bias, random: RandomSource(seed: seed, stream: .rootSet))
  }
}
