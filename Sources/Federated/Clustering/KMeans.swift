/// k-means in the plane: points dealt to the nearest of k centres that are the means of what they get.
///
/// Starts by k-means++ (Arthur and Vassilvitskii, SODA 2007), ends when no point moves or after 300 rounds, and keeps
/// the best of several tries; ties go to the first. A centre that loses its last point stays where it is.
enum KMeans {
  struct Result: Equatable {
    /// For each point, its cluster, 0..<k.
    var labels: [Int]
    var centres: [SIMD2<Double>]
    /// The sum of squared distances to the centres.
    var inertia: Double
  }

  /// - Parameter tries: with a far point or two, one try in six finds the best two groups of twenty points; fifty miss
  ///   them once in ten thousand times.
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

  /// Centres drawn from the points, each with a chance in proportion to its squared distance from those before.
  private static func spread(_ points: [SIMD2<Double>], _ k: Int, _ random: inout RandomSource) -> [SIMD2<Double>] {
    var centres = [points[random.integer(below: points.count)]]
    while centres.count < k {
      let distances = points.map { nearest($0, centres).distance }
      var left = random.uniform() * distances.reduce(0, +)
      var chosen = points.count - 1
      for (index, distance) in distances.enumerated() where distance > 0 {
        chosen = index
        left -= distance
        if left < 0 { break }
      }
      centres.append(points[chosen])
    }
    return centres
  }

  private static func lloyd(_ points: [SIMD2<Double>], from start: [SIMD2<Double>]) -> Result {
    var centres = start
    var labels = points.map { nearest($0, centres).index }
    for _ in 0..<300 {
      var sums = [SIMD2<Double>](repeating: .zero, count: centres.count)
      var counts = [Double](repeating: 0, count: centres.count)
      for (point, label) in zip(points, labels) {
        sums[label] += point
        counts[label] += 1
      }
      for cluster in centres.indices where counts[cluster] > 0 { centres[cluster] = sums[cluster] / counts[cluster] }
      let moved = points.map { nearest($0, centres).index }
      if moved == labels { break }
      labels = moved
    }
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
