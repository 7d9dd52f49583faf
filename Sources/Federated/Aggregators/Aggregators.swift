package import Catalogue

/// The aggregators that a manifest can name, one line each.
package enum Aggregators {
  package static let all: [any Aggregator.Type] = [
    FedAvg.self,
    TrimmedMean.self,
    Median.self,
    Krum.self,
    MultiKrum.self,
    Bulyan.self,
    FLTrust.self,
    Flame.self,
    FLDetector.self,
    Tolpegin.self,
    SkyMask.self,
  ]
  package static let family = Family("aggregator", all)
}
