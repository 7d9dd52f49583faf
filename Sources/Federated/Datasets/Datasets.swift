package import Catalogue

/// The data sets that a manifest can name, one line each.
package enum Datasets {
  package static let all: [any Dataset.Type] = [
    FashionMNIST.self,
    HAR.self,
    SyntheticImages.self,
    SyntheticFeatures.self,
  ]
  package static let family = Family("dataset", all)
}
