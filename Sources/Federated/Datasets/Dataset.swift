package import Catalogue

/// A source of labelled samples.
///
/// Contract: `load` gives the same samples in the same order each time; `missing` costs no more than looking at files.
package protocol Dataset: Component {
  /// The model that cells take when they name none.
  static var defaultModel: String { get }
  static var defaultPartition: String { get }
  /// [C, H, W] or [features], known without loading.
  var inputShape: [Int] { get }
  var classes: Int { get }
  /// Samples for training and for the test, known without loading: for estimates of time and memory.
  var sampleCounts: (train: Int, test: Int) { get }
  /// Whose the training samples are, as far as that is known without loading.
  var ownership: Ownership { get }
  /// What is missing, and the command that gets it; nil when `load` would find its files.
  func missing(in folder: DataFolder) -> String?
  /// The SHA-256 of the content, a part of the cell key. Synthetic sets return nil: their parameters and the seed say
  /// everything.
  func digest(in folder: DataFolder) throws -> String?
  func load(from folder: DataFolder, seed: UInt64) throws -> Samples
  /// The same with departures of the published code.
  func load(from folder: DataFolder, seed: UInt64, quirks: Set<Quirk>) throws -> Samples
  /// The share of each owner's samples that is the root set, where the data set says so; `root.size` and `root.bias`
  /// have no say then.
  static var rootShare: Double? { get }
  /// `root.bias` of cells that do not say.
  static var defaultRootBias: Double { get }
}

extension Dataset {
  package static var defaultModel: String { "cnn" }
  package static var defaultPartition: String { "label-bias" }
  package static var rootShare: Double? { nil }
  package static var defaultRootBias: Double { 0.1 }
  package var ownership: Ownership { .unknown }
  /// Those of the usual benchmarks, for a data set that does not say.
  package var sampleCounts: (train: Int, test: Int) { (50_000, 10_000) }
  package func load(from folder: DataFolder, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    try load(from: folder, seed: seed)
  }
}

/// Whose a data set's training samples are.
package enum Ownership: Sendable, Equatable {
  /// The data set names nobody.
  case nobody
  /// So many persons or devices have samples.
  case owners(Int)
  /// It shows when the data set is loaded.
  case unknown
}

/// Where data sets lie: the user's folder.
package struct DataFolder: Sendable {
  package var path: String
  package init(_ path: String) { self.path = path }
}

/// How a cell takes a data set, where a quirk of the published code makes it differ from others.
package struct Treatment: Sendable, Equatable {
  /// Whether clients are the owners in the order of their numbers, so that the first f are malicious.
  package var keepsOwnersInOrder = false
  /// Whether the test set is evaluated as one batch.
  package var testsInOneBatch = false
  /// Whether an owner's share of samples for the test or the root set is rounded up.
  package var roundsSharesUp = false
  /// How many samples of the root set a step of mask training draws; nil for all.
  package var maskBatch: Int?

  package init() {}
}

/// Training and test samples. Pixels stay bytes.
package struct Samples: Sendable {
  package var inputShape: [Int]
  package var classes: Int
  package var train: Split
  package var test: Split
  package var treatment = Treatment()

  package init(inputShape: [Int], classes: Int, train: Split, test: Split) {
    self.inputShape = inputShape
    self.classes = classes
    self.train = train
    self.test = test
  }

  package struct Split: Sendable {
    package var inputs: Inputs
    package var labels: [UInt8]
    /// For each sample, the number of the person or device that it is from; nil where nobody is known.
    package var owners: [Int]?
    /// A backdoor's trigger, and for each sample whether it bears it.
    var triggered: (backdoor: Backdoor, samples: [Bool])?

    package init(inputs: Inputs, labels: [UInt8], owners: [Int]? = nil) {
      self.inputs = inputs
      self.labels = labels
      self.owners = owners
    }
  }

  /// Sample-major values.
  package enum Inputs: Sendable {
    /// The value is the byte / 255.
    case bytes(SampleValues<UInt8>)
    case floats(SampleValues<Float>)
  }
}
