/// A departure of the published SkyMask code (commit 01d5d08) from the paper that changes numbers.
///
/// `profile: official-code` turns all of them on; `quirks:` any by name.
package enum Quirk: String, Sendable, Codable, CaseIterable {
  case batchSoftmax = "batch-softmax"
  case firstSliceMaskWeights = "first-slice-mask-weights"
  case scaledMaskWeights = "scaled-mask-weights"
  case plainMaskBatchNorm = "plain-mask-batch-norm"
  case addedAttackers = "added-attackers"
  case attackSeesRoot = "attack-sees-root"
  case selfInKrumScore = "self-in-krum-score"
  case minSumLeast = "min-sum-least"
  case alwaysTwoClusters = "always-two-clusters"
  case squaredFlameNoise = "squared-flame-noise"
  case separateHARScaling = "separate-har-scaling"
  case harClassesByName = "har-classes-by-name"
  case trimmedBulyan = "trimmed-bulyan"
  case skipLastEvaluation = "skip-last-evaluation"

  /// What it changes, in a line.
  package var summary: String {
    switch self {
    case .batchSoftmax: "the softmax runs over the batch, not the classes, in training, mask training and evaluation"
    case .firstSliceMaskWeights:
      "the mask network's weights are rebuilt from the first entries of each update, for every tensor but the first;"
        + " a batch norm's running statistics stand among them, behind its scale and shift"
    case .scaledMaskWeights: "the mask network's weights are w - local_lr * update, though an update is a whole step"
    case .plainMaskBatchNorm: "batch norm in the mask network uses mean 0 and variance 1"
    case .addedAttackers: "Fang-Krum, Min-Max and Min-Sum put f crafted updates in front of all n, so n + f arrive"
    case .attackSeesRoot: "the root update is among the updates that the attack computes its statistics from"
    case .selfInKrumScore: "a Krum score sums the n - f - 2 smallest distances with the zero to itself among them"
    case .minSumLeast: "Min-Sum is bounded by the least, not the largest, of the benign sums"
    case .alwaysTwoClusters:
      "SkyMask always splits in two, also where nobody attacks, from a single start of k-means"
    case .squaredFlameNoise:
      "the noise that FLAME adds to the model has the square of the intended deviation, global_lr included"
    case .separateHARScaling:
      "HAR's train.csv and test.csv are each standardised by their own mean and deviation before they are joined"
    case .harClassesByName:
      "HAR labels are numbered alphabetically, the test set is one batch, a step of mask training draws 100 root samples,"
        + " the malicious persons are 1 to f, and shares of a person's windows are rounded up"
    case .trimmedBulyan: "Bulyan picks n - 2f - 2 updates, not n - 2f, and takes their trimmed mean"
    case .skipLastEvaluation: "rounds are evaluated when evaluate_every divides them, the last one not always"
    }
  }
}
