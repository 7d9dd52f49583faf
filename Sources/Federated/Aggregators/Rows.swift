internal import CKernels

/// Rows of a matrix, and perhaps others, over a range of columns: what the vector loops read.
///
/// Holds the matrix, so the pointers that it lends stay good for as long as the closure runs.
struct Rows {
  private let matrix: Matrix
  private let indices: [Int]
  private let extra: [Float]?
  let columns: Range<Int>

  /// - Parameters:
  ///   - indices: the rows that count, in order; nil for all.
  ///   - extra: one more row after them, as long as the matrix is wide.
  ///   - columns: nil for all.
  init(_ matrix: Matrix, _ indices: [Int]? = nil, extra: [Float]? = nil, columns: Range<Int>? = nil) {
    self.matrix = matrix
    self.indices = indices ?? Array(0..<matrix.rows)
    self.extra = extra
    self.columns = columns ?? 0..<matrix.columns
    precondition(extra.map { $0.count == matrix.columns } ?? true, "a row is as long as the matrix is wide")
    precondition(self.columns.upperBound <= matrix.columns, "columns beyond the matrix")
    precondition(self.indices.allSatisfy { (0..<matrix.rows).contains($0) }, "rows beyond the matrix")
  }

  /// Number of rows, the extra one included.
  var count: Int { indices.count + (extra == nil ? 0 : 1) }

  /// Runs `body` with a pointer to the first of `columns` of each row.
  func withPointers<Result>(
    _ body: (UnsafePointer<UnsafePointer<Float>?>) throws -> Result
  ) rethrows -> Result {
    try matrix.values.withUnsafeBufferPointer { values in
      try (extra ?? []).withUnsafeBufferPointer { extraValues in
        var pointers: [UnsafePointer<Float>?] = indices.map { index in
          values.baseAddress.map { $0 + index * matrix.columns + columns.lowerBound }
        }
        if extra != nil { pointers.append(extraValues.baseAddress.map { $0 + columns.lowerBound }) }
        pointers.append(nil)  // Never empty.
        return try pointers.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { preconditionFailure("a list that is not empty has an address") }
          return try body(base)
        }
      }
    }
  }

  /// For each row, whether all of its values are finite.
  func areFinite() -> [Bool] {
    withPointers { rows in (0..<count).map { skm_all_finite(rows[$0], columns.count) == 1 } }
  }

  /// Those of these rows whose values are all finite, over the whole width of the matrix.
  func finite() -> Rows {
    let whole = Rows(matrix, indices, extra: extra).areFinite()
    let kept = indices.indices.filter { whole[$0] }.map { indices[$0] }
    return Rows(matrix, kept, extra: whole.last == true ? extra : nil, columns: columns)
  }

  /// For each row, its product with `vector`, which is as long as `columns`.
  func products(with vector: [Float]) -> [Double] {
    precondition(vector.count == columns.count, "a product of vectors of two lengths")
    return withPointers { rows in (0..<count).map { skm_dot(rows[$0], vector, columns.count) } }
  }

  /// For each row, the sum of its squares.
  func squaredNorms() -> [Double] {
    withPointers { rows in (0..<count).map { skm_dot(rows[$0], rows[$0], columns.count) } }
  }

  /// Σ weights_i · row_i / divisor. A row of weight 0 is not looked at, so that a NaN in it does no harm.
  func weightedSum(_ weights: [Double], divisor: Double) -> [Float] {
    precondition(weights.count == count, "one weight for each row")
    return filled { skm_weighted_sum($0, weights, count, columns.count, divisor, $1) }
  }

  func mean() -> [Float] {
    weightedSum([Double](repeating: 1, count: count), divisor: Double(count))
  }

  /// By coordinate, the mean without the `trim` least and the `trim` largest; a NaN counts as +∞.
  ///
  /// - Complexity: O(n log² n · d) comparisons, by sorting networks over the rows.
  func trimmedMean(_ trim: Int) -> [Float] {
    precondition(trim >= 0 && 2 * trim < count, "nothing is left of \(count) values without twice \(trim)")
    var scratch = [Float](repeating: 0, count: skm_trimmed_mean_scratch(count))
    return filled { skm_trimmed_mean($0, count, columns.count, trim, &scratch, $1) }
  }

  /// By coordinate, the median, or the mean of the two in the middle; a NaN counts as +∞.
  ///
  /// - Complexity: that of `trimmedMean`.
  func median() -> [Float] { trimmedMean((count - 1) / 2) }

  /// By coordinate.
  struct Statistics {
    var mean: [Float]
    /// The sample standard deviation, with n − 1; 0 for one row.
    var deviation: [Float]
    var least: [Float]
    var largest: [Float]
  }

  func statistics() -> Statistics {
    precondition(count > 0, "no rows, no statistics")
    let zeros = [Float](repeating: 0, count: columns.count)
    var result = Statistics(mean: zeros, deviation: zeros, least: zeros, largest: zeros)
    withPointers {
      skm_column_statistics(
        $0, count, columns.count, &result.mean, &result.deviation, &result.least, &result.largest)
    }
    return result
  }

  private func filled(
    _ body: (UnsafePointer<UnsafePointer<Float>?>, UnsafeMutablePointer<Float>?) -> Void
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: columns.count) { buffer, initialized in
      withPointers { body($0, buffer.baseAddress) }
      initialized = columns.count
    }
  }
}
