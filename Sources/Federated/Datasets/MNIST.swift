package import Catalogue

/// LeCun's handwritten digits: 60,000 for training, 10,000 for the test, 28 × 28 grey pixels, 10 classes.
package struct MNIST: PublishedDataset {
  package static let name = "mnist"
  package static let aliases = ["MNIST"]
  package static let summary = "60,000 + 10,000 pictures of digits, 28 x 28 grey pixels, 10 classes"
  package static let source =
    "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86, 1998"
  package static let parameters = [
    Parameter(
      "samples", .optional(.integer(1...IDXPictures.trainCount)), "only the first so many for training; none = all")
  ]

  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { IDXPictures.shape }
  package var classes: Int { IDXPictures.classes }
  package var sampleCounts: (train: Int, test: Int) {
    (min(samples ?? IDXPictures.trainCount, IDXPictures.trainCount), 10_000)
  }
  package var ownership: Ownership { .nobody }

  package static let layouts = [IDXPictures.names]
  package static let origin = Origin(
    page: "http://yann.lecun.com/exdb/mnist/",
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    files: [
      PublishedFile(
        IDXPictures.names[0], size: 9_912_422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
      PublishedFile(
        IDXPictures.names[1], size: 28_881, md5: "d53e105ee54ea40749a09fcbcd1e9432",
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
      PublishedFile(
        IDXPictures.names[2], size: 1_648_877, md5: "9fb629c4189551a2d022fa330f9573f3",
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
      PublishedFile(
        IDXPictures.names[3], size: 4_542, md5: "ec29112dd5afa0611ce80d1b7f02629c",
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ])

  package func read(_ files: [String]) throws -> StoredSamples { try IDXPictures.read(files) }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    let whole = Samples(inputShape: inputShape, classes: classes, train: stored.train, test: stored.test)
    return try whole.keepingFirst(samples, of: Self.name)
  }
}
