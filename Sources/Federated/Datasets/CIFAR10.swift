package import Catalogue

/// Small photographs: 50,000 for training, 10,000 for the test, 3 × 32 × 32 pixels, 10 classes.
///
/// Read from the binary or the python version, as the archive or unpacked. Pixels / 255, nothing added to them.
package struct CIFAR10: PublishedDataset {
  package static let name = "cifar-10"
  package static let aliases = ["CIFAR-10"]
  package static let summary = "50,000 + 10,000 photographs, 3 x 32 x 32 pixels, 10 classes"
  package static let source = "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009"
  package static let defaultModel = "resnet20"
  package static let parameters = [
    Parameter("samples", .optional(.integer(1...50_000)), "only the first so many for training; none = all")
  ]

  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { CIFARFiles.shape }
  package var classes: Int { Self.content.classes }
  package var sampleCounts: (train: Int, test: Int) { (min(samples ?? 50_000, 50_000), 10_000) }
  package var ownership: Ownership { .nobody }

  static let content = CIFARFiles(
    classes: 10, labelBytes: 1, labelKey: "labels", trainFiles: 5, trainCount: 10_000, testCount: 10_000,
    forms: [
      CIFARFiles.Form(
        folder: "cifar-10-batches-bin", archive: "cifar-10-binary.tar.gz",
        files: (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"], isPickle: false),
      CIFARFiles.Form(
        folder: "cifar-10-batches-py", archive: "cifar-10-python.tar.gz",
        files: (1...5).map { "data_batch_\($0)" } + ["test_batch"], isPickle: true),
    ])

  package static let layouts = content.layouts
  package static let origin = Origin(
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    mirrors: ["https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/"],
    files: [
      PublishedFile(
        "cifar-10-binary.tar.gz", size: 170_052_171, md5: "c32a1d4ab5d03f1284b67883e8d87530",
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
    ],
    otherFiles: [
      PublishedFile(
        "cifar-10-python.tar.gz", size: 170_498_071, md5: "c58f30108f718f92721af3b95e74349a",
        sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce")
    ])

  package func read(_ files: [String]) throws -> StoredSamples { try Self.content.read(files) }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    let whole = Samples(inputShape: inputShape, classes: classes, train: stored.train, test: stored.test)
    return try whole.keepingFirst(samples, of: Self.name)
  }
}
