/// The parameters, their gradients and their velocities, flat in the order of the layout.
final class ParameterStore {
  let layout: ParameterLayout
  let allWeights: UnsafeMutablePointer<Float>
  /// Running statistics have none, and stay 0.
  let allGradients: UnsafeMutablePointer<Float>
  private var velocityMemory: UnsafeMutablePointer<Float>?

  init(layout: ParameterLayout) {
    self.layout = layout
    allWeights = ParameterStore.zeros(layout.count)
    allGradients = ParameterStore.zeros(layout.count)
  }

  deinit {
    allWeights.deallocate()
    allGradients.deallocate()
    velocityMemory?.deallocate()
  }

  func weights(_ slot: Int) -> UnsafeMutablePointer<Float> { allWeights + layout.tensors[slot].offset }

  func gradients(_ slot: Int) -> UnsafeMutablePointer<Float> { allGradients + layout.tensors[slot].offset }

  /// Made at the first step with momentum; of the trainable parameters alone.
  var velocities: UnsafeMutablePointer<Float> {
    if let velocityMemory { return velocityMemory }
    let made = ParameterStore.zeros(layout.trainableCount)
    velocityMemory = made
    return made
  }

  func resetVelocities() { velocityMemory?.update(repeating: 0, count: layout.trainableCount) }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    let floats = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
    floats.initialize(repeating: 0, count: max(count, 1))
    return floats
  }
}
