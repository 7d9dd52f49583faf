/// What is measured at an evaluated round; nil where it does not apply.
package struct RoundMetrics: Sendable, Equatable {
  package var round: Int
  /// Share of the test set whose most probable class is its label.
  package var testAccuracy: Double?
  /// Mean loss over the test set.
  package var testLoss: Double?
  /// Share of the other classes' test samples that the triggered input sends to the target class.
  package var attackSuccessRate: Double?
  /// Number of received updates that the rule kept.
  package var kept: Int?
  /// Share of the malicious updates that the rule rejected.
  package var maliciousRejected: Double?
  /// Share of the benign updates that the rule rejected: the false positive rate.
  package var benignRejected: Double?
  /// Share of the malicious updates that the rule kept: the false negative rate.
  package var maliciousAccepted: Double?
  /// Euclidean norm of the rule's update u.
  package var updateNorm: Double?

  package init(round: Int) { self.round = round }

  /// The CSV columns after `round`, in order, and where each is held.
  package static let columns: [(name: String, value: @Sendable (RoundMetrics) -> Double?)] = [
    ("test_accuracy", { $0.testAccuracy }),
    ("test_loss", { $0.testLoss }),
    ("attack_success_rate", { $0.attackSuccessRate }),
    ("kept", { $0.kept.map(Double.init) }),
    ("malicious_rejected", { $0.maliciousRejected }),
    ("benign_rejected", { $0.benignRejected }),
    ("malicious_accepted", { $0.maliciousAccepted }),
    ("update_norm", { $0.updateNorm }),
  ]
}
