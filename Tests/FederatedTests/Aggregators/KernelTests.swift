import CKernels
import Foundation
import Testing

@testable import Federated

/// Each vector loop against a plain twin in double.
@Suite struct KernelTests {
  static let shapes = [
    (1, 1), (2, 3), (3, 16), (4, 17), (5, 1030), (7, 256), (9, 511), (13, 513), (33, 70), (100, 40),
  ]

  @Test(arguments: shapes) func gramIsThatOfCentredRows(n: Int, d: Int) {
    let matrix = Matrix.random(rows: n, columns: d)
    let gram = Gram(Rows(matrix))
    let means = (0..<d).map { k in (0..<n).reduce(0.0) { $0 + Double(matrix[$1, k]) } / Double(n) }
    for i in 0..<n {
      for j in [0, i / 2, i, n - 1] {
        let plain = (0..<d).reduce(0.0) {
          $0 + (Double(matrix[i, $1]) - means[$1]) * (Double(matrix[j, $1]) - means[$1])
        }
        #expect(abs(gram[i, j] - plain) <= 1e-12 * Double(d))
        #expect(gram[i, j] == gram[j, i])
      }
    }
  }

  @Test(arguments: shapes) func gramThatKeepsTheMeanIsThatOfTheRows(n: Int, d: Int) {
    let matrix = Matrix.random(rows: n, columns: d)
    let gram = Gram(Rows(matrix), centred: false)
    for i in 0..<n {
      let plain = (0..<d).reduce(0.0) { $0 + Double(matrix[i, $1]) * Double(matrix[n - 1, $1]) }
      #expect(abs(gram[i, n - 1] - plain) <= 1e-12 * Double(d))
    }
  }

  @Test(arguments: shapes) func predictionErrorIsPlain(n: Int, d: Int) {
    let rows = Matrix.random(rows: 3, columns: d, seed: UInt64(n))
    let (last, change, now) = (rows.row(0), rows.row(1), rows.row(2))
    let plain = (0..<d).reduce(0.0) {
      let off = Double(last[$1]) + Double(change[$1]) - Double(now[$1])
      return $0 + off * off
    }
    #expect(abs(skm_prediction_error(last, change, now, d) - plain) <= 1e-13 * max(1, plain))
  }

  @Test func gramKeepsDistancesOfRowsFarFromZero() {
    var matrix = Matrix(rows: 3, columns: 600, values: [Float](repeating: 1000, count: 1800))
    matrix[1, 5] += 0.25
    matrix[2, 5] += 0.25
    matrix[2, 599] -= 0.125
    let gram = Gram(Rows(matrix))
    #expect(abs(gram.squaredDistance(0, 1) - 0.0625) < 1e-12)
    #expect(abs(gram.squaredDistance(1, 2) - 0.015625) < 1e-12)
    #expect(abs(gram.largestSquaredDistance - 0.078125) < 1e-12)
  }

  @Test(arguments: shapes) func trimmedMeanIsThatOfSortedColumns(n: Int, d: Int) {
    let matrix = Matrix.random(rows: n, columns: d)
    for trim in Set([0, (n - 1) / 4, (n - 1) / 2]).sorted() {
      let fast = Rows(matrix).trimmedMean(trim)
      for k in 0..<d {
        let sorted = (0..<n).map { Double(matrix[$0, k]) }.sorted()
        let plain = sorted[trim..<(n - trim)].reduce(0, +) / Double(n - 2 * trim)
        #expect(abs(Double(fast[k]) - plain) <= 1e-7 * max(1, abs(plain)))
      }
    }
  }

