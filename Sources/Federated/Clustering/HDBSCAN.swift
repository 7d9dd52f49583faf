/// Clusters of varying density from a matrix of distances.
///
/// Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density estimates", PAKDD 2013: mutual
/// reachability, minimum spanning tree, condensed tree, clusters by excess of mass. Where the root of the tree itself
/// is the one cluster, its members are the points that stay in it to its last split. This is how the published library
/// hdbscan does it, and labels are numbered as there.
struct HDBSCAN {
  /// The neighbour whose distance is a point's core distance, itself not counted.
  var minimumSamples = 1
  /// A smaller group is no cluster. At least 2.
  var minimumClusterSize: Int
  /// Whether all points together may be one cluster.
  var allowsSingleCluster = true

  /// For each point its cluster, from 0 on, or −1 for noise.
  ///
  /// - Parameter distances: n × n, row-major, symmetric, without NaN.
  /// - Complexity: O(n² log n).
  func labels(distances: [Double], count n: Int) -> [Int] {
    precondition(distances.count == n * n, "a matrix of distances is square")
    precondition(minimumClusterSize >= 2 && minimumSamples >= 1, "clusters have at least two points")
    guard n >= 2 else { return [Int](repeating: -1, count: n) }
    let tree = CondensedTree(
      Self.merges(edges: spanningTree(reachability(distances, n), n), n), points: n,
      minimumClusterSize: minimumClusterSize)
    return tree.labels(allowsSingleCluster: allowsSingleCluster)
  }

  /// max(distance, core distance of the one, core distance of the other).
  private func reachability(_ distances: [Double], _ n: Int) -> [Double] {
    let cores = (0..<n).map { i in
      (0..<n).map { distances[i * n + $0] }.sorted()[min(minimumSamples, n - 1)]
    }
    var result = distances
    for i in 0..<n {
      for j in 0..<n { result[i * n + j] = max(distances[i * n + j], cores[i], cores[j]) }
    }
    return result
  }

  struct Edge {
    var a: Int
    var b: Int
    var length: Double
  }

  /// Prim's tree from point 0, edges by length.
  ///
  /// An edge names the point that was added before, not the one that it hangs on; merged by length, both give the same
  /// groups.
  private func spanningTree(_ distances: [Double], _ n: Int) -> [Edge] {
    var edges: [Edge] = []
    var outside = Array(1..<n)
    var reach = [Double](repeating: .infinity, count: n)
    var current = 0
    while !outside.isEmpty {
      var best = 0
      for (index, point) in outside.enumerated() {
        reach[point] = min(reach[point], distances[current * n + point])
        if reach[point] < reach[outside[best]] { best = index }
      }
      let next = outside.remove(at: best)
      edges.append(Edge(a: current, b: next, length: reach[next]))
      current = next
    }
    // Swift's sort is stable: edges of one length keep their order.
    return edges.sorted { $0.length < $1.length }
  }

  /// Two groups that become one: points are 0..<n, merge i makes group n + i.
  struct Merge {
    var left: Int
    var right: Int
    var length: Double
    var size: Int
  }

  private static func merges(edges: [Edge], _ n: Int) -> [Merge] {
    var groupOf = Array(0..<n)
    var members = (0..<n).map { [$0] }
    var merges: [Merge] = []
    for edge in edges {
      let (left, right) = (groupOf[edge.a], groupOf[edge.b])
      let joined = members[left] + members[right]
      for point in joined { groupOf[point] = n + merges.count }
      members.append(joined)
      (members[left], members[right]) = ([], [])
      merges.append(Merge(left: left, right: right, length: edge.length, size: joined.count))
    }
    return merges
  }
}
