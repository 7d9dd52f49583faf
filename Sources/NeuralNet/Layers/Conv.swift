internal import CKernels
package import Catalogue

/// A convolution with a square kernel.
///
/// Weight [out, in, kernel, kernel]; an output of [out, H', W'] with H' = (H + 2·padding − kernel) / stride + 1.
package struct Conv: Layer {
  package static let name = "conv"
  package static let label = "convolution"
  package static let hasTensors = true
  package static let summary = "convolution with a square kernel"
  package static let parameters = [
    Parameter("out", .integer(1...65_536), "output channels"),
    Parameter("kernel", .integer(1...1024), "side of the kernel"),
    Parameter("stride", .integer(1...1024), "step of the kernel"),
    Parameter("padding", .integer(0...1024), "zeros on each side of the input"),
    Parameter("bias", .flag, "whether each output channel has a bias"),
  ]
  package static let shorthand: String? = "out"

  package var out = 32
  package var kernel = 3
  package var stride = 1
  package var padding = 0
  package var bias = true

  package init() {}

  package init(out: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true) {
    (self.out, self.kernel, self.stride, self.padding, self.bias) = (out, kernel, stride, padding, bias)
  }

  private func places(_ side: Int) -> Int { (side + 2 * padding - kernel) / stride + 1 }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline {
    guard input.count == 3, input[1] + 2 * padding >= kernel, input[2] + 2 * padding >= kernel else {
      throw NetworkError.shape(layer: name, input: input, need: "channels × height × width of at least \(kernel)")
    }
    let fanIn = input[0] * kernel * kernel
    var tensors = [
      LayerOutline.Draft(name: "weight", shape: [out, input[0], kernel, kernel], kind: .weight, fanIn: fanIn)
    ]
    if bias { tensors.append(.init(name: "bias", shape: [out], kind: .vector, fanIn: fanIn)) }
    let output = [out, places(input[1]), places(input[2])]
    return LayerOutline(output: output, tensors: tensors, operations: 2 * output.reduce(1, *) * fanIn)
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    if let pooled = compilePooled(placed, input, next: next, in: plan) { return pooled }
    let relu = next.startsWithReLU
    let output = plan.activation(wanted, afterReLU: relu)
    let (shape, name) = (shape(input.shape, wanted), name(input.shape, wanted))
    let operations = operations(input.shape, wanted)
    let store = plan.store
    let (weight, offset) = (placed.slots[0], bias ? placed.slots[1] : nil)
    let scratch = Buffer(floats: skm_convolution_scratch([shape]))
    plan.forward(
      Step(name, operations: operations, [input.data, output.data, scratch]) { pass in
        var shape = shape
        shape.groups = pass.groups
        skm_convolution_forward(
          &shape, input.data.floats, store.weights(weight), offset.map(store.weights), relu ? 1 : 0,
          scratch.floats, output.data.floats)
      })
    plan.backward {
      guard let gradient = output.gradient else { return [] }
      let scratch = Buffer(floats: skm_convolution_scratch([shape]))
      let other = Buffer(byteCount: scratch.byteCount)
      var steps = output.finishing
      steps.append(
        Step("\(name), by weights", operations: operations, [input.data, gradient, scratch]) { pass in
          var shape = shape
          shape.groups = pass.groups
          skm_convolution_backward_weights(
            &shape, input.data.floats, gradient.floats, scratch.floats, store.gradients(weight),
            offset.map(store.gradients))
        })
      guard input.wantsGradient else { return steps }
      let target = input.addGradient()
      steps.append(
        Step("\(name), by data", operations: operations, [gradient, target, other]) { pass in
          var shape = shape
          shape.groups = pass.groups
          skm_convolution_backward_data(&shape, gradient.floats, store.weights(weight), other.floats, target.floats)
        })
      return steps
    }
    return (output, relu ? 1 : 0)
  }

  func shape(_ input: [Int], _ output: [Int]) -> skm_convolution {
    skm_convolution(
      groups: 0, in_channels: Int64(input[0]), in_height: Int64(input[1]), in_width: Int64(input[2]),
      out_channels: Int64(out), out_height: Int64(output[1]), out_width: Int64(output[2]), kernel: Int64(kernel),
      stride: Int64(stride), padding: Int64(padding))
  }

  func name(_ input: [Int], _ output: [Int]) -> String {
    "convolution \(kernel)×\(kernel) of \(input.described) to \(output.described)"
  }

  /// Of one sample's pass: taps outside the picture do not count.
  func operations(_ input: [Int], _ output: [Int]) -> Int {
    2 * out * input[0] * taps(input[1], output[1]) * taps(input[2], output[2])
  }

  /// How many of the kernel's rows meet the picture, over all the rows of the output.
  private func taps(_ side: Int, _ places: Int) -> Int {
    (0..<places).reduce(0) { sum, place in
      let top = place * stride - padding
      return sum + max(0, min(kernel, side - top) - max(0, -top))
    }
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let weight = pass.range(placed.slots[0]), offset = bias ? pass.range(placed.slots[1]) : nil
    return PlainTensor.convolved(
      x, pass.parameters, weight, offset, out: out, kernel: kernel, stride: stride, padding: padding)
  }
}

extension PlainTensor {
  /// A convolution of [N, C, H, W]; a linear layer is one of kernel 1 over a picture of one point.
  static func convolved(
    _ x: PlainTensor, _ parameters: [Double], _ weight: Range<Int>, _ offset: Range<Int>?, out: Int, kernel: Int,
    stride: Int, padding: Int
  ) -> (PlainTensor, Pullback) {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let rows = (h + 2 * padding - kernel) / stride + 1, columns = (w + 2 * padding - kernel) / stride + 1
    var y = PlainTensor(zeros: [n, out, rows, columns])

    /// Every product of the layer: places of the output's, the weight's and the input's number.
    func each(_ body: (Int, Int, Int) -> Void) {
      for i in 0..<n {
        for o in 0..<out {
          for k in 0..<c {
            for a in 0..<(kernel * kernel) {
              for row in 0..<rows {
                let r = row * stride + a / kernel - padding
                if r < 0 || r >= h { continue }
                for column in 0..<columns {
                  let s = column * stride + a % kernel - padding
                  if s < 0 || s >= w { continue }
                  body(
                    ((i * out + o) * rows + row) * columns + column,
                    weight.lowerBound + (o * c + k) * kernel * kernel + a, ((i * c + k) * h + r) * w + s)
                }
              }
            }
          }
        }
      }
    }

    if let offset {
      for at in y.values.indices { y.values[at] = parameters[offset.lowerBound + at / (rows * columns) % out] }
    }
    y.values.withUnsafeMutableBufferPointer { y in
      parameters.withUnsafeBufferPointer { parameters in
        x.values.withUnsafeBufferPointer { x in each { y[$0] += parameters[$1] * x[$2] } }
      }
    }
    return (
      y,
      { back, gradients in
        var result = PlainTensor(zeros: x.shape)
        if let offset {
          for (at, g) in back.values.enumerated() {
            gradients[offset.lowerBound + at / (rows * columns) % out] += g
          }
        }
        result.values.withUnsafeMutableBufferPointer { dx in
          gradients.withUnsafeMutableBufferPointer { dw in
            parameters.withUnsafeBufferPointer { parameters in
              x.values.withUnsafeBufferPointer { x in
                back.values.withUnsafeBufferPointer { dy in
                  each {
                    dw[$1] += dy[$0] * x[$2]
                    dx[$2] += dy[$0] * parameters[$1]
                  }
                }
              }
            }
          }
        }
        return result
      }
    )
  }
}
