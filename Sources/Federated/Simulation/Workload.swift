package import Catalogue
package import NeuralNet

/// The sizes of a cell's data set and model, known without loading anything: what its cost follows from.
package struct Workload: Sendable, Equatable {
  package let trainSamples: Int
  package let testSamples: Int
  /// The memory of one sample: a byte for a pixel, four for a feature.
  package let sampleBytes: Int
  /// Length of the model's flat parameter vector, d.
  package let parameters: Int
  /// Shape of one sample.
  package let inputShape: [Int]
  /// What the network is known by: its model, the samples' shape and the number of classes, as canonical JSON.
  package let network: String
  /// Floating-point operations of the model's forward pass of one sample.
  package let forwardOperations: Int

  /// - Parameters:
  ///   - dataset: the cell's value: a name, or a map of the name to its parameters.
  ///   - model: likewise.
  /// - Throws: `SimulationError`, `CatalogueError`, or `NetworkError.shape` for a model that cannot take such samples.
  package init(dataset: Value, model: Value) throws {
    let reader = CellReader(["dataset": dataset, "model": model])
    let data: any Dataset = try reader.component("dataset", of: Datasets.family)
    let chosen: any Model = try reader.component("model", of: Models.family)
    let shape = data.inputShape
    let size = try ModelSize(chosen, input: shape, classes: data.classes)
    (trainSamples, testSamples) = data.sampleCounts
    sampleBytes = shape.reduce(1, *) * (shape.count == 3 ? 1 : 4)
    parameters = size.parameters
    inputShape = shape
    network =
      Value.map([
        "classes": .integer(data.classes), "input": .list(shape.map(Value.integer)), "model": model,
      ]).canonicalJSON
    forwardOperations = size.forwardOperations
  }

  /// The network of such a cell at its first parameters, for trial steps, with the number of classes.
  ///
  /// - Throws: as `init`.
  package static func network(dataset: Value, model: Value) throws -> (network: Network, input: [Int], classes: Int) {
    let reader = CellReader(["dataset": dataset, "model": model])
    let data: any Dataset = try reader.component("dataset", of: Datasets.family)
    let chosen: any Model = try reader.component("model", of: Models.family)
    let network = try Network(chosen, input: data.inputShape, classes: data.classes, loss: .crossEntropy, batch: 48)
    InitialParameters.make(network.layout, seed: 1).withUnsafeBufferPointer { values in
      if let first = values.baseAddress { network.setParameters(first) }
    }
    return (network, data.inputShape, data.classes)
  }
}
