package import Catalogue

/// Small photographs: 50,000 for training, 10,000 for the test, 3 × 32 × 32 pixels, 100 classes (the fine labels).
///
/// Read from the binary or the python version, as the archive or unpacked. Pixels / 255, nothing added to them.
package struct CIFAR100: PublishedDataset {
  package static let name = "cifar-100"
  package static let aliases = ["CIFAR-100"]
  package static let summary = "50,000 + 10,000 photographs, 3 x 32 x 32 pixels, 100 classes"
  package static let source = "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009"
  package static let defaultModel = "resnet20"
  /// An even share: at 0.1 the usual 100 root samples would leave nine classes out.
  package static let defaultRootBias = 0.01
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
    classes: 100, labelBytes: 2, labelKey: "fine_labels", trainFiles: 1, trainCount: 50_000, testCount: 10_000,
    forms: [
      CIFARFiles.Form(
        folder: "cifar-100-binary", archive: "cifar-100-binary.tar.gz", files: ["train.bin", "test.bin"],
        isPickle: false),
      CIFARFiles.Form(
        folder: "cifar-100-python", archive: "cifar-100-python.tar.gz", files: ["train", "test"], isPickle: true),
    ])

  package static let layouts = content.layouts
  package static let origin = Origin(
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    mirrors: ["https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/"],
    files: [
      PublishedFile(
        "cifar-100-binary.tar.gz", size: 168_513_733, md5: "03b5dce01913d631647c71ecec9e9cb8",
        sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
    ],
    otherFiles: [
      PublishedFile(
        "cifar-100-python.tar.gz", size: 169_001_437, md5: "eb9058c3a382ffc7106e4002c42a8d85",
        sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7")
    ])

  package func read(_ files: [String]) throws -> StoredSamples { try Self.content.read(files) }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    let whole = Samples(inputShape: inputShape, classes: classes, train: stored.train, test: stored.test)
    return try whole.keepingFirst(samples, of: Self.name)
  }
}
