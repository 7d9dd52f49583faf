import Foundation
import Testing

@testable import Federated

@Suite struct ClusteringTests {
  private func random(_ seed: UInt64 = 1) -> RandomSource { RandomSource(seed: seed, stream: .clustering) }

  // MARK: PCA

  @Test func componentsOfALineAreTheDistancesAlongIt() throws {
    // (0,0), (3,4), (6,8): centred at (3,4), 5 apart.
    let gram = Gram(Rows(Matrix([[0, 0], [3, 4], [6, 8]])))
    let points = try PCA.plane(of: gram)
    for (point, expected) in zip(points, [5, 0, -5.0]) {
      #expect(abs(point[0] - expected) < 1e-9)
      #expect(point[1] == 0)
    }
  }

  @Test func componentsKeepDistancesInThePlane() throws {
    let matrix = Matrix([[1, 2], [4, 0], [-1, 3], [2, 2]])
    let gram = Gram(Rows(matrix))
    let points = try PCA.plane(of: gram)
    for i in 0..<4 {
      for j in 0..<4 {
        let d = points[i] - points[j]
        let squared = d.x * d.x + d.y * d.y
        #expect(abs(squared - gram.squaredDistance(i, j)) < 1e-9)
      }
    }
    for component in 0..<2 {
      let values = points.map { $0[component] }
      #expect(values.max { abs($0) < abs($1) } ?? 0 > 0)
    }
  }

