/// Where each tensor of a model stands in its flat parameter vector.
///
/// Trainable tensors in layer order come first, then every batch norm's running mean and variance.
package struct ParameterLayout: Sendable, Equatable {
  package enum Kind: Sendable {
    /// A convolution's or linear layer's weight, rank > 1.
    case weight
    /// A bias, or a batch norm's scale or shift, rank 1.
    case vector
    /// A batch norm's scale: starts at 1.
    case batchNormScale
    case runningMean
    case runningVariance

    /// No gradient reaches it.
    var isStatistic: Bool { self == .runningMean || self == .runningVariance }
  }

  package struct Tensor: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
    package let kind: Kind
    /// First coordinate in the flat vector.
    package let offset: Int
    /// The inputs of one output: the ±1/√fanIn of the initial values; 0 for batch norm.
    package let fanIn: Int

    package init(name: String, shape: [Int], kind: Kind, offset: Int, fanIn: Int) {
      (self.name, self.shape, self.kind, self.offset, self.fanIn) = (name, shape, kind, offset, fanIn)
    }

    package var count: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<(offset + count) }
  }

  package let tensors: [Tensor]

  package init(tensors: [Tensor]) { self.tensors = tensors }

  /// Number of coordinates, d.
  package var count: Int { tensors.last.map { $0.offset + $0.count } ?? 0 }

  /// Number of coordinates that a gradient reaches: all but the running statistics, which come last.
  package var trainableCount: Int {
    tensors.first(where: \.kind.isStatistic)?.offset ?? count
  }
}
