internal import CKernels

/// Which clients' masks are like the root's: SkyMask's binary masks, principal components and clusters.
enum MaskClustering {
  /// The centred products of the binary masks σ(m) > threshold.
  ///
  /// Counting common ones of packed bits is exact and fast: n² · d / 64 words.
  static func gram(of masks: Matrix, threshold: Float) -> Gram {
    let (n, words) = (masks.rows, (masks.columns + 63) / 64)
    var bits = [UInt64](repeating: 0, count: n * words)
    var common = [Double](repeating: 0, count: n * n)
    masks.values.withUnsafeBufferPointer { values in
      bits.withUnsafeMutableBufferPointer { bits in
        guard let from = values.baseAddress, let to = bits.baseAddress else { return }
        for i in 0..<n {
          skm_mask_bits(from + i * masks.columns, masks.columns, threshold, to + i * words)
          for j in 0...i {
            let count = Double(skm_common_bits(to + i * words, to + j * words, words))
            (common[i * n + j], common[j * n + i]) = (count, count)
          }
        }
      }
    }
    // Taking off the mean of all points takes off the products' row means and column means.
    let means = (0..<n).map { i in common[(i * n)..<((i + 1) * n)].reduce(0, +) / Double(n) }
    let mean = means.reduce(0, +) / Double(n)
    for i in 0..<n {
      for j in 0..<n { common[i * n + j] += mean - means[i] - means[j] }
    }
    return Gram(count: n, products: common)
  }

  /// For each point, whether it is in the last point's cluster.
  ///
  /// The points are those of `PCA.plane`. Points of no spread are one cluster.
  ///
  /// - Parameter tries: starts of k-means, of which the best starts the mixture of `two` and `bic`.
  static func likeTheLast(
    _ points: [SIMD2<Double>], clusters: MaskClusters, tries: Int = 50, random: inout RandomSource
  ) -> [Bool] {
    let all = [Bool](repeating: true, count: points.count)
    guard let last = points.last, points.contains(where: { $0 != last }) else { return all }
    switch clusters {
    case .one: return all
    case .auto: return MarginTest.likeTheLast(points, random: &random)
    case .two, .bic:
      let two = GaussianMixture(points, components: 2, tries: tries, random: &random)
      if clusters == .bic {
        let one = GaussianMixture(points, components: 1, tries: 1, random: &random)
        if one.bayesianInformation <= two.bayesianInformation { return all }
      }
      let labels = two.labels(points)
      return labels.map { $0 == labels.last }
    }
  }
}
