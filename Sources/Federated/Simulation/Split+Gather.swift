internal import CKernels
internal import NeuralNet

extension Samples.Split {
  /// Puts the samples and labels at `indices` into `batch`, which has as many places.
  ///
  /// A trigger is put on as floats here: its value need not be one that a byte can hold.
  ///
  /// - Parameter length: values per sample.
  func gather(_ indices: UnsafeBufferPointer<Int>, length: Int, into batch: Batch) {
    precondition(indices.count == batch.size, "\(indices.count) samples for a batch of \(batch.size)")
    guard let chosen = indices.baseAddress else { return }
    switch inputs {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { skm_gather_bytes($0.baseAddress, length, chosen, batch.size, batch.inputs) }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { skm_gather_floats($0.baseAddress, length, chosen, batch.size, batch.inputs) }
    }
    skm_gather_labels(labels, chosen, batch.size, batch.labels)
    guard let triggered else { return }
    for (place, index) in indices.enumerated() where triggered.samples[index] {
      triggered.backdoor.stamp(place, of: batch, length: length)
    }
  }
}
