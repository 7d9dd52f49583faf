package import Catalogue
internal import Foundation

/// Zalando's pictures of clothes: 60,000 for training, 10,000 for the test, 28 × 28 grey pixels, 10 classes.
///
/// Read from `fashion-mnist/` in the data folder when all four files lie there, else from where the Debian package
/// `dataset-fashion-mnist` puts them.
package struct FashionMNIST: Dataset {
  package static let name = "fashion-mnist"
  package static let aliases = ["FashionMNIST"]
  package static let summary = "60,000 + 10,000 pictures of clothes, 28 x 28 grey pixels, 10 classes"
  package static let source = "Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017"
  package static let parameters = [
    Parameter("samples", .optional(.integer(1...trainCount)), "only the first so many for training; none = all")
  ]

  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { [1, 28, 28] }
  package var classes: Int { 10 }
  package var sampleCounts: (train: Int, test: Int) { (samples ?? Self.trainCount, Self.testCount) }
  package var ownership: Ownership { .nobody }

  private static let trainCount = 60_000
  private static let testCount = 10_000
  /// Training pictures and labels, then those of the test.
  private static let fileNames = [
    "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
  ]
  static let packageFolder = "/usr/share/datasets/fashion-mnist"

  package func missing(in folder: DataFolder) -> String? { Self.missing(in: folder, or: Self.packageFolder) }

  package func files(in folder: DataFolder) throws -> [String] { try Self.files(in: folder, or: Self.packageFolder) }

  package func load(from folder: DataFolder, seed: UInt64) throws -> Samples {
    let paths = try files(in: folder)
    let split = { (images: String, labels: String, count: Int) in
      Samples.Split(
        inputs: .bytes(try IDX.read(images, dimensions: [count, 28, 28])),
        labels: try IDX.readLabels(labels, count: count, classes: classes))
    }
    let train = try split(paths[0], paths[1], Self.trainCount)
    let test = try split(paths[2], paths[3], Self.testCount)
    let whole = Samples(inputShape: inputShape, classes: classes, train: train, test: test)
    return try whole.keepingFirst(samples, of: Self.name)
  }

  static func missing(in folder: DataFolder, or packageFolder: String) -> String? {
    let own = ownFolder(folder)
    let lacking = lacking(own)
    if lacking.isEmpty || self.lacking(packageFolder).isEmpty { return nil }
    return "fashion-mnist: run 'apt-get install dataset-fashion-mnist', or put \(lacking.joined(separator: ", "))"
      + " into \(own)"
  }

  static func files(in folder: DataFolder, or packageFolder: String) throws -> [String] {
    if let text = missing(in: folder, or: packageFolder) { throw DatasetError.missing(text) }
    let own = ownFolder(folder)
    let chosen = lacking(own).isEmpty ? own : packageFolder
    return fileNames.map { chosen + "/" + $0 }
  }

  private static func ownFolder(_ folder: DataFolder) -> String { folder.path + "/fashion-mnist" }

  private static func lacking(_ folder: String) -> [String] {
    fileNames.filter { !FileManager.default.fileExists(atPath: folder + "/" + $0) }
  }
}
