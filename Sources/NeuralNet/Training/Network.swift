/// A model with its parameters, its buffers and its compiled steps: the one thing that trains.
///
/// API (the bodies are being written):
///   init(_ model: any Model, input: [Int], classes: Int, loss: Loss) throws
///   let layout: ParameterLayout
///   func setParameters(_ w: UnsafePointer<Float>)            // d floats, flat order
///   func copyParameters(to w: UnsafeMutablePointer<Float>)
///   func resetOptimizer()                                    // velocity = 0, before each client
///   // Where the next batch of `size` samples is to be put: row-major [size, C, H, W] floats and labels.
///   // The same pointers for every call with the same size.
///   func batch(_ size: Int) throws -> Batch                  // struct Batch { inputs: UnsafeMutablePointer<Float>; labels: UnsafeMutablePointer<Int32> ; size: Int }
///   func trainStep(_ batch: Batch, _ optimizer: SGD) throws -> Float       // forward, loss, backward, update; mean loss of the batch before the update
///   func gradient(_ batch: Batch, plainBatchNorm: Bool, into g: UnsafeMutablePointer<Float>) throws -> Float  // d floats, running statistics 0; parameters unchanged
///   func evaluate(_ batch: Batch) throws -> Evaluation       // struct Evaluation { correct: Int; lossSum: Double; predictions: [Int32] in a buffer }; batch norm in evaluation mode
