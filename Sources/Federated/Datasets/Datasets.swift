package import Catalogue

/// The data sets that a manifest can name, one line each.
package enum Datasets {
  package static let all: [any Dataset.Type] = [
    FashionMNIST.self,
    MNIST.self,
    CIFAR10.self,
    CIFAR100.self,
    HAR.self,
    NPYDataset.self,
    SyntheticImages.self,
    SyntheticFeatures.self,
  ]
  /// Those that their makers have published as files.
  package static let published = all.compactMap { $0 as? any PublishedDataset.Type }
  package static let family = Family("dataset", all)
}
