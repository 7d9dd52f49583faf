/// Stochastic gradient descent: g is clamped element by element to ±`clip`, then g += weightDecay·w,
/// v = momentum·v + g, w −= learningRate·v.
package struct SGD: Sendable {
  package var learningRate: Float
  /// The clamp's bound; nil for none.
  package var clip: Float?
  package var momentum: Float
  package var weightDecay: Float

  package init(learningRate: Float, clip: Float? = nil, momentum: Float = 0, weightDecay: Float = 0) {
    self.learningRate = learningRate
    self.clip = clip
    self.momentum = momentum
    self.weightDecay = weightDecay
  }
}
