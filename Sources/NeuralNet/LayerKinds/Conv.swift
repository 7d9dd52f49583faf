internal import Catalogue

/// A convolution with a square kernel.
struct Conv: LayerKind {
  static let name = "conv"
  static let summary = "convolution with a square kernel"
  static let parameters = [
    Parameter("out", .integer(1...65_536), "output channels"),
    Parameter("kernel", .integer(1...1024), "side of the kernel"),
    Parameter("stride", .integer(1...1024), "step of the kernel"),
    Parameter("padding", .integer(0...1024), "zeros on each side of the input"),
    Parameter("bias", .flag, "whether each output channel has a bias"),
  ]
  static let shorthand: String? = "out"

  var out = 32
  var kernel = 3
  var stride = 1
  var padding = 0
  var bias = true

  func layer(classes: Int) -> Layer {
    .convolution(out: out, kernel: kernel, stride: stride, padding: padding, bias: bias)
  }
}
