internal import CKernels

/// The square windows of a pool.
struct Pool {
  let size: Int
  let stride: Int

  /// - Throws: `NetworkError.shape` for an input that holds no window.
  func outline(_ input: [Int], name: String) throws -> LayerOutline {
    guard input.count == 3, input[1] >= size, input[2] >= size else {
      throw NetworkError.shape(layer: name, input: input, need: "channels × height × width of at least \(size)")
    }
    let output = [input[0], (input[1] - size) / stride + 1, (input[2] - size) / stride + 1]
    return LayerOutline(output: output, operations: output.reduce(1, *))
  }

  /// What the windows cover: the last rows and columns may belong to none.
  func part(of input: [Int]) -> [Int] {
    [input[0]] + input.dropFirst().map { ($0 - size) / stride * stride + size }
  }

  func shape(_ input: [Int], _ output: [Int]) -> skm_pool {
    skm_pool(
      planes: 0, in_height: Int64(input[1]), in_width: Int64(input[2]), out_height: Int64(output[1]),
      out_width: Int64(output[2]), size: Int64(size), stride: Int64(stride))
  }

  /// Each number of the result as shares of the window's numbers.
  ///
  /// - Parameter shares: the places in a window, given their values, that count, each with its share.
  func plain(
    _ x: PlainTensor, shares: @escaping ([Double]) -> [(place: Int, share: Double)]
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let (h, w) = (x.shape[2], x.shape[3])
    let rows = (h - size) / stride + 1, columns = (w - size) / stride + 1
    var y = PlainTensor(zeros: [x.shape[0], x.shape[1], rows, columns])
    let parts = y.values.indices.map { at in
      let plane = at / (rows * columns), row = at / columns % rows, column = at % columns
      let places = (0..<(size * size)).map {
        (plane * h + row * stride + $0 / size) * w + column * stride + $0 % size
      }
      return shares(places.map { x.values[$0] }).map { (place: places[$0.place], share: $0.share) }
    }
    for at in y.values.indices { y.values[at] = parts[at].reduce(0) { $0 + $1.share * x.values[$1.place] } }
    return (
      y,
      { back, _ in
        var result = PlainTensor(zeros: x.shape)
        for at in back.values.indices {
          for (place, share) in parts[at] { result.values[place] += share * back.values[at] }
        }
        return result
      }
    )
  }
}
