internal import CSupport

/// A ReLU that no layer before it could take along.
final class ReLU: LayerPlan {
  let name = "ReLU"
  let output: Activation
  private let input: Activation
  private(set) var backwardBuffers: [Buffer] = []
  var forwardBuffers: [Buffer] { [input.data, output.data] }
  var primitives: [Primitive] { [] }

  init(_ input: Activation) {
    self.input = input
    output = Activation(
      shape: input.shape, layout: input.layout, afterReLU: true, wantsGradient: input.wantsGradient)
  }

  func makeBackward() throws {
    guard input.wantsGradient else { return }
    backwardBuffers = [output.data] + output.gradients + [input.addGradient()]
  }

  func forward(_ mode: BatchNormMode) throws {
    output.data.floats.update(from: input.data.floats, count: output.count)
    skm_relu(output.count, output.data.floats)
  }

  func backward(_ mode: BatchNormMode) throws {
    guard input.wantsGradient, let from = output.gradients.first, let to = backwardBuffers.last else { return }
    output.finishGradient()
    to.floats.update(from: from.floats, count: output.count)
  }
}

/// The sum of two branches, with the ReLU behind it if there is one.
final class Addition: LayerPlan {
  let name = "sum of two branches"
  let output: Activation
  private let first: Activation
  private let second: Activation
  private var firstGradient: Buffer?
  private var secondGradient: Buffer?
  private(set) var backwardBuffers: [Buffer] = []
  var forwardBuffers: [Buffer] { [first.data, second.data, output.data] }
  var primitives: [Primitive] { [] }

  /// Both in the same layout.
  init(_ first: Activation, _ second: Activation, relu: Bool) {
    precondition(first.layout.isEqual(to: second.layout), "the branches of a sum have one layout")
    self.first = first
    self.second = second
    output = Activation(shape: first.shape, layout: first.layout, afterReLU: relu, wantsGradient: true)
  }

  func makeBackward() throws {
    firstGradient = first.wantsGradient ? first.addGradient() : nil
    secondGradient = second.wantsGradient ? second.addGradient() : nil
    backwardBuffers = [output.data] + output.gradients + [firstGradient, secondGradient].compactMap { $0 }
  }

  func forward(_ mode: BatchNormMode) throws {
    skm_add(output.count, first.data.floats, second.data.floats, output.afterReLU ? 1 : 0, output.data.floats)
  }

  func backward(_ mode: BatchNormMode) throws {
    guard let from = output.gradients.first else { return }
    output.finishGradient()
    firstGradient?.floats.update(from: from.floats, count: output.count)
    secondGradient?.floats.update(from: from.floats, count: output.count)
  }
}
