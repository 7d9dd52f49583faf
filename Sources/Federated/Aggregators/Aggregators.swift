package import Catalogue

/// The aggregators that a manifest can name, one line each.
package enum Aggregators {
  package static let all: [any Aggregator.Type] = [
    FedAvg.self,
    TrimmedMean.self,
    Krum.self,
    FLTrust.self,
    SkyMask.self,
  ]
  package static let family = Family("aggregator", all)
}
