import Testing

@testable import Federated

@Suite struct OwnerRootSetTests {
  private func root(_ owners: [Int], share: Double, seed: UInt64 = 1) -> RootSet {
    RootSet(owners: owners, share: share, random: RandomSource(seed: seed, stream: .rootSet))
  }

  @Test func takesAShareOfEachOwnersSamples() {
    let owners = (0..<1000).map { $0 < 300 ? 4 : $0 < 310 ? 1 : 2 }
    let root = root(owners, share: 0.03)
    // 9 of 300, one at least of 10, ⌊20.7⌋ of 690.
    #expect([4, 1, 2].map { owner in root.indices.count { owners[$0] == owner } } == [9, 1, 20])
    #expect((root.indices + root.pool).sorted() == Array(0..<1000))
    #expect(root.pool == root.pool.sorted())
  }

  @Test func dependsOnTheSeedAlone() {
    let owners = (0..<200).map { $0 % 5 }
    #expect(root(owners, share: 0.1).indices == root(owners, share: 0.1).indices)
    #expect(root(owners, share: 0.1).indices != root(owners, share: 0.1, seed: 2).indices)
  }
}
