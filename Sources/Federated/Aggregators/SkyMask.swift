package import Catalogue
internal import NeuralNet

/// The mean of the updates whose masks, trained on the server's root data, are like the root update's own.
///
/// Yan et al., "SkyMask: attack-agnostic robust federated learning with fine-grained learnable masks", ECCV 2024. Mask
/// training is `MaskTraining`, the clustering of the binary masks `MaskClustering`. Quirks: `first-slice-mask-weights`,
/// `scaled-mask-weights` and `always-two-clusters`: `clusters: auto` is then 2, and the mixture starts from a single try
/// of k-means.
///
/// This is this project's reading of the paper. The published code splits the masks in two in every round, even where
/// nobody attacks; here `clusters` decides. Its default, `auto`, is this project's choice, not the paper's rule: the
/// masks are split where `MarginTest` finds two groups, and along the cut that it tested instead of by a mixture. Also
/// of this project: clients whose updates hold a NaN or infinity take no part and are rejected; when nobody is kept the
/// root update stands in, and the round reports it; a root update that is not finite is passed on, for the model has
/// diverged.
///
/// - Throws: `AggregationError.needsRootUpdate`, `needsRootData`, `ClusteringError`, and what the network throws.
/// - Complexity: O(steps · n · d + n² · d / 64) beside the network's gradients; n · d floats of extra space.
package struct SkyMask: Aggregator {
  package static let name = "skymask"
  package static let summary = "mean of the updates whose trained masks cluster with the root update's"
  package static let source =
    "Yan et al., SkyMask: attack-agnostic robust federated learning with fine-grained learnable masks, ECCV 2024"
  package static let parameters = [
    Parameter(
      "threshold", aliases: ["thres"], .number(.fraction), "a binary mask is 1 where the sigmoid is above this"),
    Parameter("max_steps", .integer(1...1_000_000), "steps of mask training, at most"),
    Parameter(
      "mask_learning_rate", .optional(.number(.positive)),
      "learning rate of the masks; none = 1e7, or 1e8 where the network has batch norm, as resnet20 has"),
    Parameter("mask_gradient_clip", .number(.positive), "each element of a mask's gradient is clamped to ± this"),
    MaskClusters.parameter,
  ]
  package static let needsRootUpdate = true

  package var threshold = 0.5
  package var maxSteps = 20
  package var maskLearningRate: Double?
  package var maskGradientClip = 1e-7
  package var clusters = MaskClusters.auto

  package init() {}

  package func work(_ size: RoundSize) -> RoundWork {
    // The root's mask is one more; the binary masks of all pairs are compared 64 at a time.
    RoundWork(
      values: 2 * size.values, products: size.products / 64,
      masks: Double(maxSteps + 1) * (size.values + size.parameters), rootPasses: Double(maxSteps))
  }

  package func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate {
    guard let root = round.rootUpdate else { throw AggregationError.needsRootUpdate(rule: Self.name) }
    guard let loss = round.rootLoss else { throw AggregationError.needsRootData(rule: Self.name) }
    var kept = [Bool](repeating: false, count: round.updates.rows)
    guard root.allSatisfy(\.isFinite) else {
      return Aggregate(update: root, kept: kept, note: "the root update is not finite")
    }
    let isFinite = Rows(round.updates).areFinite()
    let finite = isFinite.indices.filter { isFinite[$0] }

    let result = try training(round).train(
      Rows(round.updates, finite, extra: root), parameters: round.parameters, layout: round.layout, loss: loss)
    var random = round.clusteringRandom
    let points = try PCA.plane(of: MaskClustering.gram(of: result.masks, threshold: Float(threshold)))
    let alike = likeTheRoot(points, quirks: round.quirks, random: &random)
    var plane = MaskPlane(updates: [SIMD2<Double>?](repeating: nil, count: kept.count), root: points[finite.count])
    for (index, row) in finite.enumerated() { (kept[row], plane.updates[row]) = (alike[index], points[index]) }

    var notes: [String] = []
    if result.isSpoilt { notes.append("mask training ended after \(result.steps) steps: the root loss is not finite") }
    guard kept.contains(true) else {
      notes.append("nobody is kept: the root update stands in")
      return Aggregate(update: root, kept: kept, plane: plane, note: notes.joined(separator: "; "))
    }
    let mean = Rows(round.updates, kept.indices.filter { kept[$0] }).mean()
    return Aggregate(update: mean, kept: kept, plane: plane, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }

  /// For each point, whether it is in the cluster of the last, the root's.
  private func likeTheRoot(
    _ points: [SIMD2<Double>], quirks: Set<Quirk>, random: inout RandomSource
  ) -> [Bool] {
    guard quirks.contains(.alwaysTwoClusters) else {
      return MaskClustering.likeTheLast(points, clusters: clusters, random: &random)
    }
    return MaskClustering.likeTheLast(
      points, clusters: clusters == .auto ? .two : clusters, tries: 1, random: &random)
  }

  private func training(_ round: AggregatorRound) -> MaskTraining {
    MaskTraining(
      maxSteps: maxSteps, rate: rate(round.layout), clip: Float(maskGradientClip),
      scale: round.quirks.contains(.scaledMaskWeights) ? Float(round.localLearningRate) : 1,
      fromFirstEntries: round.quirks.contains(.firstSliceMaskWeights))
  }

  /// The masks' learning rate for a network: what is asked for, or the paper's.
  func rate(_ layout: ParameterLayout) -> Float {
    let hasBatchNorm = layout.tensors.contains { $0.kind == .batchNormScale }
    return Float(maskLearningRate ?? (hasBatchNorm ? 1e8 : 1e7))
  }
}
