package import Catalogue
internal import NeuralNet

/// The sizes of a cell's data set and model, known without loading anything: what its cost follows from.
package struct Workload: Sendable, Equatable {
  package let trainSamples: Int
  package let testSamples: Int
  /// The memory of one sample: a byte for a pixel, four for a feature.
  package let sampleBytes: Int
  /// Length of the model's flat parameter vector, d.
  package let parameters: Int
  /// Floating-point operations of the model's forward pass of one sample.
  package let forwardOperations: Int

  /// - Parameters:
  ///   - dataset: the cell's value: a name, or a map of the name to its parameters.
  ///   - model: likewise.
  /// - Throws: `SimulationError`, `CatalogueError`, or `NetworkError.shape` for a model that cannot take such samples.
  package init(dataset: Value, model: Value) throws {
    let reader = CellReader(["dataset": dataset, "model": model])
    let data: any Dataset = try reader.component("dataset", of: Datasets.family)
    let network: any Model = try reader.component("model", of: Models.family)
    let shape = data.inputShape
    let size = try ModelSize(network, input: shape, classes: data.classes)
    (trainSamples, testSamples) = data.sampleCounts
    sampleBytes = shape.reduce(1, *) * (shape.count == 3 ? 1 : 4)
    parameters = size.parameters
    forwardOperations = size.forwardOperations
  }
}
