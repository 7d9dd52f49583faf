package import Catalogue

/// Pictures made from the seed: one prototype per class, patches of 4 × 4 equal pixels, plus normal noise on each pixel.
///
/// Made for quick tests and demonstrations: every model learns them, none at once. Sample i is of class i mod `classes`
/// and depends on the seed, the shape and i alone, so that more samples leave the first ones as they are.
package struct SyntheticImages: Dataset {
  package static let name = "synthetic-images"
  package static let summary = "class prototypes and noise, made from the seed, of any shape; for quick tests"
  package static let parameters = [
    Parameter("height", .integer(1...1024), "rows of pixels"),
    Parameter("width", .integer(1...1024), "columns of pixels"),
    Parameter("channels", .integer(1...16), "numbers per pixel"),
    Parameter("classes", .integer(2...256), "number of classes"),
    Parameter("train", .integer(1...1_000_000), "samples for training"),
    Parameter("test", .integer(1...1_000_000), "samples for the test"),
    Parameter("noise", .number(.nonNegative), "standard deviation of a pixel's noise; prototypes lie between 0 and 1"),
    Parameter("samples", .optional(.integer(1...1_000_000)), "only the first so many for training; none = all"),
  ]

  package var height = 12
  package var width = 12
  package var channels = 1
  package var classes = 10
  package var train = 2000
  package var test = 500
  package var noise = 0.7
  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { [channels, height, width] }
  package var sampleCounts: (train: Int, test: Int) { (min(samples ?? train, train), test) }
  package var ownership: Ownership { .nobody }

  package func missing(in folder: DataFolder) -> String? { nil }
  package func digest(in folder: DataFolder) throws -> String? { nil }

  package func load(from folder: DataFolder, seed: UInt64) throws -> Samples {
    let prototypes = (0..<classes).map { prototype($0, seed: seed) }
    let whole = Samples(
      inputShape: inputShape, classes: classes, train: split(.train, count: train, prototypes, seed: seed),
      test: split(.test, count: test, prototypes, seed: seed))
    return try whole.keepingFirst(samples, of: Self.name)
  }

  /// What the round of the stream `dataset` stands for.
  private enum Part: Int {
    case prototypes, train, test
  }

  private func prototype(_ label: Int, seed: UInt64) -> [Double] {
    var random = RandomSource(seed: seed, stream: .dataset, round: Part.prototypes.rawValue, client: label)
    let (patchRows, patchColumns) = ((height + 3) / 4, (width + 3) / 4)
    let patches = (0..<(channels * patchRows * patchColumns)).map { _ in random.uniform() }
    var pixels: [Double] = []
    for channel in 0..<channels {
      for row in 0..<height {
        for column in 0..<width {
          pixels.append(patches[(channel * patchRows + row / 4) * patchColumns + column / 4])
        }
      }
    }
    return pixels
  }

  private func split(_ part: Part, count: Int, _ prototypes: [[Double]], seed: UInt64) -> Samples.Split {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * inputShape.reduce(1, *))
    for sample in 0..<count {
      var random = RandomSource(seed: seed, stream: .dataset, round: part.rawValue, client: sample)
      for value in prototypes[sample % classes] {
        let noisy = (value + noise * random.gaussian()) * 255
        pixels.append(UInt8(min(255, max(0, noisy.rounded()))))
      }
    }
    return Samples.Split(inputs: .bytes(SampleValues(pixels)), labels: (0..<count).map { UInt8($0 % classes) })
  }
}
