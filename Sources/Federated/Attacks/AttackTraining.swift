package import NeuralNet

/// Training on a malicious client's own samples, for attacks that need more than its honest update.
package protocol AttackTraining {
  /// Where each tensor stands in a row of the updates.
  var layout: ParameterLayout { get }
  /// [C, H, W] or [features].
  var inputShape: [Int] { get }
  /// w before the round minus w after the lesson, d floats.
  ///
  /// - Parameter attacker: the malicious client's row among the updates.
  func update(attacker: Int, _ lesson: Lesson) throws -> [Float]
}

/// Stochastic gradient descent on samples that all bear a backdoor, with a second term in the loss.
package struct Lesson {
  /// Every sample bears its trigger and its target as label.
  package var backdoor: Backdoor
  /// Passes over the client's samples, in batches as in honest training; gradients are not clamped.
  package var passes: Int
  package var learningRate: Float
  /// The factor of the ordinary loss.
  package var lossWeight: Float
  /// The second term's gradient: given w before the round minus w now (d), it adds to a gradient of d zeros.
  package var pull: (_ update: [Float], _ gradient: inout [Float]) -> Void

  package init(
    backdoor: Backdoor, passes: Int, learningRate: Float, lossWeight: Float,
    pull: @escaping (_ update: [Float], _ gradient: inout [Float]) -> Void
  ) {
    self.backdoor = backdoor
    self.passes = passes
    self.learningRate = learningRate
    self.lossWeight = lossWeight
    self.pull = pull
  }
}
