/// A row-major matrix of floats, clients × parameters, with value semantics.
package struct Matrix: Sendable, Equatable {
  package let rows: Int
  package let columns: Int
  package var values: [Float]

  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "a matrix of \(rows) × \(columns) has \(values.count) values")
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// A copy of a row.
  package func row(_ index: Int) -> [Float] { Array(values[(index * columns)..<((index + 1) * columns)]) }

  package func range(ofRow index: Int) -> Range<Int> { (index * columns)..<((index + 1) * columns) }

  /// Runs `body` with a row that it may change.
  package mutating func withMutableRow<Result>(
    _ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let range = range(ofRow: index)
    return try values.withUnsafeMutableBufferPointer { try body(UnsafeMutableBufferPointer(rebasing: $0[range])) }
  }
}
