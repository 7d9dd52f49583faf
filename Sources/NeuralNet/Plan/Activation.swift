internal import CKernels

/// What a layer gives to the next in a plan, with the gradient that comes back.
///
/// In memory: [groups][shape][16 samples]; see CKernels' layers.h.
package final class Activation {
  /// [C, H, W] or [features] of one sample.
  let shape: [Int]
  let data: Buffer
  /// Whether a gradient is wanted here: not at the network's input, and not for inference.
  let wantsGradient: Bool
  /// Whether `data` has been through a ReLU that the producing layer must undo in its backward pass.
  let afterReLU: Bool
  /// How many layers read it.
  var readers = 0
  /// Set by an only reader that already stops the gradient where the ReLU was closed.
  var readerMasks = false
  /// One for each reader, the last in the plan first; their sum is the gradient.
  private(set) var gradients: [Buffer] = []

  init(_ shape: [Int], groups: Int, afterReLU: Bool, wantsGradient: Bool) {
    self.shape = shape
    self.afterReLU = afterReLU
    self.wantsGradient = wantsGradient
    data = Buffer(floats: groups * Pass.lanes * Activation.places(shape))
  }

  /// Numbers of one sample.
  var count: Int { shape.reduce(1, *) }
  /// Channels, or features.
  var planes: Int { shape[0] }
  /// Numbers of a channel.
  var area: Int { shape.dropFirst().reduce(1, *) }
  /// Vectors of one group of samples, those of padding too.
  var places: Int { Activation.places(shape) }

  private static func places(_ shape: [Int]) -> Int { shape[0] * Int(skm_plane(Int64(shape.dropFirst().reduce(1, *)))) }

  /// Where a reader is to put the gradient that flows back through it.
  func addGradient() -> Buffer {
    let buffer = Buffer(byteCount: data.byteCount)
    gradients.append(buffer)
    return buffer
  }

  /// What holds the whole gradient after `gathering`; nil when nobody reads the layer.
  var gradient: Buffer? { gradients.first }

  /// Sums the readers' gradients into the first.
  var gathering: [Step] {
    guard let first = gradients.first else { return [] }
    return gradients.dropFirst().map { other in
      Step("gradients of \(shape.described), summed", [first, other]) { pass in
        skm_add(pass.count(of: self), first.floats, other.floats, 0, first.floats)
      }
    }
  }

  /// Gathers and, behind a ReLU that no reader has masked, stops the gradient where it was closed.
  var finishing: [Step] {
    guard let gradient, afterReLU, !readerMasks else { return gathering }
    return gathering + [
      Step("ReLU of \(shape.described), backward", [data, gradient]) { pass in
        skm_relu_backward(pass.count(of: self), self.data.floats, gradient.floats, gradient.floats)
      }
    ]
  }
}
