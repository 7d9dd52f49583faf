internal import CSupport

/// How batch norm behaves in a pass.
enum BatchNormMode {
  /// The batch's own mean and variance; the running ones follow when `updatesRunning`.
  case batch(updatesRunning: Bool)
  /// Mean 0 and variance 1: the published code's mask network.
  case plain
}

/// What a layer gives to the next in a compiled graph, with the gradient that comes back.
final class Activation {
  /// [batch, C, H, W] or [batch, features].
  let shape: [Int]
  let layout: Layout
  let data: Buffer
  /// Whether a gradient is wanted here: not at the network's input.
  let wantsGradient: Bool
  /// One for each layer that reads this; their sum is the gradient.
  private(set) var gradients: [Buffer] = []
  /// Whether `data` has been through a ReLU that the producing layer must undo in its backward pass.
  let afterReLU: Bool
  /// Set by a reader that already stops the gradient where the ReLU was closed.
  var readerMasks = false

  init(shape: [Int], layout: Layout, afterReLU: Bool, wantsGradient: Bool, data: Buffer? = nil) {
    self.shape = shape
    self.layout = layout
    self.afterReLU = afterReLU
    self.wantsGradient = wantsGradient
    self.data = data ?? Buffer(byteCount: layout.byteCount)
  }

  /// Where a reader is to put the gradient that flows back through it.
  func addGradient() -> Buffer {
    let buffer = Buffer(byteCount: layout.byteCount)
    gradients.append(buffer)
    return buffer
  }

  var count: Int { layout.count }

  /// The one buffer that holds the whole gradient once `gatherGradient` has run; exists when the readers are compiled.
  func gradient() throws -> Buffer {
    guard let first = gradients.first else { throw NetworkError.unread(shape: shape) }
    return first
  }

  /// Sums the readers' gradients into the first.
  func gatherGradient() {
    if gradients.count < 2 { return }
    for other in 1..<gradients.count {
      skm_add(count, gradients[0].floats, gradients[other].floats, 0, gradients[0].floats)
    }
  }

  /// Whether `finishGradient` has anything to do.
  var needsFinish: Bool { gradients.count > 1 || (afterReLU && !readerMasks) }

  /// Gathers and, behind a ReLU that no reader has masked, stops the gradient where it was closed.
  func finishGradient() {
    gatherGradient()
    if afterReLU, !readerMasks { skm_relu_backward(count, data.floats, gradients[0].floats) }
  }
}

/// A layer compiled for one batch size.
///
/// Contract: `makeBackward` is called once, after the layers behind have made theirs; `backward` reads the gradients of its
/// output, sets those of its input and of its parameters, and runs after the layers behind it; neither allocates.
protocol LayerPlan: AnyObject {
  /// The layer with its shapes, for a profile.
  var name: String { get }
  /// Useful floating-point operations of each pass over the batch; 0 for what only moves numbers.
  var operations: (forward: Int, backward: Int) { get }
  /// What each pass touches: the planner keeps it apart from what else is alive then.
  var forwardBuffers: [Buffer] { get }
  var backwardBuffers: [Buffer] { get }
  /// oneDNN's operations in it.
  var primitives: [Primitive] { get }
  func makeBackward() throws
  func forward(_ mode: BatchNormMode) throws
  /// With the running statistics in place of the batch's.
  func infer() throws
  func backward(_ mode: BatchNormMode) throws
}

extension LayerPlan {
  var operations: (forward: Int, backward: Int) { (0, 0) }

  func infer() throws { try forward(.plain) }
}
