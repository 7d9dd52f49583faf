package import Catalogue
package import NeuralNet

/// A rule that turns the updates a server received into one.
///
/// Contract: the same inputs give the same bits; a NaN or infinity in the updates is an answer or an error, never a trap
/// or a hang; the rule keeps nothing between rounds but what it puts into `memory`.
package protocol Aggregator: Component {
  /// Whether the server must train on the root set each round.
  static var needsRootUpdate: Bool { get }
  /// A reason why this rule cannot serve so many clients, for `skymask check`; nil when it can.
  func objection(clients: Int, byzantine: Int) -> String?
  /// What so few rounds, or so few participants of a round, do not show of this rule, for a warning of `skymask check`; nil
  /// when there is nothing to say.
  func reservation(rounds: Int, clients: Int, participants: Int) -> String?
  /// What a round takes, without training the server on the root set.
  func work(_ size: RoundSize) -> RoundWork
  func aggregate(_ round: AggregatorRound, memory: inout RuleMemory) throws -> Aggregate
}

extension Aggregator {
  package static var needsRootUpdate: Bool { false }
  package func objection(clients: Int, byzantine: Int) -> String? { nil }
  package func reservation(rounds: Int, clients: Int, participants: Int) -> String? { nil }
  package func work(_ size: RoundSize) -> RoundWork { RoundWork(values: size.values) }
}

/// What a rule gets in one round.
package struct AggregatorRound {
  /// What the server received, n × d, rows = clients.
  package var updates: Matrix
  /// The number of malicious clients that the rule assumes.
  package var byzantine: Int
  /// The update from the root set, d; present when the rule asks for it.
  package var rootUpdate: [Float]?
  /// The model before the round, d.
  package var parameters: [Float]
  package var localLearningRate: Double
  /// What the server multiplies the answer by.
  package var globalLearningRate: Double
  /// Where each tensor stands in a row.
  package var layout: ParameterLayout
  /// The coordinates that norms, distances, cosines and clusterings are over: all, or under
  /// `batch_norm: outside-distance` only the trainable ones.
  package var distanceColumns: Range<Int>
  /// For each received row, how many samples its client has; nil when unknown.
  package var sampleCounts: [Int]?
  /// For each received row, the number of the client that sent it, for rules with a memory of clients; nil when unknown,
  /// and then row i is the same client in every round.
  package var senders: [Int]?
  package var quirks: Set<Quirk>
  /// Numbers of (seed, stream `rule`, round).
  package var random: RandomSource
  /// Numbers of (seed, stream `clustering`, round).
  package var clusteringRandom: RandomSource
  /// Loss and gradient on the whole root set as one batch; present when there is a root set.
  package var rootLoss: (any RootLoss)?

  package init(
    updates: Matrix, byzantine: Int, rootUpdate: [Float]? = nil, parameters: [Float], localLearningRate: Double,
    globalLearningRate: Double = 1, layout: ParameterLayout, distanceColumns: Range<Int>, sampleCounts: [Int]? = nil,
    senders: [Int]? = nil,
    quirks: Set<Quirk> = [], random: RandomSource, clusteringRandom: RandomSource, rootLoss: (any RootLoss)? = nil
  ) {
    self.updates = updates
    self.byzantine = byzantine
    self.rootUpdate = rootUpdate
    self.parameters = parameters
    self.localLearningRate = localLearningRate
    self.globalLearningRate = globalLearningRate
    self.layout = layout
    self.distanceColumns = distanceColumns
    self.sampleCounts = sampleCounts
    self.senders = senders
    self.quirks = quirks
    self.random = random
    self.clusteringRandom = clusteringRandom
    self.rootLoss = rootLoss
  }
}

/// Loss and gradient of the ordinary network on the root set, for SkyMask's mask training.
package protocol RootLoss {
  /// The mean loss at `parameters` (d), its gradient written to `gradient` (d; 0 for running statistics).
  func lossAndGradient(at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) throws -> Float
}

/// What a rule carries from one round to the next; written into checkpoints.
package struct RuleMemory: Sendable, Equatable {
  package var matrices: [String: Matrix] = [:]
  package var numbers: [String: [Double]] = [:]
  package init() {}
}

/// What a rule answers.
package struct Aggregate {
  /// u, d floats: the server does w −= global_lr·u.
  package var update: [Float]
  /// For each received row, whether it was kept; nil where the rule does not select.
  package var kept: [Bool]?
  /// For each received row, its weight in u; nil where the rule does not weigh.
  package var weights: [Double]?
  /// For each received row, the number that the rule judged it by, if there is one; nil for a row that it did not judge.
  package var scores: [Double?]?
  /// Where the rule's clustering saw the updates; nil where it has none.
  package var plane: MaskPlane?
  /// A remark for the log, such as SkyMask's "nobody kept, the root update stands in".
  package var note: String?

  package init(
    update: [Float], kept: [Bool]? = nil, weights: [Double]? = nil, scores: [Double?]? = nil,
    plane: MaskPlane? = nil, note: String? = nil
  ) {
    self.update = update
    self.kept = kept
    self.weights = weights
    self.scores = scores
    self.plane = plane
    self.note = note
  }
}

/// Where SkyMask's clustering saw the binary masks: their first two principal components.
package struct MaskPlane: Sendable, Equatable {
  /// For each received row; nil for one that took no part, as it is not finite.
  package var updates: [SIMD2<Double>?]
  package var root: SIMD2<Double>
}

package enum AggregationError: Error, Equatable, CustomStringConvertible {
  case tooFewClients(rule: String, clients: Int, byzantine: Int, need: String)
  case needsRootUpdate(rule: String)
  case needsRootData(rule: String)
  case needsSampleCounts(rule: String, clients: Int)
  case notFinite(rule: String)

  package var description: String {
    switch self {
    case .tooFewClients(let rule, let clients, let byzantine, let need):
      "\(rule) needs \(need), but \(clients) updates came and byzantine is \(byzantine)"
    case .needsRootUpdate(let rule): "\(rule) needs a root update"
    case .needsRootData(let rule): "\(rule) needs root data"
    case .needsSampleCounts(let rule, let clients):
      "\(rule) weighted by samples needs the number of samples behind each of the \(clients) updates"
    case .notFinite(let rule): "\(rule): every update holds a value that is not finite"
    }
  }
}
