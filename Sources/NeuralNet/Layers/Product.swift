internal import COneDNN

/// The three oneDNN operations of a convolution or a linear layer, for given shapes.
struct ProductOperations {
  let name: String
  /// Useful floating-point operations of each of the three, for the whole batch.
  let count: Int
  let forward: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  let backwardData: (UnsafeMutablePointer<OpaquePointer?>, OpaquePointer) -> Int32
  let backwardWeights: (UnsafeMutablePointer<OpaquePointer?>, OpaquePointer) -> Int32
}

/// A convolution or a linear layer, with the ReLU behind it if there is one.
///
/// forward: y = relu(W·x + b). backward: g = dy where y > 0; dW = g·xᵀ, db = Σ g, dx = Wᵀ·g.
final class Product: LayerPlan {
  let output: Activation
  let name: String
  private let shaped: ProductOperations
  private let input: Activation
  private let slots: [Int]
  private let held: Layout
  private let store: ParameterStore
  private(set) var primitives: [Primitive] = []
  private(set) var forwardBuffers: [Buffer]
  private(set) var backwardBuffers: [Buffer] = []
  /// `primitives[..<forwardCount]` are the forward pass, the rest the backward pass, each in order.
  private(set) var forwardCount = 0

  /// - Parameters:
  ///   - outputShape: with the batch.
  ///   - slots: the weight's and, if there is one, the bias's place in the parameters.
  init(
    _ operations: ProductOperations, input: Activation, outputShape: [Int], slots: [Int], relu: Bool,
    store: ParameterStore
  ) throws {
    let operation = try Primitive(operations.name, operations.forward)
    name = operations.name
    shaped = operations
    operation.operations = operations.count
    self.input = input
    self.slots = slots
    self.store = store
    output = Activation(
      shape: outputShape, layout: try operation.layout(SM_DESTINATION), afterReLU: relu, wantsGradient: true)
    held = store.adopt(try operation.layout(SM_WEIGHTS), slot: slots[0])
    forwardBuffers = [input.data, output.data]

    let source = try operation.layout(SM_SOURCE)
    precondition(source.isEqual(to: input.layout), "\(operations.name) was made for another layout of its input")
    operation.set(SM_SOURCE, .buffer(input.data))
    operation.set(SM_DESTINATION, .buffer(output.data))
    if slots.count > 1 { operation.set(SM_BIAS, .parameter(store, slot: slots[1])) }
    try readWeights(operation, &forwardBuffers)
    try add(operation, &forwardBuffers)
    forwardCount = primitives.count
  }

  func makeBackward() throws {
    let gradient = try output.gradient()
    backwardBuffers = [input.data, output.data] + output.gradients
    let byWeights = try Primitive("\(name), backward by weights") {
      shaped.backwardWeights($0, primitives[forwardCount - 1].raw)
    }
    byWeights.operations = shaped.count
    byWeights.set(SM_SOURCE, .buffer(input.data))
    byWeights.set(SM_DESTINATION_GRADIENT, .buffer(gradient))
    if slots.count > 1 { byWeights.set(SM_BIAS_GRADIENT, .gradient(store, slot: slots[1])) }
    try writeWeightsGradient(byWeights)

    guard input.wantsGradient else { return }
    let byData = try Primitive("\(name), backward by data") {
      shaped.backwardData($0, primitives[forwardCount - 1].raw)
    }
    byData.operations = shaped.count
    let inputGradient = input.addGradient()
    byData.set(SM_DESTINATION_GRADIENT, .buffer(gradient))
    byData.set(SM_SOURCE_GRADIENT, .buffer(inputGradient))
    backwardBuffers.append(inputGradient)
    try readWeights(byData, &backwardBuffers)
    try add(byData, &backwardBuffers)
  }

  /// Binds the weights that an operation reads, by way of a reorder when it wants another layout than they are in.
  private func readWeights(_ operation: Primitive, _ buffers: inout [Buffer]) throws {
    let wanted = try operation.layout(SM_WEIGHTS)
    if wanted.isEqual(to: held) {
      operation.set(SM_WEIGHTS, .parameter(store, slot: slots[0]))
      return
    }
    let copy = Buffer(byteCount: wanted.byteCount)
    let reorder = try Primitive("\(name), reorder of the weights") {
      sm_reorder($0, held.handle, wanted.handle)
    }
    reorder.set(SM_SOURCE, .parameter(store, slot: slots[0]))
    reorder.set(SM_DESTINATION, .buffer(copy))
    operation.set(SM_WEIGHTS, .buffer(copy))
    buffers.append(copy)
    try add(reorder, &buffers)
  }

  private func writeWeightsGradient(_ operation: Primitive) throws {
    let made = try operation.layout(SM_WEIGHTS_GRADIENT)
    if made.isEqual(to: held) {
      operation.set(SM_WEIGHTS_GRADIENT, .gradient(store, slot: slots[0]))
      try add(operation, &backwardBuffers)
      return
    }
    let copy = Buffer(byteCount: made.byteCount)
    let reorder = try Primitive("\(name), reorder of the gradient") {
      sm_reorder($0, made.handle, held.handle)
    }
    reorder.set(SM_SOURCE, .buffer(copy))
    reorder.set(SM_DESTINATION, .gradient(store, slot: slots[0]))
    operation.set(SM_WEIGHTS_GRADIENT, .buffer(copy))
    backwardBuffers.append(copy)
    try add(operation, &backwardBuffers)
    try add(reorder, &backwardBuffers)
  }

  private func add(_ operation: Primitive, _ buffers: inout [Buffer]) throws {
    if let scratchpad = try operation.scratchpad() { buffers.append(scratchpad) }
    primitives.append(operation)
  }

  func forward(_ mode: BatchNormMode) throws {
    for at in 0..<forwardCount { try primitives[at].execute() }
  }

  func backward(_ mode: BatchNormMode) throws {
    output.finishGradient()
    for at in forwardCount..<primitives.count { try primitives[at].execute() }
  }
}
