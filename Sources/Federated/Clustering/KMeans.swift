/// k-means in the plane: points dealt to the nearest of k centres that are the means of what they get.
///
/// Starts by greedy k-means++ (Arthur and Vassilvitskii, SODA 2007): each centre after the first is the best of
/// 2 + ⌊ln k⌋ points that are drawn in proportion to their squared distance from the centres before. Ends when no point
/// moves, when the centres' squared moves add up to at most 1e-4 of the points' mean variance, or after 300 rounds, and
/// keeps the best of several tries; ties go to the first. One try is what scikit-learn's KMeans does with one start,
/// but for its random numbers. A centre that loses its last point stays where it is.
enum KMeans {
  struct Result: Equatable {
    /// For each point, its cluster, 0..<k.
    var labels: [Int]
    var centres: [SIMD2<Double>]
    /// The sum of squared distances to the centres.
    var inertia: Double
  }

  /// - Precondition: at least one point, k ≥ 1.
  /// - Complexity: O(tries · rounds · n · k).
  static func cluster(_ points: [SIMD2<Double>], k: Int, tries: Int = 50, random: inout RandomSource) -> Result {
    precondition(!points.isEmpty && k >= 1 && tries >= 1, "k-means needs points, clusters and a try")
    var best = lloyd(points, from: spread(points, k, &random))
    for _ in 1..<tries {
      let result = lloyd(points, from: spread(points, k, &random))
      if result.inertia < best.inertia { best = result }
    }
    return best
  }

  /// Greedy k-means++.
  private static func spread(_ points: [SIMD2<Double>], _ k: Int, _ random: inout RandomSource) -> [SIMD2<Double>] {
    var centres = [points[random.integer(below: points.count)]]
    var distances = points.map { squared($0 - centres[0]) }
    let candidates = 2 + Int(Functions.log(Double(k)))
    while centres.count < k {
      let total = distances.reduce(0, +)
      let drawn = (0..<candidates).map { _ in index(of: random.uniform() * total, in: distances) }
      var best: (centre: SIMD2<Double>, distances: [Double], total: Double)?
      for candidate in drawn {
        let left = zip(points, distances).map { min(squared($0 - points[candidate]), $1) }
        let total = left.reduce(0, +)
        if best.map({ total < $0.total }) ?? true { best = (points[candidate], left, total) }
      }
      guard let best else { break }
      centres.append(best.centre)
      distances = best.distances
    }
    return centres
  }

  /// The first place at which the sum of the weights so far reaches `value`.
  private static func index(of value: Double, in weights: [Double]) -> Int {
    var sum = 0.0
    for (index, weight) in weights.enumerated() {
      sum += weight
      if sum >= value { return index }
    }
    return weights.count - 1
  }

  private static func squared(_ d: SIMD2<Double>) -> Double { d.x * d.x + d.y * d.y }

  private static func lloyd(_ points: [SIMD2<Double>], from start: [SIMD2<Double>]) -> Result {
    let mean = points.reduce(.zero, +) / Double(points.count)
    let tolerance = 1e-4 * points.reduce(0) { $0 + squared($1 - mean) } / Double(2 * points.count)
    var centres = start
    var labels: [Int] = []
    for _ in 0..<300 {
      let dealt = points.map { nearest($0, centres).index }
      var sums = [SIMD2<Double>](repeating: .zero, count: centres.count)
      var counts = [Double](repeating: 0, count: centres.count)
      for (point, label) in zip(points, dealt) {
        sums[label] += point
        counts[label] += 1
      }
      let before = centres
      for cluster in centres.indices where counts[cluster] > 0 { centres[cluster] = sums[cluster] / counts[cluster] }
      if dealt == labels { break }
      labels = dealt
      if zip(centres, before).reduce(0, { $0 + squared($1.0 - $1.1) }) <= tolerance { break }
    }
    labels = points.map { nearest($0, centres).index }
    return Result(labels: labels, centres: centres, inertia: points.reduce(0) { $0 + nearest($1, centres).distance })
  }

  /// The nearest centre and the squared distance to it; ties go to the first.
  private static func nearest(
    _ point: SIMD2<Double>, _ centres: [SIMD2<Double>]
  ) -> (index: Int, distance: Double) {
    var best = (index: 0, distance: Double.infinity)
    for (index, centre) in centres.enumerated() {
      let d = point - centre
      let distance = d.x * d.x + d.y * d.y
      if distance < best.distance { best = (index, distance) }
    }
    return best
  }
}
