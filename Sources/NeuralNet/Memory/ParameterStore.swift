internal import COneDNN

/// The parameters, their gradients and their velocities, each tensor in the layout that the primitives want.
///
/// Trainable tensors come first and back to back, so that one loop over `trainableCount` floats is a step of gradient
/// descent; padding between and inside them is zero and stays zero.
final class ParameterStore {
  let layout: ParameterLayout
  /// The layout of each weight, set by the first graph that is compiled; nil for vectors, which are plain.
  private(set) var weightLayouts: [Layout?]
  private var offsets: [Int] = []
  private(set) var trainableCount = 0
  private var weightMemory: UnsafeMutablePointer<Float>?
  private var gradientMemory: UnsafeMutablePointer<Float>?
  private var velocityMemory: UnsafeMutablePointer<Float>?
  private var packers: [Primitive?] = []
  private var unpackers: [Primitive?] = []

  init(layout: ParameterLayout) {
    self.layout = layout
    weightLayouts = Array(repeating: nil, count: layout.tensors.count)
  }

  deinit {
    weightMemory?.deallocate()
    gradientMemory?.deallocate()
    velocityMemory?.deallocate()
  }

  func weights(_ slot: Int) -> UnsafeMutablePointer<Float> { memory(weightMemory) + offsets[slot] }

  func gradients(_ slot: Int) -> UnsafeMutablePointer<Float> { memory(gradientMemory) + offsets[slot] }

  var allWeights: UnsafeMutablePointer<Float> { memory(weightMemory) }
  var allGradients: UnsafeMutablePointer<Float> { memory(gradientMemory) }

  /// Made at the first step with momentum.
  var velocities: UnsafeMutablePointer<Float> {
    if let velocityMemory { return velocityMemory }
    let made = ParameterStore.zeros(trainableCount)
    velocityMemory = made
    return made
  }

  func resetVelocities() { velocityMemory?.update(repeating: 0, count: trainableCount) }

  /// The layout of a weight: that of the first to ask.
  func adopt(_ layout: Layout, slot: Int) -> Layout {
    if let held = weightLayouts[slot] { return held }
    precondition(weightMemory == nil, "a layout was asked for after the parameters were placed")
    weightLayouts[slot] = layout
    return layout
  }

  /// Lays the tensors out; called once, when the first graph has chosen the layouts.
  func allocate() throws {
    if weightMemory != nil { return }
    var next = 0
    trainableCount = 0
    for (slot, tensor) in layout.tensors.enumerated() {
      offsets.append(next)
      // Vectors are padded to 16 channels, the widest block.
      next += (max(weightLayouts[slot]?.count ?? 0, tensor.count) + 15) / 16 * 16
      if tensor.kind != .runningMean, tensor.kind != .runningVariance { trainableCount = next }
    }
    weightMemory = ParameterStore.zeros(next)
    gradientMemory = ParameterStore.zeros(next)
    for (slot, tensor) in layout.tensors.enumerated() {
      guard let blocked = weightLayouts[slot] else {
        packers.append(nil)
        unpackers.append(nil)
        continue
      }
      let plain = try Layout.plain(tensor.shape.count == 1 ? [tensor.count] : tensor.shape)
      packers.append(try Primitive("pack \(tensor.name)") { sm_reorder($0, plain.handle, blocked.handle) })
      unpackers.append(try Primitive("unpack \(tensor.name)") { sm_reorder($0, blocked.handle, plain.handle) })
    }
  }

  /// Takes over d flat parameters.
  func pack(_ flat: UnsafePointer<Float>) throws {
    for (slot, tensor) in layout.tensors.enumerated() {
      let source = flat + tensor.offset
      guard let packer = packers[slot] else {
        weights(slot).update(from: source, count: tensor.count)
        continue
      }
      try packer.bind(SM_SOURCE, UnsafeMutableRawPointer(mutating: source))
      try packer.bind(SM_DESTINATION, UnsafeMutableRawPointer(weights(slot)))
      try packer.execute()
    }
  }

  /// Writes d flat parameters.
  func unpackWeights(to flat: UnsafeMutablePointer<Float>) throws { try unpack(to: flat, from: weights) }

  /// Writes d flat gradients; a running statistic's is 0.
  func unpackGradients(to flat: UnsafeMutablePointer<Float>) throws { try unpack(to: flat, from: gradients) }

  private func unpack(
    to flat: UnsafeMutablePointer<Float>, from memory: (Int) -> UnsafeMutablePointer<Float>
  ) throws {
    for (slot, tensor) in layout.tensors.enumerated() {
      guard let unpacker = unpackers[slot] else {
        (flat + tensor.offset).update(from: memory(slot), count: tensor.count)
        continue
      }
      try unpacker.bind(SM_SOURCE, UnsafeMutableRawPointer(memory(slot)))
      try unpacker.bind(SM_DESTINATION, UnsafeMutableRawPointer(flat + tensor.offset))
      try unpacker.execute()
    }
  }

  private func memory(_ held: UnsafeMutablePointer<Float>?) -> UnsafeMutablePointer<Float> {
    guard let held else { preconditionFailure("the parameters are not placed yet") }
    return held
  }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 16) * 4, alignment: 64)
    let floats = bytes.bindMemory(to: Float.self, capacity: max(count, 16))
    floats.initialize(repeating: 0, count: max(count, 16))
    return floats
  }
}
