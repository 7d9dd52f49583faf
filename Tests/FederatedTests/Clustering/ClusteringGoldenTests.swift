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

  @Test(arguments: 0..<3, [false, true]) func componentsAndMixtureAgree(number: Int, alwaysTwo: Bool) throws {
    let name = "official/cluster-pca_gmm-\(number)"
    let expected = try #require(try Golden.settings(name)["expected"] as? [Int])
    // A mask of 0 or 1 is above one half as often as it is 1.
    var masks = try Matrix.golden(name, "masks.npy")
    #expect(masks.values.allSatisfy { $0 == 0 || $0 == 1 })
    for k in masks.values.indices { masks.values[k] = masks.values[k] * 2 - 1 }
    var random = RandomSource(seed: 1, stream: .clustering)
    let alike = try MaskClustering.likeTheLast(
      MaskClustering.gram(of: masks, threshold: 0.5), alwaysTwo: alwaysTwo, random: &random)
    #expect(alike.map { $0 ? 1 : 0 } == expected)
  }
}
