@testable import NeuralNet
import TestSupport

@testable import Federated

extension AggregatorRound {
  /// A round of a model that is one vector of weights.
  static func example(
    _ updates: Matrix, byzantine: Int = 0, root: [Float]? = nil, quirks: Set<Quirk> = [], loss: (any RootLoss)? = nil
  ) -> AggregatorRound {
    AggregatorRound(
      updates: updates, byzantine: byzantine, rootUpdate: root,
      parameters: [Float](repeating: 0, count: updates.columns), localLearningRate: 0.5,
      layout: .flat(updates.columns), distanceColumns: 0..<updates.columns, quirks: quirks,
      random: RandomSource(seed: 1, stream: .rule), clusteringRandom: RandomSource(seed: 1, stream: .clustering),
      rootLoss: loss)
  }
}

extension AttackRound {
  static func example(
    _ updates: Matrix, byzantine: Int, root: [Float]? = nil, quirks: Set<Quirk> = []
  ) -> AttackRound {
    AttackRound(
      updates: updates, byzantine: byzantine, rootUpdate: root, quirks: quirks,
      random: RandomSource(seed: 1, stream: .attack))
  }
}

extension ParameterLayout {
  /// One weight of so many numbers.
  static func flat(_ count: Int) -> ParameterLayout {
    ParameterLayout(tensors: [Tensor(name: "weight", shape: [count], kind: .weight, offset: 0, fanIn: count)])
  }
}

extension Matrix {
  init(_ rows: [[Float]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
  }

  /// A matrix that a golden case holds.
  static func golden(_ name: String, _ file: String) throws -> Matrix {
    let (values, shape) = try Golden.array(name, file)
    return Matrix(rows: shape[0], columns: shape[1], values: values)
  }

  /// Normal numbers, the same for the same seed.
  static func random(rows: Int, columns: Int, seed: UInt64 = 1) -> Matrix {
    var source = RandomSource(seed: seed, stream: .dataset)
    return Matrix(rows: rows, columns: columns, values: (0..<(rows * columns)).map { _ in Float(source.gaussian()) })
  }
}

/// Half the squared distance of the parameters to a goal.
struct Bowl: RootLoss {
  var goal: [Float]

  func lossAndGradient(at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>) throws -> Float {
    var loss: Float = 0
    for k in goal.indices {
      gradient[k] = parameters[k] - goal[k]
      loss += 0.5 * gradient[k] * gradient[k]
    }
    return loss
  }
}
