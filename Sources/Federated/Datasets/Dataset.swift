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
  /// What is missing, and the command that gets it; nil when `load` would find its files.
  func missing(in folder: DataFolder) -> String?
  /// SHA-256-able identity of the content: raw bytes digested into the cell key. Synthetic sets return nil: their
  /// parameters and the seed say everything.
  func files(in folder: DataFolder) throws -> [String]
  func load(from folder: DataFolder, seed: UInt64) throws -> Samples
}

extension Dataset {
  package static var defaultModel: String { "cnn" }
  package static var defaultPartition: String { "label-bias" }
}

/// Where data sets lie: the user's folder.
package struct DataFolder: Sendable {
  package var path: String
  package init(_ path: String) { self.path = path }
}

/// Training and test samples. Pixels stay bytes.
package struct Samples: Sendable {
  package var inputShape: [Int]
  package var classes: Int
  package var train: Split
  package var test: Split

  package init(inputShape: [Int], classes: Int, train: Split, test: Split) {
    self.inputShape = inputShape
    self.classes = classes
    self.train = train
    self.test = test
  }

  package struct Split: Sendable {
    package var inputs: Inputs
    package var labels: [UInt8]
    package init(inputs: Inputs, labels: [UInt8]) {
      self.inputs = inputs
      self.labels = labels
    }
  }

  /// Sample-major values.
  package enum Inputs: Sendable {
    /// The value is the byte / 255.
    case bytes([UInt8])
    case floats([Float])
  }
}
