/// The vectors m = μ − γp around known updates g_i, and how far from those they lie.
///
/// ‖m − g_i‖² = ‖g_i − μ‖² + 2γ p·(g_i − μ) + γ²‖p‖²; one Gram matrix, of g_i − μ, gives the first term and all
/// distances between updates.
///
/// - Complexity: O(n² · d) time once, then O(n) for each γ.
struct Perturbation {
  private let mean: [Float]
  private let direction: [Float]
  private let gram: Gram
  /// p·(g_i − μ).
  private let products: [Double]
  /// ‖p‖².
  private let squaredNorm: Double

  /// - Precondition: `known` has a row, and all of it is finite.
  init(_ known: Rows, _ deviation: Deviation) {
    mean = known.mean()
    direction = deviation.direction(mean, known)
    gram = Gram(known)
    let products = known.products(with: direction)
    let centre = products.reduce(0, +) / Double(products.count)
    self.products = products.map { $0 - centre }
    squaredNorm = direction.reduce(0) { $0 + Double($1) * Double($1) }
  }

  /// ‖μ − γp − g_i‖² for each i.
  func squaredDistances(_ gamma: Double) -> [Double] {
    products.indices.map { gram[$0, $0] + 2 * gamma * products[$0] + gamma * gamma * squaredNorm }
  }

  /// max_ij‖g_i − g_j‖².
  var largestSquaredDistance: Double { gram.largestSquaredDistance }

  /// Σ_j‖g_i − g_j‖² for each i.
  var sumsOfSquaredDistances: [Double] {
    (0..<gram.count).map { i in (0..<gram.count).reduce(0) { $0 + gram.squaredDistance(i, $1) } }
  }

  /// μ − γp.
  func vector(_ gamma: Double) -> [Float] { zip(mean, direction).map { $0 - Float(gamma) * $1 } }

  /// The largest γ that `isAllowed` takes: from 50 up or down by steps of 25, 12.5, and so on.
  ///
  /// Ends when the last γ that was allowed is within 1e-5 of the next one to be tried; 0 when none was.
  static func largestStep(_ isAllowed: (Double) -> Bool) -> Double {
    var (allowed, gamma, step) = (0.0, 50.0, 50.0)
    while abs(allowed - gamma) > 1e-5 {
      step /= 2
      if isAllowed(gamma) {
        allowed = gamma
        gamma += step
      } else {
        gamma -= step
      }
    }
    return allowed
  }
}

extension AttackRound {
  /// What the server receives when all attackers send `crafted`: in their own places, or, when `adding`, in f more rows
  /// in front of everybody's.
  func replacing(with crafted: [Float], adding: Bool) -> Matrix {
    let rows = adding ? 0 : byzantine
    let others = updates.values[(rows * updates.columns)...]
    var values: [Float] = []
    values.reserveCapacity(byzantine * updates.columns + others.count)
    for _ in 0..<byzantine { values += crafted }
    values += others
    return Matrix(rows: byzantine + updates.rows - rows, columns: updates.columns, values: values)
  }
}
