internal import CKernels

/// Principal components of points that are far fewer than their coordinates.
enum PCA {
  /// The points in the plane of their first two principal components, from the Gram matrix of the centred points.
  ///
  /// With n points the n × n Gram matrix has the same non-zero eigenvalues λ as the covariance, times n − 1, and the
  /// coordinates are √λ times its eigenvectors. A component is turned so that its coordinate of largest size is
  /// positive; ties go to the first point. Components beyond the rank are 0.
  ///
  /// - Throws: `ClusteringError` when the eigenvalues cannot be found.
  /// - Complexity: O(n³).
  static func plane(of gram: Gram) throws -> [SIMD2<Double>] {
    let n = gram.count
    guard n > 0 else { return [] }
    var vectors = gram.products
    var eigenvalues = [Double](repeating: 0, count: n)
    var scratch = [Double](repeating: 0, count: skm_symmetric_eigen_scratch(n))
    // Eigenvalues ascend; row i becomes eigenvector i.
    guard skm_symmetric_eigen(n, &vectors, &eigenvalues, &scratch) == 0 else { throw ClusteringError.eigenvalues }
    var points = [SIMD2<Double>](repeating: .zero, count: n)
    let noise = max(0, (eigenvalues.last ?? 0) * Double(n) * Double.ulpOfOne)
    for component in 0..<min(2, n) where eigenvalues[n - 1 - component] > noise {
      let index = n - 1 - component
      let vector = vectors[(index * n)..<((index + 1) * n)]
      var largest = 0.0
      for value in vector where abs(value) > abs(largest) { largest = value }
      let scale = eigenvalues[index].squareRoot() * (largest < 0 ? -1 : 1)
      for (point, value) in vector.enumerated() { points[point][component] = scale * value }
    }
    return points
  }
}

package enum ClusteringError: Error, Equatable, CustomStringConvertible {
  case eigenvalues

  package var description: String {
    switch self {
    case .eigenvalues: "the eigenvalues of the clients' products cannot be found"
    }
  }
}
