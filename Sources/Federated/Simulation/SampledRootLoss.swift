/// Loss and gradient on some samples of the root set, drawn anew each time: the quirk `har-classes-by-name`.
final class SampledRootLoss: RootLoss {
  private var loss: NetworkRootLoss
  private let root: [Int]
  private let count: Int
  private let random: RandomSource
  /// How often it was asked.
  private var steps = 0

  /// - Parameters:
  ///   - count: samples of a draw, at most all of the root set.
  ///   - random: numbers of (seed, stream `maskBatch`, round); each step draws its own.
  init(_ loss: NetworkRootLoss, count: Int, random: RandomSource) {
    (self.loss, root, self.random) = (loss, loss.indices, random)
    self.count = min(count, root.count)
  }

  func lossAndGradient(
    at parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) throws -> Float {
    var (random, shuffled) = (random.numbered(steps), root)
    random.shuffle(&shuffled)
    loss.indices = Array(shuffled.prefix(count))
    steps += 1
    return try loss.lossAndGradient(at: parameters, gradient: gradient)
  }
}
