import Testing

@testable import Federated

@Suite struct MarginTestTests {
  private func random(_ seed: UInt64) -> RandomSource { RandomSource(seed: seed, stream: .clustering) }

  private func cloud(_ count: Int, _ random: inout RandomSource) -> [SIMD2<Double>] {
    (0..<count).map { _ in
      let x = random.gaussian()
      return SIMD2(x, random.gaussian())
    }
  }

  // MARK: the widest cut

  /// 0, 1, 9 and 10 on a line: a gap of 8, sides of deviation 1/2, half of the points on each, so 8 · 1/2 / (1/2).
  @Test func marginIsThatByHand() throws {
    for line in [SIMD2(1.0, 0), SIMD2(0, 1), SIMD2(3, -4)] {
      let cut = try #require(WidestCut([0, 1, 9, 10].map { line * $0 + SIMD2(5, 7) }))
      #expect(abs(cut.margin - 8) < 1e-9)
      #expect(cut.isUpper == [false, false, true, true] || cut.isUpper == [true, true, false, false])
    }
  }

  /// 0, 0, 0 and 4, with a spread of 0 within: σ is 1e-6 of √3, the deviation of all four.
  @Test func deviationWithinHasAFloor() throws {
    let cut = try #require(WidestCut([SIMD2(0, 0), SIMD2(0, 0), SIMD2(0, 0), SIMD2(4, 0)]))
    #expect(abs(cut.margin / 1e6 - 4 * 3.0.squareRoot() / 4 / 3.0.squareRoot()) < 1e-9)
  }

  @Test func stretchingChangesNothing() throws {
    var random = random(1)
    // The first axis is the longer one before and after, so that both are sphered alike.
    let points = cloud(15, &random).map { SIMD2(5 * $0.x, $0.y) }
    let stretched = points.map { SIMD2(900 * $0.x + 40, 0.02 * $0.y - 3 * $0.x) }
    let (one, other) = (try #require(WidestCut(points)), try #require(WidestCut(stretched)))
    #expect(abs(one.margin - other.margin) < 1e-9 * one.margin)
    #expect(one.isUpper == other.isUpper)
  }

  @Test func noCutOfASlopingDirectionIsWider() throws {
    var random = random(2)
    var points = cloud(12, &random)
    for index in 0..<5 { points[index] += SIMD2(4, 7) }
    let cut = try #require(WidestCut(points))
    #expect(Set(cut.isUpper[..<5]).count == 1 && Set(cut.isUpper[5...]).count == 1)
    #expect(cut.isUpper[0] != cut.isUpper[5])
  }

  @Test func equalPointsHaveNoCut() {
    #expect(WidestCut([]) == nil)
    #expect(WidestCut([SIMD2(2, 3)]) == nil)
    #expect(WidestCut([SIMD2(2, 3), SIMD2(2, 3), SIMD2(2, 3), SIMD2(2, 3)]) == nil)
  }

  // MARK: the test

  private func isSplit(_ points: [SIMD2<Double>], _ random: inout RandomSource) -> Bool {
    MarginTest.likeTheLast(points, random: &random).contains(false)
  }

  @Test func oneNormalCloudIsSplitInAtMostOneOfTwentyDraws() {
    let splits = (0..<100 as Range<UInt64>).count { seed in
      var random = random(seed)
      return isSplit(cloud(21, &random), &random)
    }
    #expect(splits <= 5, "\(splits)")
  }

  /// The reference itself, stretched. Of 60 draws 3 are split on average, 8 and more with a probability below 0.01.
  @Test func uniformCloudIsSplitInAboutOneOfTwentyDraws() {
    let splits = (0..<60 as Range<UInt64>).count { seed in
      var random = random(seed)
      var points: [SIMD2<Double>] = []
      while points.count < 15 {
        let x = 2 * random.uniform() - 1
        let point = SIMD2(x, 2 * random.uniform() - 1)
        if point.x * point.x + point.y * point.y < 1 { points.append(point * SIMD2(50, 3)) }
      }
      return isSplit(points, &random)
    }
    #expect(splits < 8, "\(splits)")
  }

  @Test(arguments: [(20, 4), (20, 10), (20, 16), (40, 8)]) func twoFarGroupsAreAlwaysSplit(count: Int, first: Int) {
    for seed in 0..<5 as Range<UInt64> {
      var random = random(seed)
      var points = cloud(count, &random)
      for index in 0..<first { points[index].y += 15 }
      points[count - 1] = SIMD2(0.5, 0)
      #expect(MarginTest.likeTheLast(points, random: &random) == (0..<count).map { $0 >= first })
    }
  }

  /// Attackers that all send the same update have equal masks.
  @Test func equalPointsBesideACloudAreSplitOff() {
    var random = random(4)
    var points = cloud(21, &random)
    for index in 0..<4 { points[index] = SIMD2(6, 2) }
    #expect(MarginTest.likeTheLast(points, random: &random) == (0..<21).map { $0 >= 4 })
  }

  /// Groups about 0 and 10, tight enough that no reference comes near: only the root's place decides.
  @Test(arguments: [(0, true), (3, true), (4.5, false), (-2, true)]) func rootBetweenTheGroupsPreventsTheSplit(
    root: Double, isSplit: Bool
  ) {
    var random = random(1)
    let line = (0..<16).map { Double($0 % 4) / 8 - 0.1875 }
    let points = line.enumerated().map { SIMD2($1 + ($0 < 6 ? 10 : 0), 0) } + [SIMD2(root, 0)]
    #expect(self.isSplit(points, &random) == isSplit)
  }

  @Test func rootAwayFromAllClientsIsNotSplitOff() {
    var random = random(2)
    #expect(!isSplit(cloud(20, &random) + [SIMD2(90, 0)], &random))
  }

  /// The same clients, with the root in the larger or the smaller group.
  @Test(arguments: [(7.0, true, false), (20, true, true), (0, false, false)]) func majorityIsRejectedOnStrongerEvidence(
    distance: Double, minority: Bool, majority: Bool
  ) {
    var random = random(3)
    var clients = cloud(20, &random)
    for index in 0..<5 { clients[index].x += distance }
    #expect(isSplit(clients + [SIMD2(0, 0)], &random) == minority)
    #expect(isSplit(clients + [SIMD2(distance, 0)], &random) == majority)
  }

  @Test func sameNumbersGiveTheSameAnswer() {
    var source = random(9)
    let points = cloud(20, &source)
    var (one, other) = (random(5), random(5))
    #expect(MarginTest.likeTheLast(points, random: &one) == MarginTest.likeTheLast(points, random: &other))
    #expect(one.next() == other.next())
  }

  @Test func threePointsAndEqualPointsAreOneGroup() {
    var random = random(1)
    #expect(MarginTest.likeTheLast([], random: &random) == [])
    #expect(MarginTest.likeTheLast([SIMD2(1, 2)], random: &random) == [true])
    #expect(!isSplit([SIMD2(0, 0), SIMD2(100, 0), SIMD2(0, 0)], &random))
    #expect(!isSplit([SIMD2(1, 2), SIMD2(1, 2), SIMD2(1, 2), SIMD2(1, 2)], &random))
  }
}
