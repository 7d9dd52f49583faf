/// Layers of the plain twin: the result, and what takes its gradient back to the input's and the parameters'.
enum PlainLayers {
  static func convolution(
    _ x: PlainTensor, _ parameters: [Double], _ weight: Range<Int>, _ offset: Range<Int>?, out: Int, kernel: Int,
    stride: Int, padding: Int
  ) -> (PlainTensor, PlainTwin.Pullback) {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let rows = (h + 2 * padding - kernel) / stride + 1, columns = (w + 2 * padding - kernel) / stride + 1
    var y = PlainTensor(zeros: [n, out, rows, columns])

    /// Every product of the sum: the places of the result, the weight and the input.
    func each(_ body: (_ y: Int, _ weight: Int, _ x: Int) -> Void) {
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

  static func pool(_ x: PlainTensor, size: Int, stride: Int, isMax: Bool) -> (PlainTensor, PlainTwin.Pullback) {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let rows = (h - size) / stride + 1, columns = (w - size) / stride + 1
    var y = PlainTensor(zeros: [n, c, rows, columns])
    /// The input's numbers that a result is made of, each with its share.
    func window(_ at: Int) -> [(place: Int, share: Double)] {
      let plane = at / (rows * columns), row = at / columns % rows, column = at % columns
      let places = (0..<(size * size)).map {
        (plane * h + row * stride + $0 / size) * w + column * stride + $0 % size
      }
      if !isMax { return places.map { ($0, 1 / Double(size * size)) } }
      var best = places[0]
      for place in places where x.values[place] > x.values[best] { best = place }
      return [(best, 1)]
    }
    for at in y.values.indices { y.values[at] = window(at).reduce(0) { $0 + $1.share * x.values[$1.place] } }
    return (
      y,
      { back, _ in
        var result = PlainTensor(zeros: x.shape)
        for at in back.values.indices {
          for (place, share) in window(at) { result.values[place] += share * back.values[at] }
        }
        return result
      }
    )
  }

  static func batchNorm(
    _ x: PlainTensor, _ parameters: [Double], _ scale: Range<Int>, _ shift: Range<Int>,
    fixed: (mean: [Double], variance: [Double])?
  ) -> (PlainTensor, PlainTwin.Pullback) {
    let (n, c, area) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
    let count = Double(n * area)
    var y = x
    var centred = x
    var inverses = [Double](repeating: 0, count: c)
    for k in 0..<c {
      let places = (0..<(n * area)).map { ($0 / area * c + k) * area + $0 % area }
      let mean = fixed?.mean[k] ?? places.reduce(0) { $0 + x.values[$1] } / count
      let variance =
        fixed?.variance[k]
        ?? places.reduce(0) { $0 + (x.values[$1] - mean) * (x.values[$1] - mean) } / count
      inverses[k] = 1 / (variance + 1e-5).squareRoot()
      for place in places {
        centred.values[place] = (x.values[place] - mean) * inverses[k]
        y.values[place] = centred.values[place] * parameters[scale.lowerBound + k] + parameters[shift.lowerBound + k]
      }
    }
    return (
      y,
      { back, gradients in
        var result = PlainTensor(zeros: x.shape)
        for k in 0..<c {
          let places = (0..<(n * area)).map { ($0 / area * c + k) * area + $0 % area }
          let sum = places.reduce(0) { $0 + back.values[$1] }
          let products = places.reduce(0) { $0 + back.values[$1] * centred.values[$1] }
          gradients[shift.lowerBound + k] += sum
          gradients[scale.lowerBound + k] += products
          let factor = parameters[scale.lowerBound + k] * inverses[k]
          for place in places {
            let g = back.values[place]
            result.values[place] =
              fixed == nil ? factor * (g - sum / count - centred.values[place] * products / count) : factor * g
          }
        }
        return result
      }
    )
  }
}
