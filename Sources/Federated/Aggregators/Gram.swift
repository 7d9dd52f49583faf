internal import CKernels

/// The products of all pairs of rows, once their mean is taken off unless it must stay, in double.
///
/// One product of matrices gives every distance of a round. Taking the mean off first keeps the digits that
/// ‖a‖² + ‖b‖² − 2a·b loses when rows lie close together and far from zero.
///
/// - Complexity: O(n² · d) time, O(n²) space and a tile.
struct Gram {
  /// Number of rows.
  let count: Int
  /// Symmetric, row-major.
  let products: [Double]

  /// - Parameter centred: false leaves the mean, for cosines.
  init(_ rows: Rows, centred: Bool = true) {
    count = rows.count
    var scratch = [Double](repeating: 0, count: skm_gram_scratch(rows.count))
    products = [Double](unsafeUninitializedCapacity: rows.count * rows.count) { buffer, initialized in
      rows.withPointers { skm_gram($0, rows.count, rows.columns.count, centred ? 1 : 0, &scratch, buffer.baseAddress) }
      initialized = rows.count * rows.count
    }
  }

  init(count: Int, products: [Double]) {
    precondition(products.count == count * count, "a Gram matrix is square")
    (self.count, self.products) = (count, products)
  }

  subscript(i: Int, j: Int) -> Double { products[i * count + j] }

  /// ‖row i − row j‖².
  func squaredDistance(_ i: Int, _ j: Int) -> Double {
    max(0, self[i, i] + self[j, j] - 2 * self[i, j])
  }

  /// The largest squared distance of two rows; 0 when there are fewer.
  var largestSquaredDistance: Double {
    var largest = 0.0
    for i in 0..<count {
      for j in 0..<i { largest = max(largest, squaredDistance(i, j)) }
    }
    return largest
  }
}
