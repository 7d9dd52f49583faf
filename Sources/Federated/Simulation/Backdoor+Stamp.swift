internal import NeuralNet

extension Backdoor {
  /// Puts the trigger on every sample of a batch and makes its label the target.
  ///
  /// - Parameter length: values per sample.
  func stamp(_ batch: Batch, length: Int) {
    for sample in 0..<batch.size { stamp(sample, of: batch, length: length) }
  }

  func stamp(_ sample: Int, of batch: Batch, length: Int) {
    mark(batch.inputs + sample * length)
    batch.labels[sample] = Int32(target)
  }

  private func mark(_ values: UnsafeMutablePointer<Float>) {
    for place in places { values[place] = value }
  }
}
