internal import COneDNN

/// A model compiled for one batch size: its layers' operations in order, and one placement of all their memory.
final class Graph {
  let batch: Int
  let isTraining: Bool
  private(set) var plans: [any LayerPlan] = []
  private var buffers: [Buffer] = []
  /// The network's input, [batch, …], plain.
  let input: Buffer
  /// [batch, classes], plain.
  private(set) var logits: Buffer
  private(set) var logitsGradient: Buffer?
  /// Bytes of arena that this graph needs.
  private(set) var byteCount = 0
  /// The arena's generation that the operations are bound to.
  private var boundGeneration = 0

  /// - Parameter externalInput: where the input lies, when it is not in the arena.
  init(
    _ model: PlacedModel, input shape: [Int], batch: Int, store: ParameterStore, training: Bool, externalInput: Buffer?
  )
    throws
  {
    self.batch = batch
    isTraining = training
    let layout = try Layout.plain([batch] + shape)
    input = externalInput ?? Buffer(byteCount: layout.byteCount)
    logits = input
    let start = Activation(
      shape: [batch] + shape, layout: layout, afterReLU: false, wantsGradient: false, data: input)
    let end = try add(model.layers, to: start, store: store)
    logits = end.data
    if training {
      logitsGradient = end.addGradient()
      for plan in plans.reversed() { try plan.makeBackward() }
    }
    place()
  }

  private func place() {
    var steps = plans.map(\.forwardBuffers)
    steps[0].append(input)
    if isTraining {
      steps.append([logits] + (logitsGradient.map { [$0] } ?? []))
      steps += plans.reversed().map(\.backwardBuffers)
      // The input is given before the first step and read again at the last.
      steps[steps.count - 1].append(input)
    } else {
      steps.append([logits])
    }
    byteCount = Placement.place(steps: steps)
    var seen = Set<ObjectIdentifier>()
    for buffer in steps.joined() where !buffer.isExternal && seen.insert(ObjectIdentifier(buffer)).inserted {
      buffers.append(buffer)
    }
  }

  /// Binds every operation, if the memory has moved since the last time.
  func bind(to arena: Arena, generation: Int) throws {
    if boundGeneration == generation { return }
    for buffer in buffers { buffer.pointer = arena.base + buffer.offset }
    for plan in plans {
      for primitive in plan.primitives { try primitive.bind() }
    }
    boundGeneration = generation
  }

  func forward(_ mode: BatchNormMode) throws { for plan in plans { try plan.forward(mode) } }

  func infer() throws { for plan in plans { try plan.infer() } }

  /// From the gradient of the logits to that of every parameter.
  func backward(_ mode: BatchNormMode) throws {
    var at = plans.count
    while at > 0 {
      at -= 1
      try plans[at].backward(mode)
    }
  }

  /// The bare oneDNN operations of a training step, in order, for tests and benchmarks.
  var primitives: [Primitive] { plans.flatMap(\.primitives) }
}

extension Graph {
  /// Adds layers one after another; a ReLU goes along with the layer before it where that can take it.
  private func add(_ layers: [PlacedLayer], to start: Activation, store: ParameterStore) throws -> Activation {
    var current = start
    var at = 0
    while at < layers.count {
      let relu = at + 1 < layers.count && layers[at + 1].layer == .relu
      let (next, tookReLU) = try add(layers[at], relu: relu, to: current, store: store)
      current = next
      at += tookReLU ? 2 : 1
    }
    return current
  }

  private func append<Plan: LayerPlan>(_ plan: Plan) -> Plan {
    plans.append(plan)
    return plan
  }

  private func add(
    _ placed: PlacedLayer, relu: Bool, to input: Activation, store: ParameterStore
  ) throws -> (Activation, tookReLU: Bool) {
    let outputShape = [batch] + placed.output
    switch placed.layer {
    case .convolution:
      return (try convolution(placed, relu: relu, to: input, store: store), relu)
    case .linear:
      return (try linear(placed, relu: relu, to: input, store: store), relu)
    case .relu:
      return (append(ReLU(input)).output, false)
    case .flatten:
      return (input, false)
    case .maxPool(let size, let stride), .averagePool(let size, let stride):
      let (input, block) = try blocked(input)
      var kind = Pool.Kind.max
      if case .averagePool = placed.layer { kind = .average }
      let layout = try channelLayout(outputShape, like: input, block: block)
      return (
        append(
          Pool(
            kind, size: size, stride: stride, input: input, outputShape: outputShape, outputLayout: layout,
            block: block, isTraining: isTraining)
        ).output, false
      )
    case .batchNorm:
      let (input, block) = try blocked(input)
      return (
        append(BatchNorm(input, residual: nil, relu: relu, slots: placed.slots, store: store, block: block)).output,
        relu
      )
    case .residual:
      return (try residual(placed, relu: relu, to: input, store: store), relu)
    }
  }

