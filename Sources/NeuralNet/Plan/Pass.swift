/// One pass of a plan over a batch.
package struct Pass {
  /// How batch norm behaves.
  package enum Normalisation: Equatable, Sendable {
    /// The batch's own mean and variance; the running ones follow when `updatesRunning`.
    case batch(updatesRunning: Bool)
    /// Mean 0 and variance 1: the published code's mask network.
    case plain
    /// The running mean and variance.
    case running
  }

  /// Samples side by side in a vector.
  static let lanes = 16

  let samples: Int
  let normalisation: Normalisation

  /// Vectors that hold the samples.
  var groups: Int64 { Int64(Pass.groups(samples)) }

  static func groups(_ samples: Int) -> Int { (samples + lanes - 1) / lanes }

  /// Floats of an activation of the batch, empty lanes and padding too.
  func count(of activation: Activation) -> Int { Int(groups) * Pass.lanes * activation.places }
}
