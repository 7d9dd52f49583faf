internal import Catalogue

/// How many clusters SkyMask looks for among the masks of the clients and the root.
package enum MaskClusters: String, Codable, Sendable, CaseIterable {
  /// One or two, by `MarginTest`.
  case auto
  case one = "1"
  /// Two, by a mixture of two normal distributions.
  case two = "2"
  /// One or two components of the mixture, by the Bayesian information criterion.
  ///
  /// Kept to compare with: a component that holds a single point has a density that only the floor of the variances
  /// bounds, so the criterion prefers two whenever the mixture starts from such a point.
  case bic

  static let parameter = Parameter(
    "clusters", .choice(allCases.map(\.rawValue)),
    "clusters of the masks: 1, 2, or whichever fits better by the margin test (auto, this project's own criterion, not the "
      + "paper's) or by the Bayesian information criterion (bic)")
}
