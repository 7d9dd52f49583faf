package import Catalogue

/// Vectors made from the seed: one prototype per class, a shift for each owner, and normal noise on every feature.
///
/// Made for quick tests and demonstrations, in the shape of measurements of several persons; every owner has samples of
/// every class. Sample i is of class i mod `classes` and of owner (i / `classes`) mod `owners`, and depends on the
/// seed, the shape and i alone, so that more samples leave the first ones as they are.
package struct SyntheticFeatures: Dataset {
  package static let name = "synthetic-features"
  package static let summary = "class prototypes, owners' shifts and noise, made from the seed; for quick tests"
  package static let defaultModel = "lr"
  package static let parameters = [
    Parameter("features", .integer(1...1_000_000), "numbers of a sample"),
    Parameter("classes", .integer(2...256), "number of classes"),
    Parameter("owners", .integer(1...1_000_000), "persons that the samples are of"),
    Parameter("train", .integer(1...1_000_000), "samples for training"),
    Parameter("test", .integer(1...1_000_000), "samples for the test"),
    Parameter("noise", .number(.nonNegative), "standard deviation of the noise; that of prototypes is 1"),
    Parameter("shift", .number(.nonNegative), "standard deviation of the owners' shifts"),
    Parameter("samples", .optional(.integer(1...1_000_000)), "only the first so many for training; none = all"),
  ]

  package var features = 60
  package var classes = 6
  package var owners = 10
  package var train = 1200
  package var test = 300
  package var noise = 3.0
  package var shift = 0.5
  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { [features] }
  package var sampleCounts: (train: Int, test: Int) { (min(samples ?? train, train), test) }
  package var ownership: Ownership { .owners(min(owners, (sampleCounts.train + classes - 1) / classes)) }

  package func missing(in folder: DataFolder) -> String? { nil }
  package func digest(in folder: DataFolder) throws -> String? { nil }

  package func load(from folder: DataFolder, seed: UInt64) throws -> Samples {
    let prototypes = (0..<classes).map { normal(.prototypes, $0, seed: seed) }
    let shifts = (0..<owners).map { normal(.shifts, $0, seed: seed) }
    let split = { (part: Part, count: Int) in
      let values = (0..<count).flatMap { sample in
        let noises = normal(part, sample, seed: seed)
        let (prototype, shifted) = (prototypes[sample % classes], shifts[owner(of: sample)])
        return noises.indices.map { Float(prototype[$0] + shift * shifted[$0] + noise * noises[$0]) }
      }
      return Samples.Split(
        inputs: .floats(SampleValues(values)), labels: (0..<count).map { UInt8($0 % classes) },
        owners: (0..<count).map(owner(of:)))
    }
    let whole = Samples(
      inputShape: inputShape, classes: classes, train: split(.train, train), test: split(.test, test))
    return try whole.keepingFirst(samples, of: Self.name)
  }

  /// What the round of the stream `dataset` stands for.
  private enum Part: Int {
    case prototypes, train, test, shifts
  }

  private func owner(of sample: Int) -> Int { sample / classes % owners }

  private func normal(_ part: Part, _ number: Int, seed: UInt64) -> [Double] {
    var random = RandomSource(seed: seed, stream: .dataset, round: part.rawValue, client: number)
    return (0..<features).map { _ in random.gaussian() }
  }
}
