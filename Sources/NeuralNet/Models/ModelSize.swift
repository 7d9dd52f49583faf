/// What a model costs, known from its shapes alone.
package struct ModelSize: Sendable, Equatable {
  /// Length of the flat parameter vector, d.
  package let parameters: Int
  /// Floating-point operations of one forward pass of one sample; a backward pass takes about twice as many.
  package let forwardOperations: Int

  init(parameters: Int, forwardOperations: Int) {
    (self.parameters, self.forwardOperations) = (parameters, forwardOperations)
  }

  /// - Parameter input: shape of one sample, [C, H, W] or [features].
  /// - Throws: `NetworkError.shape` when the model cannot take such samples.
  package init(_ model: any Model, input: [Int], classes: Int) throws {
    let placed = try PlacedModel(model.layers(input: input, classes: classes), input: input, classes: classes)
    parameters = placed.layout.count
    forwardOperations = placed.layers.reduce(0) { $0 + $1.operations }
  }
}

extension PlacedLayer {
  /// Multiplications and additions of one sample; what only compares or moves numbers counts one for each.
  fileprivate var operations: Int {
    let outputs = output.reduce(1, *)
    switch layer {
    case .convolution(_, let kernel, _, _, _): return 2 * outputs * input[0] * kernel * kernel
    case .linear: return 2 * outputs * input.reduce(1, *)
    case .residual: return outputs + (main + shortcut).reduce(0) { $0 + $1.operations }
    case .relu, .maxPool, .averagePool, .batchNorm: return outputs
    case .flatten: return 0
    }
  }
}
