extension Samples {
  /// The first `count` training samples, or all when nil; the test samples stay.
  ///
  /// - Throws: `DatasetError.tooFewSamples`.
  func keepingFirst(_ count: Int?, of dataset: String) throws -> Samples {
    guard let count, count != train.labels.count else { return self }
    guard count < train.labels.count else {
      throw DatasetError.tooFewSamples(dataset: dataset, available: train.labels.count, asked: count)
    }
    let length = inputShape.reduce(1, *)
    var kept = self
    kept.train.labels = Array(train.labels.prefix(count))
    kept.train.owners = train.owners.map { Array($0.prefix(count)) }
    switch train.inputs {
    case .bytes(let bytes): kept.train.inputs = .bytes(bytes.first(count * length))
    case .floats(let floats): kept.train.inputs = .floats(floats.first(count * length))
    }
    return kept
  }
}
