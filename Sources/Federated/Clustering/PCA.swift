internal import CLAPACK

/// Principal components of points that are far fewer than their coordinates.
enum PCA {
  /// The points' coordinates on their first principal components, from the Gram matrix of the centred points.
  ///
  /// With n points the n × n Gram matrix has the same non-zero eigenvalues λ as the covariance, and the coordinates are
  /// √λ times its eigenvectors. A component is turned so that its coordinate of largest size is positive; ties go to
  /// the first point. Components beyond the rank are 0.
  ///
  /// - Returns: one list of `components` coordinates for each point.
  /// - Throws: `ClusteringError` when the eigenvalues cannot be found.
  /// - Complexity: O(n³).
  static func coordinates(of gram: Gram, components: Int) throws -> [[Double]] {
    let n = gram.count
    guard n > 0 else { return [] }
    var vectors = gram.products
    var eigenvalues = [Double](repeating: 0, count: n)
    // Row-major and column-major are the same for a symmetric matrix, but not for its eigenvectors: row i of what
    // comes back in column-major order is eigenvector i. Eigenvalues ascend.
    let status = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 86 /* V */, 76 /* L */, Int32(n), &vectors, Int32(n), &eigenvalues)
    guard status == 0 else { throw ClusteringError.eigenvalues(status: Int(status)) }
    var points = [[Double]](repeating: [], count: n)
    let noise = (eigenvalues.last ?? 0) * Double(n) * Double.ulpOfOne
    for component in 0..<components {
      let index = n - 1 - component
      guard index >= 0, eigenvalues[index] > max(0, noise) else {
        for point in 0..<n { points[point].append(0) }
        continue
      }
      let vector = vectors[(index * n)..<((index + 1) * n)]
      var largest = 0.0
      for value in vector where abs(value) > abs(largest) { largest = value }
      let scale = eigenvalues[index].squareRoot() * (largest < 0 ? -1 : 1)
      for (point, value) in vector.enumerated() { points[point].append(scale * value) }
    }
    return points
  }
}

enum ClusteringError: Error, Equatable, CustomStringConvertible {
  case eigenvalues(status: Int)

  var description: String {
    switch self {
    case .eigenvalues(let status): "the eigenvalues of the clients' products cannot be found (LAPACK status \(status))"
    }
  }
}
