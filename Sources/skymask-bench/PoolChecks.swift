internal import CSupport

/// CSupport's pools against plain loops in double, in each channel block that oneDNN uses.
enum PoolChecks {
  static func all() throws {
    for block in [1, 4, 8, 16, 50] {
      for (size, stride) in [(2, 2), (3, 2), (5, 5)] { try check(block: block, size: size, stride: stride) }
    }
  }

  /// Two planes of an odd height and width.
  private static func check(block: Int, size: Int, stride: Int) throws {
    let planes = 2, height = 11, width = 13
    let rows = (height - size) / stride + 1, columns = (width - size) / stride + 1
    var shape = skm_pool_shape(
      planes: Int64(planes), in_height: Int64(height), in_width: Int64(width), out_height: Int64(rows),
      out_width: Int64(columns), block: Int64(block), size: Int64(size), stride: Int64(stride))
    let source = Check.numbers(planes * height * width * block, seed: 21)
    let count = planes * rows * columns * block
    let gradient = Check.numbers(count, seed: 22)

    var largest = [Double](repeating: 0, count: count), mean = largest
    var largestBack = [Double](repeating: 0, count: source.count), maskedBack = largestBack, meanBack = largestBack
    for at in 0..<count {
      let lane = at % block, column = at / block % columns, row = at / block / columns % rows
      let plane = at / block / columns / rows
      let places = (0..<(size * size)).map {
        ((plane * height + row * stride + $0 / size) * width + column * stride + $0 % size) * block + lane
      }
      let best = places.reduce(places[0]) { source[$1] > source[$0] ? $1 : $0 }
      largest[at] = Double(source[best])
      largestBack[best] += Double(gradient[at])
      if source[best] > 0 { maskedBack[best] += Double(gradient[at]) }
      for place in places {
        mean[at] += Double(source[place]) / Double(size * size)
        meanBack[place] += Double(gradient[at]) / Double(size * size)
      }
    }

    let name = "pool \(size) by \(stride), block \(block)"
    var result = [Float](repeating: .nan, count: count), index = [UInt8](repeating: 0, count: count)
    skm_max_pool_inference(&shape, source, &result)
    try Check.agree("max \(name), inference", result, largest, within: 0)
    result = [Float](repeating: .nan, count: count)
    skm_max_pool_forward(&shape, source, &result, &index)
    try Check.agree("max \(name)", result, largest, within: 0)
    var back = [Float](repeating: .nan, count: source.count)
    skm_max_pool_backward(&shape, gradient, index, nil, &back)
    try Check.agree("max \(name), backward", back, largestBack, within: 1e-6)
    back = [Float](repeating: .nan, count: source.count)
    skm_max_pool_backward(&shape, gradient, index, result, &back)
    try Check.agree("max \(name), backward with relu", back, maskedBack, within: 1e-6)
    skm_average_pool_forward(&shape, source, &result)
    try Check.agree("average \(name)", result, mean, within: 1e-6)
    back = [Float](repeating: .nan, count: source.count)
    skm_average_pool_backward(&shape, gradient, &back)
    try Check.agree("average \(name), backward", back, meanBack, within: 1e-6)
  }
}
