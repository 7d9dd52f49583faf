package import Catalogue

/// Zalando's pictures of clothes: 60,000 for training, 10,000 for the test, 28 × 28 grey pixels, 10 classes.
///
/// Read from `fashion-mnist/` in the data folder when all four files lie there, else from where the Debian package
/// `dataset-fashion-mnist` puts them.
package struct FashionMNIST: PublishedDataset {
  package static let name = "fashion-mnist"
  package static let aliases = ["FashionMNIST"]
  package static let summary = "60,000 + 10,000 pictures of clothes, 28 x 28 grey pixels, 10 classes"
  package static let source = "Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017"
  package static let parameters = [
    Parameter(
      "samples", .optional(.integer(1...IDXPictures.trainCount)), "only the first so many for training; none = all")
  ]

  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { IDXPictures.shape }
  package var classes: Int { IDXPictures.classes }
  package var sampleCounts: (train: Int, test: Int) {
    (min(samples ?? IDXPictures.trainCount, IDXPictures.trainCount), IDXPictures.testCount)
  }
  package var ownership: Ownership { .nobody }

  package static let layouts = [IDXPictures.names]
  package static let package: (name: String, folder: String)? = (
    "dataset-fashion-mnist", "/usr/share/datasets/fashion-mnist"
  )
  package static let origin = Origin(
    page: "https://github.com/zalandoresearch/fashion-mnist",
    mirrors: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    files: [
      PublishedFile(
        IDXPictures.names[0], size: 26_421_880, md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
      PublishedFile(
        IDXPictures.names[1], size: 29_515, md5: "25c81989df183df01b3e8a0aad5dffbe",
        sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      PublishedFile(
        IDXPictures.names[2], size: 4_422_102, md5: "bef4ecab320f06d8554ea6380940ec79",
        sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
      PublishedFile(
        IDXPictures.names[3], size: 5_148, md5: "bb300cfdad3c16e7a12a480ee83cd310",
        sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ],
    digest: "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214")

  package func read(_ files: [String]) throws -> StoredSamples { try IDXPictures.read(files) }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    let whole = Samples(inputShape: inputShape, classes: classes, train: stored.train, test: stored.test)
    return try whole.keepingFirst(samples, of: Self.name)
  }
}
