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
