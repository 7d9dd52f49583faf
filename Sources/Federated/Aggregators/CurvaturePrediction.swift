internal import CKernels

/// What a step of the model changes in its gradient, from earlier steps and what they changed: L-BFGS.
///
/// Byrd, Nocedal and Schnabel, "Representations of quasi-Newton matrices and their use in limited memory methods",
/// Mathematical Programming 1994: the compact form of the Hessian times a vector.
enum CurvaturePrediction {
  /// The Hessian times `step`; nil when the records do not tell it, as they are 0, dependent or not finite.
  ///
  /// - Parameters:
  ///   - steps: m × d, what was added to the model, oldest first.
  ///   - changes: m × d, what that added to the update.
  /// - Complexity: O(m² · d + m³).
  static func change(for step: [Float], steps: Matrix, changes: Matrix) -> [Float]? {
    let m = steps.rows
    precondition(
      changes.rows == m && steps.columns == step.count && changes.columns == step.count, "records of one size")
    guard m > 0 else { return nil }
    let (s, y) = (Rows(steps), Rows(changes))
    let (sy, ss) = (products(steps, y), products(steps, s))
    let scale = sy[m * m - 1] / ss[m * m - 1]
    guard scale.isFinite else { return nil }
    // [scale·SᵀS, L; Lᵀ, −D] with SᵀY = L + D + R, L below the diagonal.
    let size = 2 * m
    var system = [Double](repeating: 0, count: size * size)
    for i in 0..<m {
      for j in 0..<m {
        system[i * size + j] = scale * ss[i * m + j]
        if j < i {
          system[i * size + m + j] = sy[i * m + j]
          system[(m + j) * size + i] = sy[i * m + j]
        }
      }
      system[(m + i) * size + m + i] = -sy[i * m + i]
    }
    var unknown = s.products(with: step).map { scale * $0 } + y.products(with: step)
    guard system.allSatisfy(\.isFinite), unknown.allSatisfy(\.isFinite), skm_solve(size, &system, &unknown) == 0,
      unknown.allSatisfy(\.isFinite)
    else { return nil }
    let ofSteps = s.weightedSum(unknown[..<m].map { -scale * $0 }, divisor: 1)
    let ofChanges = y.weightedSum(unknown[m...].map { -$0 }, divisor: 1)
    var change = step
    for k in change.indices { change[k] = Float(scale * Double(step[k])) + ofSteps[k] + ofChanges[k] }
    return change.allSatisfy(\.isFinite) ? change : nil
  }

  /// Row i of the one times row j of the other.
  private static func products(_ left: Matrix, _ right: Rows) -> [Double] {
    (0..<left.rows).flatMap { right.products(with: left.row($0)) }
  }
}
