internal import COneDNN

/// The same numbers in the layout that the next layer wants.
final class Reorder: LayerPlan {
  let name: String
  let output: Activation
  private let input: Activation
  private(set) var primitives: [Primitive] = []
  private(set) var forwardBuffers: [Buffer]
  private(set) var backwardBuffers: [Buffer] = []

  init(_ input: Activation, to layout: Layout) throws {
    self.input = input
    name = "reorder of \(input.shape.dropFirst().described)"
    output = Activation(
      shape: input.shape, layout: layout, afterReLU: false, wantsGradient: input.wantsGradient)
    forwardBuffers = [input.data, output.data]
    try add(from: input.layout, at: input.data, to: layout, at: output.data, &forwardBuffers)
  }

  private func add(
    from: Layout, at source: Buffer, to: Layout, at destination: Buffer, _ buffers: inout [Buffer]
  ) throws {
    let operation = try Primitive("reorder of an activation") { sm_reorder($0, from.handle, to.handle) }
    operation.set(SM_SOURCE, .buffer(source))
    operation.set(SM_DESTINATION, .buffer(destination))
    if let scratchpad = try operation.scratchpad() { buffers.append(scratchpad) }
    primitives.append(operation)
  }

  func makeBackward() throws {
    guard input.wantsGradient else { return }
    let inputGradient = input.addGradient()
    backwardBuffers = output.gradients + [inputGradient]
    try add(
      from: output.layout, at: output.gradient(), to: input.layout, at: inputGradient, &backwardBuffers)
  }

  func forward(_ mode: BatchNormMode) throws { try primitives[0].execute() }

  func backward(_ mode: BatchNormMode) throws {
    output.gatherGradient()
    if primitives.count > 1 { try primitives[1].execute() }
  }
}
