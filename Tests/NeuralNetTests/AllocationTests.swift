import CAllocations
import NeuralNet
import Testing

/// Our side of a training step allocates nothing: a step has the mallocs of oneDNN's bare execute calls and no more.
@Suite(.serialized) struct AllocationTests {
  @Test func theCounterSeesAnAllocation() throws {
    try #require(allocations_can_be_counted() == 1)
    allocations_start()
    let block = UnsafeMutableRawPointer.allocate(byteCount: 1000, alignment: 16)
    let count = allocations_stop()
    block.deallocate()
    #expect(count == 1)
  }

  @Test(arguments: ["cnn", "resnet20", "lr"]) func aStepAllocatesWhatOneDNNDoesAndNoMore(name: String) throws {
    try #require(allocations_can_be_counted() == 1)
    let models: [String: (any Model, [Int])] = [
      "cnn": (CNN(), [1, 28, 28]), "resnet20": (ResNet20(), [3, 32, 32]), "lr": (LR(), [561]),
    ]
    let (model, input) = try #require(models[name])
    let network = try Network(model, input: input, classes: 10, loss: .crossEntropy)
    let batch = try network.batch(16)
    batch.inputs.update(repeating: 0.5, count: 16 * input.reduce(1, *))
    batch.labels.update(repeating: 3, count: 16)
    let optimizer = SGD(learningRate: 0.1, clip: 0.01)
    let operations = try network.operations(batch: 16)
    #expect(operations.count >= 2)
    for _ in 0..<2 {
      _ = try network.trainStep(batch, optimizer)
      try operations.execute()
    }

    var bare: [Int64] = [], step: [Int64] = []
    bare.reserveCapacity(8)
    step.reserveCapacity(8)
    for _ in 0..<8 {
      allocations_start()
      try operations.execute()
      bare.append(allocations_stop())
      allocations_start()
      _ = try network.trainStep(batch, optimizer)
      step.append(allocations_stop())
    }
    #if DEBUG
      // Unoptimised Swift boxes what the release build keeps in registers: a few, and no more with more layers.
      #expect(zip(step, bare).allSatisfy { abs($0 - $1) <= 4 })
    #else
      #expect(step == bare)
    #endif
    print("\(name): \(step) allocations in a step, \(bare) in oneDNN's \(operations.count) bare calls")
  }
}
