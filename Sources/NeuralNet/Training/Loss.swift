/// The loss of a batch: the mean over its samples.
package enum Loss: String, Sendable, Codable, CaseIterable {
  /// Cross-entropy of the softmax over the classes.
  case crossEntropy = "cross-entropy"
  /// The published SkyMask code's: the softmax runs over the batch, class by class, so that a sample's loss and its
  /// prediction depend on the other samples of the batch.
  case batchSoftmax = "batch-softmax"
}
