/// k-means: points dealt to the nearest of k centres that are the means of what they get.
///
/// Starts by k-means++ (Arthur and Vassilvitskii, SODA 2007), ends when no point moves or after 300 rounds, and keeps the
/// best of several restarts; ties go to the first. A centre that loses its last point stays where it is.
enum KMeans {
  struct Result: Equatable {
    /// For each point, its cluster, 0..<k.
    var labels: [Int]
    var centres: [[Double]]
    /// The sum of squared distances to the centres.
    var inertia: Double
  }

  /// - Precondition: at least one point, k ≥ 1.
  /// - Complexity: O(restarts · rounds · n · k · dimensions).
  static func cluster(_ points: [[Double]], k: Int, restarts: Int = 10, random: inout RandomSource) -> Result {
    precondition(!points.isEmpty && k >= 1 && restarts >= 1, "k-means needs points, clusters and a try")
    var best: Result?
    for _ in 0..<restarts {
      let result = lloyd(points, from: spread(points, k, &random))
      if best.map({ result.inertia < $0.inertia }) ?? true { best = result }
    }
    guard let best else { preconditionFailure("there was a try") }
    return best
  }

  /// Centres drawn from the points, each with a chance in proportion to its squared distance from those before.
  private static func spread(_ points: [[Double]], _ k: Int, _ random: inout RandomSource) -> [[Double]] {
    var centres = [points[random.integer(below: points.count)]]
    while centres.count < k {
      let distances = points.map { nearest($0, centres).distance }
      let total = distances.reduce(0, +)
      var left = random.uniform() * total
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

  private static func lloyd(_ points: [[Double]], from start: [[Double]]) -> Result {
    var centres = start
    var labels = points.map { nearest($0, centres).index }
    for _ in 0..<300 {
      for cluster in centres.indices {
        let own = points.indices.filter { labels[$0] == cluster }
        guard !own.isEmpty else { continue }
        centres[cluster] = centres[cluster].indices.map { axis in
          own.reduce(0) { $0 + points[$1][axis] } / Double(own.count)
        }
      }
      let moved = points.map { nearest($0, centres).index }
      if moved == labels { break }
      labels = moved
    }
    return Result(
      labels: labels, centres: centres, inertia: points.reduce(0) { $0 + nearest($1, centres).distance })
  }

  /// The nearest centre and the squared distance to it; ties go to the first.
  private static func nearest(_ point: [Double], _ centres: [[Double]]) -> (index: Int, distance: Double) {
    var best = (index: 0, distance: Double.infinity)
    for (index, centre) in centres.enumerated() {
      let distance = zip(point, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      if distance < best.distance { best = (index, distance) }
    }
    return best
  }
}
