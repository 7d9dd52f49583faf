import CAllocations
import NeuralNet
import Testing

/// A training step and an evaluation allocate nothing.
@Suite(.serialized) struct AllocationTests {
  @Test func theCounterSeesAnAllocation() throws {
    try #require(allocations_can_be_counted() == 1)
    allocations_start()
    let block = UnsafeMutableRawPointer.allocate(byteCount: 1000, alignment: 16)
    let count = allocations_stop()
    block.deallocate()
    #expect(count == 1)
  }

  @Test(arguments: ["cnn", "resnet20", "lr", "mlp"]) func aStepAllocatesNothing(name: String) throws {
    try #require(allocations_can_be_counted() == 1)
    let models: [String: (any Model, [Int])] = [
      "cnn": (CNN(), [1, 28, 28]), "resnet20": (ResNet20(), [3, 32, 32]), "lr": (LR(), [561]),
      "mlp": (MLP(), [1, 28, 28]),
    ]
    let (model, input) = try #require(models[name])
    let network = try Network(model, input: input, classes: 10, loss: .crossEntropy)
    // The second size leaves lanes of the last vector empty.
    for size in [16, 7] {
      let batch = try network.batch(size)
      batch.inputs.update(repeating: 0.5, count: size * input.reduce(1, *))
      batch.labels.update(repeating: 3, count: size)
      let optimizer = SGD(learningRate: 0.1, clip: 0.01)
      _ = network.trainStep(batch, optimizer)
      _ = network.evaluate(batch)
      allocations_start()
      for _ in 0..<4 {
        _ = network.trainStep(batch, optimizer)
        _ = network.evaluate(batch)
      }
      let count = allocations_stop()
      #if DEBUG
        // Unoptimised Swift boxes what the release build keeps in registers: as much with more layers.
        #expect(count <= 64, "\(name)")
      #else
        #expect(count == 0, "\(name)")
      #endif
    }
  }
}