  @Test func componentsBeyondTheRankAreZero() throws {
    #expect(try PCA.plane(of: Gram(count: 1, products: [0])) == [.zero])
    #expect(try PCA.plane(of: Gram(count: 0, products: [])) == [])
    #expect(
      try PCA.plane(of: Gram(Rows(Matrix([[7, 7], [7, 7], [7, 7]]))))
        == [.zero, .zero, .zero])
  }

  // MARK: k-means

  @Test func kMeansFindsTwoHeaps() {
    var random = random()
    let result = KMeans.cluster([[0, 0], [0, 1], [9, 9], [9, 8], [1, 0]] as [SIMD2], k: 2, random: &random)
    #expect(result.labels[0] == result.labels[1] && result.labels[0] == result.labels[4])
    #expect(result.labels[2] == result.labels[3] && result.labels[2] != result.labels[0])
    #expect(abs(result.inertia - (4.0 / 3 + 0.5)) < 1e-12)
  }

  @Test func kMeansOfEqualPointsIsOneCluster() {
    var random = random()
    let result = KMeans.cluster([[2, 1], [2, 1], [2, 1]] as [SIMD2], k: 2, random: &random)
    #expect(result.labels == [0, 0, 0])
    #expect(result.inertia == 0)
  }

  @Test func kMeansIsTheSameForTheSameNumbers() {
    let points: [SIMD2<Double>] = (0..<30).map { i in
      let (x, y) = (Double(i * i % 17), Double(i * 7 % 11))
      return SIMD2(x, y)
    }
    var (first, second) = (random(), random())
    #expect(
      KMeans.cluster(points, k: 4, tries: 3, random: &first) == KMeans.cluster(points, k: 4, tries: 3, random: &second))
  }

  // MARK: a line

  /// Every way to cut the sorted numbers into k runs.
  private func plainCost(_ sorted: ArraySlice<Double>, _ k: Int) -> Double {
    func spread(_ part: ArraySlice<Double>) -> Double {
      let mean = part.reduce(0, +) / Double(part.count)
      return part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    guard k > 1, sorted.count > 1 else { return spread(sorted) }
    var best = spread(sorted)
    for cut in (sorted.startIndex + 1)..<sorted.endIndex {
      let cost: Double = plainCost(sorted[..<cut], k - 1) + spread(sorted[cut...])
      best = min(best, cost)
    }
    return best
  }

  @Test func groupsOnALineAreTheBestOfAllCuts() {
    var random = random()
    let values = (0..<9).map { _ in random.gaussian() }
    let costs = LineClustering(values, most: 4).costs
    for k in 1...4 { #expect(abs(costs[k - 1] - plainCost(values.sorted()[...], k)) < 1e-12) }
  }

  @Test func upperHalfIsTheHigherOfTwoHeaps() {
    #expect(LineClustering([1, 9, 2, 8, 1.5], most: 2).isInUpperHalf() == [false, true, false, true, false])
    #expect(LineClustering([3, 3, 3], most: 2).isInUpperHalf() == [false, false, false])
    #expect(LineClustering([3], most: 2).isInUpperHalf() == [false])
  }

  @Test func gapStatisticCountsHeaps() {
    func ripple(_ place: Int) -> Double { Double(place % 7) / 10 }
    let one = (0..<40).map { place in ripple(place) + Double(place) / 20 }
    var random = random()
    #expect(GapStatistic.groups(one, random: &random) == 1)
    let two = (0..<40).map { place in ripple(place) + (place < 10 ? 30 : 5) }
    #expect(GapStatistic.groups(two, random: &random) == 2)
    let three = (0..<40).map { place in ripple(place) + [0, 5, 100][place % 3] }
    #expect(GapStatistic.groups(three, random: &random) == 3)
    #expect(GapStatistic.groups([1, 1, 1, 1, 7, 7], random: &random) == 2)
    #expect(GapStatistic.groups([2, 2, 2], random: &random) == 1)
    #expect(GapStatistic.groups([1, 9], random: &random) == 1)
  }

  // MARK: Gaussian mixture

  @Test func oneComponentHasMeanAndCovarianceOfThePoints() {
    var random = random()
    let points = [SIMD2(0.0, 0), SIMD2(2, 0), SIMD2(0, 2), SIMD2(2, 2)]
    let mixture = GaussianMixture(points, components: 1, random: &random)
    let component = mixture.components[0]
    #expect(abs(component.weight - 1) < 1e-12)
    #expect(abs(component.mean.x - 1) < 1e-12 && abs(component.mean.y - 1) < 1e-12)
    #expect(abs(component.covariance[0] - 1.000001) < 1e-12)
    #expect(abs(component.covariance[1]) < 1e-12)
    // Four points one deviation off in both axes: −log 2π − 1 each.
    #expect(abs(mixture.logLikelihood - 4 * (-1.8378770664093453 - 1)) < 1e-5)
    // 5 parameters, n = 4.
    #expect(abs(mixture.bayesianInformation - (5 * 1.3862943611198906 - 2 * mixture.logLikelihood)) < 1e-12)
  }

  @Test func informationCriterionPrefersOneComponentForOneCloudAndTwoForTwo() throws {
    func alike(_ matrix: Matrix, _ clusters: MaskClusters, tries: Int) throws -> [Bool] {
      var random = random()
      return try MaskClustering.likeTheLast(
        PCA.plane(of: Gram(Rows(matrix))), clusters: clusters, tries: tries, random: &random)
    }
    let cloud = Matrix.random(rows: 40, columns: 2)
    let all = [Bool](repeating: true, count: 40)
    #expect(try alike(cloud, .bic, tries: 50) == all)
    #expect(try alike(cloud, .one, tries: 50) == all)
    #expect(try alike(cloud, .two, tries: 1).contains(false))
    var two = cloud
    for row in 0..<10 { two[row, 0] += 30 }
    #expect(try alike(two, .bic, tries: 50) == (0..<40).map { $0 >= 10 })
    #expect(try alike(two, .one, tries: 50) == all)
  }

  @Test func equalMasksAreAlike() throws {
    var random = random()
    let masks = Matrix(rows: 5, columns: 70, values: [Float](repeating: 1, count: 350))
    let gram = MaskClustering.gram(of: masks, threshold: 0.5)
    #expect(gram.products == [Double](repeating: 0, count: 25))
    for clusters in MaskClusters.allCases {
      #expect(
        try MaskClustering.likeTheLast(PCA.plane(of: gram), clusters: clusters, random: &random)
          == [true, true, true, true, true])
    }
  }

  @Test func gramOfMasksIsThatOfTheirBits() {
    let masks = Matrix.random(rows: 7, columns: 200)
    let bits = Matrix(rows: 7, columns: 200, values: masks.values.map { 1 / (1 + exp(Double(-$0))) > 0.6 ? 1 : 0 })
    let (fast, plain) = (MaskClustering.gram(of: masks, threshold: 0.6), Gram(Rows(bits)))
    for (a, b) in zip(fast.products, plain.products) { #expect(abs(a - b) < 1e-9) }
  }

  // MARK: HDBSCAN

  private func distances(_ line: [Double]) -> [Double] {
    line.flatMap { a in line.map { abs(a - $0) } }
  }

  @Test func hdbscanFindsTwoHeapsAndNoise() {
    let line = [0, 1, 2, 3, 100, 101, 102, 103, 1000.0]
    let labels = HDBSCAN(minimumClusterSize: 3).labels(distances: distances(line), count: line.count)
    #expect(labels == [0, 0, 0, 0, 1, 1, 1, 1, -1])
  }

  @Test func hdbscanKeepsTheCoreOfASingleCluster() {
    // Single linkage joins the first four at 1 and loses the others one by one.
    let line = [0, 1, 2, 3, 13, 33.0]
    let labels = HDBSCAN(minimumClusterSize: 4).labels(distances: distances(line), count: line.count)
    #expect(labels == [0, 0, 0, 0, -1, -1])
    let none = HDBSCAN(minimumClusterSize: 4, allowsSingleCluster: false)
    #expect(none.labels(distances: distances(line), count: line.count) == [-1, -1, -1, -1, -1, -1])
  }

  @Test func hdbscanOfEqualOrFewPointsAnswers() {
    #expect(HDBSCAN(minimumClusterSize: 2).labels(distances: [], count: 0) == [])
    #expect(HDBSCAN(minimumClusterSize: 2).labels(distances: [0], count: 1) == [-1])
    let equal = HDBSCAN(minimumClusterSize: 3).labels(distances: [Double](repeating: 0, count: 25), count: 5)
    #expect(equal == [0, 0, 0, 0, 0])
    let large = HDBSCAN(minimumClusterSize: 9).labels(distances: distances([1, 2, 4]), count: 3)
    #expect(large == [0, 0, 0])
  }
}
