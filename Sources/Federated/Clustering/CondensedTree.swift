/// HDBSCAN's tree of clusters, without the splits that only shed a few points.
///
/// Clusters are numbered from n, the root, on, parents before children. λ is 1 / distance.
struct CondensedTree {
  struct Row {
    var parent: Int
    /// A point below n, or a cluster.
    var child: Int
    /// Where the child leaves its parent.
    var lambda: Double
    /// The number of points in the child.
    var size: Int
  }

  private let points: Int
  private(set) var rows: [Row] = []
  private var clusters = 1

  /// - Parameter merges: the n − 1 merges of the single linkage tree, shortest first.
  init(_ merges: [HDBSCAN.Merge], points: Int, minimumClusterSize: Int) {
    self.points = points
    var clusterOf = [Int: Int]()
    clusterOf[2 * points - 2] = points
    // Breadth first, as clusters are numbered in the order of their splits.
    var queue = [2 * points - 2]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      guard node >= points, let cluster = clusterOf[node] else { continue }
      let merge = merges[node - points]
      let lambda = merge.length > 0 ? 1 / merge.length : .infinity
      let children = [merge.left, merge.right]
      let sizes = children.map { $0 < points ? 1 : merges[$0 - points].size }
      let isSplit = sizes.allSatisfy { $0 >= minimumClusterSize }
      for (child, size) in zip(children, sizes) {
        if isSplit {
          clusterOf[child] = points + clusters
          rows.append(Row(parent: cluster, child: points + clusters, lambda: lambda, size: size))
          clusters += 1
          queue.append(child)
        } else if size >= minimumClusterSize {
          clusterOf[child] = cluster
          queue.append(child)
        } else {
          for point in Self.leaves(child, merges, points) {
            rows.append(Row(parent: cluster, child: point, lambda: lambda, size: 1))
          }
        }
      }
    }
  }

  private static func leaves(_ node: Int, _ merges: [HDBSCAN.Merge], _ points: Int) -> [Int] {
    var found: [Int] = []
    var queue = [node]
    while let next = queue.popLast() {
      if next < points {
        found.append(next)
      } else {
        queue += [merges[next - points].right, merges[next - points].left]
      }
    }
    return found
  }

  /// For each point, its cluster by excess of mass, numbered from 0 in the order of the tree; −1 for noise.
  func labels(allowsSingleCluster: Bool) -> [Int] {
    let selected = selection(allowsSingleCluster: allowsSingleCluster)
    var parents = [Int](repeating: -1, count: points + clusters)
    var lambdas = [Double](repeating: 0, count: points + clusters)
    for row in rows { (parents[row.child], lambdas[row.child]) = (row.parent, row.lambda) }
    let number = Dictionary(uniqueKeysWithValues: selected.enumerated().map { ($1, $0) })
    let lastOfRoot = rows.filter { $0.parent == points }.map(\.lambda).max() ?? 0
    return (0..<points).map { point in
      var cluster = parents[point]
      while number[cluster] == nil, cluster > points { cluster = parents[cluster] }
      guard let label = number[cluster] else { return -1 }
      return cluster > points || lambdas[point] >= lastOfRoot ? label : -1
    }
  }

  /// The clusters that last longer, in points times λ, than their parts do.
  private func selection(allowsSingleCluster: Bool) -> [Int] {
    var birth = [Double](repeating: 0, count: clusters)
    for row in rows where row.child >= points { birth[row.child - points] = row.lambda }
    var stability = [Double](repeating: 0, count: clusters)
    for row in rows {
      // Points at distance 0 leave at an infinite λ: a cluster born there has no time to last.
      let life = row.lambda == birth[row.parent - points] ? 0 : row.lambda - birth[row.parent - points]
      stability[row.parent - points] += life * Double(row.size)
    }
    var isSelected = [Bool](repeating: true, count: clusters)
    isSelected[0] = allowsSingleCluster
    for cluster in stride(from: clusters - 1, through: allowsSingleCluster ? 0 : 1, by: -1) {
      let parts = rows.filter { $0.parent == cluster + points && $0.child >= points }.map { $0.child - points }
      let together = parts.reduce(0) { $0 + stability[$1] }
      if together > stability[cluster] {
        isSelected[cluster] = false
        stability[cluster] = together
      } else {
        var below = parts
        while let part = below.popLast() {
          isSelected[part] = false
          below += rows.filter { $0.parent == part + points && $0.child >= points }.map { $0.child - points }
        }
      }
    }
    return isSelected.indices.filter { isSelected[$0] }.map { $0 + points }
  }
}
