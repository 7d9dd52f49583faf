/// A model compiled for batches of up to so many samples: its passes as lists of steps, and where each buffer lies.
///
/// A smaller batch runs over the front of the same buffers. Nothing is allocated in a pass.
package final class Plan {
  /// Vectors of samples that the buffers hold.
  let groups: Int
  let isTraining: Bool
  let store: ParameterStore
  let input: Activation
  private(set) var logits: Activation
  /// Where the loss puts the gradient of the logits; nil for inference.
  private(set) var logitsGradient: Buffer?
  private(set) var forwardSteps: [Step] = []
  private(set) var backwardSteps: [Step] = []
  private var backwardMakers: [() -> [Step]] = []
  private var buffers: [Buffer] = []
  /// Bytes of arena that this plan needs.
  private(set) var byteCount = 0
  /// The arena's generation that the buffers are placed in.
  private var boundGeneration = 0

  init(_ model: PlacedModel, input shape: [Int], samples: Int, store: ParameterStore, training: Bool) {
    groups = Pass.groups(samples)
    isTraining = training
    self.store = store
    input = Activation(shape, groups: groups, afterReLU: false, wantsGradient: false)
    logits = input
    logits = add(model.layers, to: input)
    if training {
      logitsGradient = logits.addGradient()
      for make in backwardMakers.reversed() { backwardSteps += make() }
    }
    backwardMakers = []
    place()
  }

  private func place() {
    var steps = forwardSteps.map(\.buffers)
    if steps.isEmpty { steps = [[]] }
    steps[0].append(input.data)
    steps.append([logits.data] + (logitsGradient.map { [$0] } ?? []))
    steps += backwardSteps.map(\.buffers)
    byteCount = Placement.place(steps: steps)
    var seen = Set<ObjectIdentifier>()
    for buffer in steps.joined() where seen.insert(ObjectIdentifier(buffer)).inserted { buffers.append(buffer) }
  }

  /// Places every buffer, if the memory has moved since the last time.
  func bind(to arena: Arena) {
    if boundGeneration == arena.generation { return }
    for buffer in buffers { buffer.pointer = arena.base + buffer.offset }
    boundGeneration = arena.generation
  }

  func forward(_ pass: Pass) { for step in forwardSteps { step.run(pass) } }

  /// From the gradient of the logits to that of every parameter.
  func backward(_ pass: Pass) { for step in backwardSteps { step.run(pass) } }
}

/// What layers are compiled with.
extension Plan {
  /// A place for a layer's output, [C, H, W] or [features] of each sample.
  func activation(_ shape: [Int], afterReLU: Bool = false) -> Activation {
    Activation(shape, groups: groups, afterReLU: afterReLU, wantsGradient: isTraining)
  }

  func forward(_ step: Step) { forwardSteps.append(step) }

  /// - Parameter make: called once, after the layers behind have made their steps, when there is a backward pass.
  func backward(_ make: @escaping () -> [Step]) { backwardMakers.append(make) }

  /// Adds layers one after another.
  func add(_ layers: [PlacedLayer], to start: Activation) -> Activation {
    var current = start
    var at = 0
    while at < layers.count {
      let placed = layers[at], behind = layers[(at + 1)...]
      current.readers += 1
      let (output, taken) = placed.layer.compile(
        placed, current, wanted: wanted(placed.output, by: behind), next: behind, in: self)
      if output === current { current.readers -= 1 }
      current = output
      at += 1 + taken
    }
    return current
  }

  /// The leading part of an output that the layers behind it read.
  private func wanted(_ output: [Int], by layers: ArraySlice<PlacedLayer>) -> [Int] {
    guard let reader = layers.first(where: { !$0.layer.isElementwise }) else { return output }
    return reader.layer.part(of: output)
  }
}

extension ArraySlice<PlacedLayer> {
  /// Whether a layer can take a ReLU along.
  var startsWithReLU: Bool { first?.layer is ReLU }
}
