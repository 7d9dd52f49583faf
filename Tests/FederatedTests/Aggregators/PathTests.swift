import CKernels
import Testing

@testable import Federated

/// Each vector loop returns the same bytes on every instruction set that this CPU has.
@Suite(.serialized) struct PathTests {
  static let shapes = [(1, 1), (2, 15), (3, 17), (7, 505), (13, 1009), (100, 70)]

  /// Runs `body` on the generic path, then on each other one, and expects the same bits.
  private func expectSameBits(_ body: () -> [UInt64], sourceLocation: SourceLocation = #_sourceLocation) {
    let before = skm_isa_in_use()
    defer { skm_isa_use(before) }
    skm_isa_use(skm_generic)
    let generic = body()
    for isa in [skm_neon, skm_avx2, skm_avx512] where skm_isa_is_available(isa) == 1 {
      skm_isa_use(isa)
      #expect(body() == generic, "\(String(cString: skm_isa_name(isa)))", sourceLocation: sourceLocation)
    }
  }

  private func bits(_ values: [Float]) -> [UInt64] { values.map { UInt64($0.bitPattern) } }

  private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

  @Test(arguments: shapes) func productsAreTheSame(n: Int, d: Int) {
    let rows = Rows(Matrix.random(rows: n, columns: d))
    expectSameBits { bits(Gram(rows).products) + bits(Gram(rows, centred: false).products) }
    expectSameBits { bits(rows.squaredNorms()) }
  }

  @Test(arguments: shapes) func weightedSumsAreTheSame(n: Int, d: Int) {
    let rows = Rows(Matrix.random(rows: n, columns: d))
    let weights = (0..<n).map { $0 % 3 == 1 ? 0 : 1 / Double($0 + 3) }
    expectSameBits { bits(rows.weightedSum(weights, divisor: 7)) }
  }

  @Test(arguments: shapes) func predictionErrorsAreTheSame(n: Int, d: Int) {
    let rows = Matrix.random(rows: 3, columns: d, seed: UInt64(n))
    expectSameBits { bits([skm_prediction_error(rows.row(0), rows.row(1), rows.row(2), d)]) }
  }

  @Test(arguments: shapes) func trimmedMeansAreTheSame(n: Int, d: Int) {
    var matrix = Matrix.random(rows: n, columns: d)
    matrix[0, d / 2] = .nan
    matrix[n - 1, d - 1] = -0.0
    let rows = Rows(matrix)
    for trim in Set([0, (n - 1) / 4, (n - 1) / 2]).sorted() { expectSameBits { bits(rows.trimmedMean(trim)) } }
  }

  @Test(arguments: shapes) func statisticsAreTheSame(n: Int, d: Int) {
    let rows = Rows(Matrix.random(rows: n, columns: d))
    expectSameBits {
      let all = rows.statistics()
      return bits(all.mean) + bits(all.deviation) + bits(all.least) + bits(all.largest)
    }
  }

  @Test(arguments: shapes) func finitenessIsTheSame(n: Int, d: Int) {
    var matrix = Matrix.random(rows: n, columns: d)
    matrix[n / 2, d - 1] = .infinity
    let rows = Rows(matrix)
    expectSameBits { rows.areFinite().map { $0 ? 1 : 0 } }
  }

  @Test(arguments: shapes) func maskStepsAreTheSame(n: Int, d: Int) {
    let updates = Rows(Matrix.random(rows: n, columns: d))
    let gradient = Matrix.random(rows: 1, columns: d, seed: 3).values
    expectSameBits {
      var masks = Matrix.random(rows: n, columns: d, seed: 2)
      var mixed = [Float](repeating: 0, count: d)
      var sums = mixed
      masks.values.withUnsafeMutableBufferPointer { values in
        let rows = (0..<n).map { row in values.baseAddress.map { $0 + row * d } }
        updates.withPointers {
          skm_mask_step($0, rows, n, d, nil, 0.7, 0.02, 3, &mixed, &sums)
          skm_mask_step($0, rows, n, d, gradient, 0.7, 0.02, 3, &mixed, &sums)
        }
      }
      return bits(masks.values) + bits(mixed) + bits(sums)
    }
  }

  @Test(arguments: [1, 16, 63, 64, 65, 1003]) func maskBitsAreTheSame(count: Int) {
    let masks = Matrix.random(rows: 2, columns: count)
    expectSameBits {
      var first = [UInt64](repeating: 0, count: (count + 63) / 64)
      var second = first
      skm_mask_bits(masks.row(0), count, 0.5, &first)
      skm_mask_bits(masks.row(1), count, 0.6, &second)
      return first + second + [skm_common_bits(first, second, first.count)]
    }
  }

  @Test func sigmoidsAreTheSame() {
    let x = (0..<4003).map { Float($0 - 2000) / 20 }
    expectSameBits {
      var out = [Float](repeating: 0, count: x.count)
      skm_sigmoid(x, x.count, &out)
      return bits(out)
    }
  }

  @Test(arguments: [1, 15, 16, 17, 100]) func randomNumbersAreTheSame(blocks: Int) {
    expectSameBits {
      var out = [Float](repeating: 0, count: 4 * blocks)
      skm_philox_uniform([1, 2], [3, 4, 5], 6, blocks, &out)
      return bits(out)
    }
  }
}
