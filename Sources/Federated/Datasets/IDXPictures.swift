/// What MNIST and the sets made in its image have in common: four IDX files of grey pictures, 28 × 28 pixels, 10 classes.
enum IDXPictures {
  static let trainCount = 60_000
  static let testCount = 10_000
  static let shape = [1, 28, 28]
  static let classes = 10

  /// Training pictures and labels, then those of the test.
  static let names = [
    "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
  ]

  /// The digest is over the files' content, unpacked, so that it does not matter who packed them.
  ///
  /// - Parameter paths: in the order of `names`.
  static func read(_ paths: [String]) throws -> StoredSamples {
    var hash = ContentHash()
    let split = { (images: String, labels: String, count: Int) in
      Samples.Split(
        inputs: .bytes(SampleValues(try IDX.read(images, dimensions: [count] + shape.dropFirst(), &hash))),
        labels: try IDX.readLabels(labels, count: count, classes: classes, &hash))
    }
    let train = try split(paths[0], paths[1], trainCount)
    let test = try split(paths[2], paths[3], testCount)
    return StoredSamples(digest: hash.text, train: train, test: test)
  }
}
