internal import NeuralNet

/// Counts of useful floating-point operations, from the models' definitions alone.
enum Operations {
  /// Those of one sample's training step: the products of convolutions and linear layers.
  static func step(_ model: any Model, input: [Int], classes: Int) throws -> Int {
    var total = 0
    var isFirst = true
    func count(_ layers: [Layer], _ start: [Int]) -> [Int] {
      var shape = start
      for layer in layers {
        var forward = 0
        switch layer {
        case .convolution(let out, let kernel, let stride, let padding, _):
          let side = { (size: Int) in (size + 2 * padding - kernel) / stride + 1 }
          forward = 2 * out * side(shape[1]) * side(shape[2]) * shape[0] * kernel * kernel
          shape = [out, side(shape[1]), side(shape[2])]
        case .linear(let out):
          forward = 2 * out * shape.reduce(1, *)
          shape = [out]
        case .maxPool(let size, let stride), .averagePool(let size, let stride):
          shape = [shape[0], (shape[1] - size) / stride + 1, (shape[2] - size) / stride + 1]
        case .residual(let main, let shortcut):
          _ = count(shortcut, shape)
          shape = count(main, shape)
        case .relu, .batchNorm, .flatten: break
        }
        if forward > 0 {
          total += isFirst ? 2 * forward : 3 * forward
          isFirst = false
        }
      }
      return shape
    }
    _ = count(try model.layers(input: input, classes: classes), input)
    return total
  }
}
