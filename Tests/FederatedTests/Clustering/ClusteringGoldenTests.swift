import TestSupport
import Testing

@testable import Federated

/// The published libraries' own answers.
@Suite struct ClusteringGoldenTests {
  @Test(arguments: 0..<6) func hdbscanAgrees(number: Int) throws {
    let name = "official/cluster-hdbscan-\(number)"
    let settings = try Golden.settings(name)
    let distances = try Golden.array(name, "distances.npy")
    let labels = HDBSCAN(
      minimumSamples: try #require(settings["min_samples"] as? Int),
      minimumClusterSize: try #require(settings["min_cluster_size"] as? Int),
      allowsSingleCluster: try #require(settings["allow_single_cluster"] as? Bool)
    ).labels(distances: distances.values.map(Double.init), count: distances.shape[0])
    #expect(labels == (try #require(settings["labels"] as? [Int])))
  }

  /// The published masks, 0 or 1, as masks before a threshold.
  private func gram(_ name: String) throws -> Gram {
    var masks = try Matrix.golden(name, "masks.npy")
    try #require(masks.values.allSatisfy { $0 == 0 || $0 == 1 })
    for k in masks.values.indices { masks.values[k] = masks.values[k] * 2 - 1 }
    return MaskClustering.gram(of: masks, threshold: 0.5)
  }

  private func alike(_ gram: Gram, tries: Int, seed: UInt64, clusters: MaskClusters = .two) throws -> [Int] {
    var random = RandomSource(seed: seed, stream: .clustering)
    return try MaskClustering.likeTheLast(PCA.plane(of: gram), clusters: clusters, tries: tries, random: &random)
      .map { $0 ? 1 : 0 }
  }

  @Test(arguments: 0..<2, [MaskClusters.two, .bic]) func componentsAndMixtureAgree(
    number: Int, clusters: MaskClusters
  ) throws {
    let name = "official/cluster-pca_gmm-\(number)"
    let expected = try #require(try Golden.settings(name)["expected"] as? [Int])
    let gram = try gram(name)
    for seed in 0..<20 as Range<UInt64> {
      #expect(try alike(gram, tries: 50, seed: seed, clusters: clusters) == expected)
    }
  }

  /// The published labels are one draw: scikit-learn 1.9.1 gives them for 200, 71 and 114 of the random states 0 to 199,
  /// and a single try of ours for 200, 69 and 112 of as many seeds. The best of fifty tries always gives them in the
  /// first two cases and never in the third, where the published try ended beside the best.
  @Test(arguments: [(0, 200...200), (1, 56...86), (2, 99...129)])
  func singleTryGivesThePublishedLabelsAsOftenAsTheLibrary(number: Int, seeds: ClosedRange<Int>) throws {
    let name = "official/cluster-pca_gmm-\(number)"
    let expected = try #require(try Golden.settings(name)["expected"] as? [Int])
    let gram = try gram(name)
    let agreeing = try (0..<200 as Range<UInt64>).count { seed in
      var random = RandomSource(seed: seed, stream: .clustering)
      let alike = try MaskClustering.likeTheLast(PCA.plane(of: gram), clusters: .two, tries: 1, random: &random)
      return alike.map { $0 ? 1 : 0 } == expected
    }
    #expect(seeds.contains(agreeing), "\(agreeing)")
  }

  @Test func bestOfManyTriesOfTheThirdCaseIsAnotherMixture() throws {
    let gram = try gram("official/cluster-pca_gmm-2")
    let best = [0, 0, 0, 0] + [Int](repeating: 1, count: 17)
    for seed in 0..<20 as Range<UInt64> { #expect(try alike(gram, tries: 50, seed: seed) == best) }
  }
}