  private func convolution(
    _ placed: PlacedLayer, relu: Bool, to input: Activation, store: ParameterStore
  ) throws -> Activation {
    guard case .convolution(let out, let kernel, let stride, let padding, let bias) = placed.layer else {
      preconditionFailure("not a convolution")
    }
    var shape = sm_convolution_shape(
      batch: Int64(batch), in_channels: Int64(placed.input[0]), in_height: Int64(placed.input[1]),
      in_width: Int64(placed.input[2]), out_channels: Int64(out), kernel: Int64(kernel), stride: Int64(stride),
      padding: Int64(padding), bias: bias ? 1 : 0)
    let training: Int32 = isTraining ? 1 : 0
    let name = "convolution \(kernel)×\(kernel) of \(placed.input.described) to \(placed.output.described)"
    // What layout oneDNN wants for the input is known once the operation is made.
    let probe = try Primitive(name) { sm_convolution_forward($0, &shape, relu ? 1 : 0, training) }
    let given = try inLayout(try probe.layout(SM_SOURCE), input)
    let constant = shape
    let operations = ProductOperations(
      name: name,
      count: 2 * batch * placed.output.reduce(1, *) * placed.input[0] * kernel * kernel,
      forward: { sm_convolution_forward($0, [constant], relu ? 1 : 0, training) },
      backwardData: { sm_convolution_backward_data($0, [constant], $1) },
      backwardWeights: { sm_convolution_backward_weights($0, [constant], $1) })
    return append(
      try Product(
        operations, input: given, outputShape: [batch] + placed.output, slots: placed.slots, relu: relu, store: store)
    ).output
  }

  private func linear(
    _ placed: PlacedLayer, relu: Bool, to input: Activation, store: ParameterStore
  ) throws -> Activation {
    var shape = sm_linear_shape()
    shape.rank = Int32(input.shape.count)
    withUnsafeMutableBytes(of: &shape.source) { bytes in
      let source = bytes.bindMemory(to: Int64.self)
      for (at, size) in input.shape.enumerated() { source[at] = Int64(size) }
    }
    shape.out_features = Int64(placed.output[0])
    shape.bias = 1
    let training: Int32 = isTraining ? 1 : 0
    let constant = shape
    let operations = ProductOperations(
      name: "linear layer of \(placed.input.described) to \(placed.output.described)",
      count: 2 * batch * placed.output[0] * placed.input.reduce(1, *),
      forward: { sm_linear_forward($0, [constant], input.layout.handle, relu ? 1 : 0, training) },
      backwardData: { sm_linear_backward_data($0, [constant], $1) },
      backwardWeights: { sm_linear_backward_weights($0, [constant], $1) })
    return append(
      try Product(
        operations, input: input, outputShape: [batch] + placed.output, slots: placed.slots, relu: relu, store: store)
    ).output
  }

  /// main(x) + shortcut(x); a batch norm at the end of the main branch takes the sum along.
  private func residual(
    _ placed: PlacedLayer, relu: Bool, to input: Activation, store: ParameterStore
  ) throws -> Activation {
    let shortcut = try add(placed.shortcut, to: input, store: store)
    if let last = placed.main.last, last.layer == .batchNorm {
      let before = try add(Array(placed.main.dropLast()), to: input, store: store)
      let (main, block) = try blocked(before)
      let branch = try inLayout(main.layout, shortcut)
      return append(BatchNorm(main, residual: branch, relu: relu, slots: last.slots, store: store, block: block))
        .output
    }
    let main = try add(placed.main, to: input, store: store)
    return append(Addition(main, try inLayout(main.layout, shortcut), relu: relu)).output
  }

  private func inLayout(_ layout: Layout, _ input: Activation) throws -> Activation {
    input.layout.isEqual(to: layout) ? input : append(try Reorder(input, to: layout)).output
  }

  /// The activation in a layout of planes × height × width × block, and the block.
  private func blocked(_ input: Activation) throws -> (Activation, block: Int) {
    if input.layout.channelBlock > 0 { return (input, input.layout.channelBlock) }
    return (try inLayout(Layout.plain(input.shape), input), 1)
  }

  private func channelLayout(_ shape: [Int], like input: Activation, block: Int) throws -> Layout {
    var handle: OpaquePointer?
    try check(sm_layout_channel_blocked(&handle, shape.map(Int64.init), Int64(block)), "layout of \(shape)")
    return Layout.taking(try unwrap(handle, "layout of \(shape)"))
  }
}
