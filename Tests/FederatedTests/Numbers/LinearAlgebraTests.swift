import CKernels
import Testing

@testable import Federated

@Suite struct LinearAlgebraTests {
  /// A symmetric matrix and what `skm_symmetric_eigen` finds.
  private struct Eigen {
    var values: [Double]
    /// Row i belongs to value i.
    var vectors: [Double]
    var status: Int32

    init(_ matrix: [Double], _ n: Int) {
      values = [Double](repeating: 0, count: n)
      vectors = matrix
      var scratch = [Double](repeating: .nan, count: skm_symmetric_eigen_scratch(n))
      status = skm_symmetric_eigen(n, &vectors, &values, &scratch)
    }
  }

  /// Checks that the values ascend, that the vectors are orthonormal, and that A·v = λ·v.
  private func expectEigen(_ matrix: [Double], _ n: Int, _ name: String) {
    let found = Eigen(matrix, n)
    #expect(found.status == 0, "\(name)")
    let tolerance = Double(max(n, 4)) * 1e-15
    let largest = found.values.reduce(0) { max($0, abs($1)) }
    var (residual, product) = (0.0, 0.0)
    for i in 0..<n {
      if i > 0 { #expect(found.values[i - 1] <= found.values[i], "\(name)") }
      for j in 0..<n {
        var image = 0.0
        var dot = 0.0
        for k in 0..<n {
          image += matrix[j * n + k] * found.vectors[i * n + k]
          dot += found.vectors[i * n + k] * found.vectors[j * n + k]
        }
        residual = max(residual, abs(image - found.values[i] * found.vectors[i * n + j]))
        product = max(product, abs(dot - (i == j ? 1 : 0)))
      }
    }
    #expect(residual <= tolerance * largest, "\(name)")
    #expect(product <= tolerance, "\(name)")
  }

  private func randomMatrix(_ rows: Int, _ columns: Int) -> [Double] {
    var random = RandomSource(seed: UInt64(rows), stream: .clustering)
    return (0..<(rows * columns)).map { _ in random.gaussian() }
  }

  /// rows · rowsᵀ.
  private func products(_ rows: [Double], _ n: Int, _ columns: Int) -> [Double] {
    var result = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = 0.0
        for k in 0..<columns { sum += rows[i * columns + k] * rows[j * columns + k] }
        result[i * n + j] = sum
      }
    }
    return result
  }

  // MARK: Eigenvalues

  @Test func oneNumberIsItsOwnEigenvalue() {
    let found = Eigen([-3], 1)
    #expect(found.status == 0)
    #expect(found.values == [-3])
    #expect(found.vectors == [1])
    #expect(Eigen([], 0).status == 0)
  }

  @Test func twoByTwoHasTheEigenvaluesOfAHand() {
    // 2 ± 1, of (1, −1) and (1, 1).
    let found = Eigen([2, 1, 1, 2], 2)
    #expect(found.status == 0)
    #expect(abs(found.values[0] - 1) < 1e-15 && abs(found.values[1] - 3) < 1e-15)
    let half = 0.5.squareRoot()
    for number in found.vectors { #expect(abs(abs(number) - half) < 1e-15) }
    #expect(found.vectors[0] * found.vectors[1] < 0)
    #expect(found.vectors[2] * found.vectors[3] > 0)
  }

  @Test func threeByThreeHasTheEigenvaluesOfAHand() {
    // 2 − √2, 2 and 2 + √2.
    let found = Eigen([2, -1, 0, -1, 2, -1, 0, -1, 2], 3)
    let root = 2.0.squareRoot()
    for (value, expected) in zip(found.values, [2 - root, 2, 2 + root]) { #expect(abs(value - expected) < 4e-15) }
    // The second vector is (1, 0, −1) / √2.
    #expect(abs(found.vectors[4]) < 4e-15)
    #expect(abs(found.vectors[3] + found.vectors[5]) < 4e-15)
  }

  @Test func diagonalMatrixIsOnlySorted() {
    let found = Eigen([3, 0, 0, 0, -1, 0, 0, 0, 2], 3)
    #expect(found.values == [-1, 2, 3])
    #expect(found.vectors == [0, 1, 0, 0, 0, 1, 1, 0, 0])
  }

  @Test func zeroMatrixHasZerosAndTheAxes() {
    let found = Eigen([Double](repeating: 0, count: 16), 4)
    #expect(found.values == [0, 0, 0, 0])
    for i in 0..<16 { #expect(found.vectors[i] == (i % 5 == 0 ? 1 : 0)) }
  }

  @Test func onlyTheLowerTriangleIsRead() {
    let whole = Eigen([1, 2, 4, 2, 3, 5, 4, 5, 6], 3)
    let lower = Eigen([1, .nan, .nan, 2, 3, .nan, 4, 5, 6], 3)
    #expect(whole.values == lower.values)
    #expect(whole.vectors == lower.vectors)
  }

  @Test func powersOfTwoChangeNoVector() {
    let matrix = products(randomMatrix(6, 9), 6, 9)
    let found = Eigen(matrix, 6)
    for scale in [0x1p900, 0x1p-900] {
      let scaled = Eigen(matrix.map { $0 * scale }, 6)
      #expect(scaled.vectors == found.vectors)
      #expect(scaled.values == found.values.map { $0 * scale })
    }
  }

  @Test(arguments: [2, 3, 5, 16, 50, 101]) func vectorsAreOrthonormalAndHaveNoResidual(n: Int) {
    let rows = randomMatrix(n, n)
    var symmetric = rows
    for i in 0..<n { for j in 0..<n { symmetric[i * n + j] = rows[i * n + j] + rows[j * n + i] } }
    expectEigen(symmetric, n, "random")
    expectEigen(products(rows, n, max(1, n / 4)), n, "a quarter of the rank")

    let columns = 40
    var centred = randomMatrix(n, columns)
    for k in 0..<columns {
      let mean = (0..<n).reduce(0.0) { $0 + centred[$1 * columns + k] } / Double(n)
      for i in 0..<n { centred[i * columns + k] -= mean }
    }
    expectEigen(products(centred, n, columns), n, "centred points")

    // Eigenvalues 1 and 1 + 1e-10, each several times.
    var clustered = products(randomMatrix(n, 2), n, 2).map { $0 * 1e-10 }
    for i in 0..<n { clustered[i * n + i] += 1 }
    expectEigen(clustered, n, "clustered")

    var twoPlaces = [Double](repeating: -1, count: n * n)
    for i in 0..<n { for j in 0..<n where (i < n / 2) == (j < n / 2) { twoPlaces[i * n + j] = 1 } }
    expectEigen(twoPlaces, n, "two places")
  }

  @Test func numbersThatAreNotFiniteAreRefused() {
    #expect(Eigen([1, 2, .nan, 1], 2).status == 1)
    #expect(Eigen([.infinity], 1).status == 1)
    #expect(Eigen([1, 0, 0, -.infinity], 2).status == 1)
  }

  /// The digest is the same on every machine, like that of the functions.
  @Test func everyMachineFindsTheSameBits() {
    let n = 60
    let found = Eigen(products(randomMatrix(n, n - 1), n, n - 1), n)
    #expect(digest(found.values + found.vectors) == 0x6856_58f9_c50a_2fbf)
  }

  // MARK: Linear systems

  private func solve(_ matrix: [Double], _ sides: [Double]) -> [Double]? {
    var (matrix, unknowns) = (matrix, sides)
    return skm_solve(sides.count, &matrix, &unknowns) == 0 ? unknowns : nil
  }

  @Test func solvesTheSystemsOfAHand() {
    #expect(solve([], []) == [])
    #expect(solve([4], [2]) == [0.5])
    // x + 2y = 5, 3x + 4y = 11.
    #expect(solve([1, 2, 3, 4], [5, 11]) == [1, 2])
    // 2x + y − z = 8, −3x − y + 2z = −11, −2x + y + 2z = −3.
    let three = solve([2, 1, -1, -3, -1, 2, -2, 1, 2], [8, -11, -3]) ?? []
    #expect(three.count == 3)
    for (found, expected) in zip(three, [2, 3, -1.0]) { #expect(abs(found - expected) < 1e-14) }
  }

  @Test func aZeroOnTheDiagonalIsSwappedAway() {
    #expect(solve([0, 1, 1, 0], [3, 4]) == [4, 3])
    #expect(solve([0, 2, 0, 0, 0, 3, 4, 0, 0], [2, 6, 12]) == [3, 1, 2])
  }

  @Test func aSmallPivotIsNotTaken() {
    // Without a swap the first unknown would be 0.
    #expect(solve([1e-20, 1, 1, 1], [1, 2]) == [1, 1])
  }

  @Test func singularSystemsHaveNoSolution() {
    #expect(solve([0], [1]) == nil)
    #expect(solve([1, 2, 2, 4], [1, 2]) == nil)
    #expect(solve([1, 0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 1]) == nil)
    #expect(solve([.nan, 1, 1, 0], [1, 1]) == nil)
    #expect(solve([1, 1, .infinity, 0], [1, 1]) == nil)
  }

  @Test(arguments: [2, 7, 40]) func theSolutionSatisfiesTheSystem(n: Int) {
    let (matrix, sides) = (randomMatrix(n, n), randomMatrix(n, 1))
    let unknowns = solve(matrix, sides) ?? []
    #expect(unknowns.count == n)
    let largest = unknowns.reduce(0) { max($0, abs($1)) }
    for i in 0..<min(n, unknowns.count) {
      let side = (0..<n).reduce(0.0) { $0 + matrix[i * n + $1] * unknowns[$1] }
      #expect(abs(side - sides[i]) <= 1e-14 * Double(n) * max(1, largest))
    }
  }

  /// The digest is the same on every machine, like that of the functions.
  @Test func everyMachineSolvesToTheSameBits() {
    #expect(digest(solve(randomMatrix(40, 40), randomMatrix(40, 1)) ?? []) == 0xc923_7322_c93f_26e6)
  }
}