  @Test(arguments: shapes) func statisticsAreThoseOfTheColumns(n: Int, d: Int) {
    let matrix = Matrix.random(rows: n, columns: d)
    let fast = Rows(matrix).statistics()
    for k in 0..<d {
      let column = (0..<n).map { Double(matrix[$0, k]) }
      let mean = column.reduce(0, +) / Double(n)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, n - 1))
      #expect(abs(Double(fast.mean[k]) - mean) <= 1e-7 * max(1, abs(mean)))
      #expect(abs(Double(fast.deviation[k]) - variance.squareRoot()) <= 1e-6)
      #expect(Double(fast.least[k]) == column.min())
      #expect(Double(fast.largest[k]) == column.max())
    }
  }

  @Test(arguments: shapes) func sumsAndProductsArePlain(n: Int, d: Int) {
    let matrix = Matrix.random(rows: n, columns: d)
    let weights = (0..<n).map { Double($0 % 3) }
    let sum = Rows(matrix).weightedSum(weights, divisor: 4)
    for k in 0..<d {
      let plain = (0..<n).reduce(0.0) { $0 + weights[$1] * Double(matrix[$1, k]) } / 4
      #expect(abs(Double(sum[k]) - plain) <= 1e-7 * max(1, abs(plain)))
    }
    let vector = matrix.row(0)
    for (i, product) in Rows(matrix).products(with: vector).enumerated() {
      let plain = (0..<d).reduce(0.0) { $0 + Double(vector[$1]) * Double(matrix[i, $1]) }
      #expect(abs(product - plain) <= 1e-13 * Double(d))
    }
  }

  @Test func rowOfWeightZeroDoesNoHarm() {
    #expect(Rows(Matrix([[.nan, .infinity], [2, 4]])).weightedSum([0, 1], divisor: 2) == [1, 2])
  }

  @Test(arguments: [0, 1, 15, 16, 17, 99]) func oneValueThatIsNotFiniteIsFound(place: Int) {
    var matrix = Matrix.random(rows: 4, columns: 100)
    matrix[0, place] = .nan
    matrix[1, place] = .infinity
    matrix[2, place] = -.infinity
    matrix[3, place] = .greatestFiniteMagnitude
    #expect(Rows(matrix).areFinite() == [false, false, false, true])
  }

  @Test func extraRowAndColumnsAreRead() {
    let rows = Rows(Matrix([[1, 2, 3], [4, 5, 6]]), [1], extra: [7, 8, 9], columns: 1..<3)
    #expect(rows.count == 2)
    #expect(rows.mean() == [6.5, 7.5])
  }

  // MARK: masks

  @Test func sigmoidIsWithinThreeUnitsOfTheLastPlace() {
    let x = (0..<16_001).map { Float($0 - 8000) / 100 }
    var fast = [Float](repeating: 0, count: x.count)
    skm_sigmoid(x, x.count, &fast)
    var worst = 0.0
    for (x, fast) in zip(x, fast) {
      let exact = 1 / (1 + exp(-Double(x)))
      worst = max(worst, abs(Double(fast) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 3)
  }

  @Test func sigmoidOfTheExtremes() {
    var out = [Float](repeating: 7, count: 4)
    skm_sigmoid([.nan, .infinity, -.infinity, 0], 4, &out)
    #expect(out[0].isNaN)
    #expect(out[1] == 1)
    #expect(out[2] >= 0 && out[2] < 1e-37)
    #expect(out[3] == 0.5)
  }

  @Test(arguments: shapes) func maskStepIsPlain(n: Int, d: Int) {
    let updates = Matrix.random(rows: n, columns: d)
    let before = Matrix.random(rows: n, columns: d, seed: 2)
    let gradient = Matrix.random(rows: 1, columns: d, seed: 3).values
    var masks = before
    var (mixed, sums) = ([Float](repeating: 0, count: d), [Float](repeating: 0, count: d))
    func step(_ gradient: [Float]?) {
      masks.values.withUnsafeMutableBufferPointer { values in
        let rows = (0..<n).map { row in values.baseAddress.map { $0 + row * d } }
        Rows(updates).withPointers {
          skm_mask_step($0, rows, n, d, gradient, 0.7, 0.02, 3, &mixed, &sums)
        }
      }
    }
    func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
    func mix(_ k: Int, _ masks: Matrix) -> (mixed: Double, sum: Double) {
      let sum = (0..<n).reduce(0.0) { $0 + sigmoid(masks[$1, k]) }
      return ((0..<n).reduce(0.0) { $0 + sigmoid(masks[$1, k]) * Double(updates[$1, k]) } / sum, sum)
    }

    step(nil)
    #expect(masks == before)
    for k in 0..<d {
      let plain = mix(k, before)
      #expect(abs(Double(mixed[k]) - plain.mixed) < 2e-6)
      #expect(abs(Double(sums[k]) - plain.sum) < 2e-6 * plain.sum)
    }
    step(gradient)
    for k in 0..<d {
      let plain = mix(k, before)
      for i in 0..<n {
        let s = sigmoid(before[i, k])
        let slope = -0.7 * Double(gradient[k]) * (Double(updates[i, k]) - plain.mixed) * s * (1 - s) / plain.sum
        let moved = Double(before[i, k]) - 3 * min(0.02, max(-0.02, slope))
        #expect(abs(Double(masks[i, k]) - moved) < 2e-6)
      }
      #expect(abs(Double(mixed[k]) - mix(k, masks).mixed) < 2e-6)
    }
  }

  @Test(arguments: [1, 15, 16, 63, 64, 65, 130]) func bitsAreSetWhereTheSigmoidIsAbove(count: Int) {
    let masks = Matrix.random(rows: 2, columns: count)
    func bits(_ row: Int) -> [UInt64] {
      var words = [UInt64](repeating: .max, count: (count + 63) / 64)
      skm_mask_bits(masks.row(row), count, 0.5, &words)
      return words
    }
    for k in 0..<(64 * bits(0).count) {
      let isSet = bits(0)[k / 64] >> UInt64(k % 64) & 1 == 1
      #expect(isSet == (k < count && masks[0, k] > 0))
    }
    let common = skm_common_bits(bits(0), bits(1), bits(0).count)
    #expect(Int(common) == (0..<count).filter { masks[0, $0] > 0 && masks[1, $0] > 0 }.count)
  }
}
