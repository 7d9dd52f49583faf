internal import CSupport

/// CSupport's batch norm against plain loops in double, in each channel block that oneDNN uses, with and without a sum
/// and a ReLU.
enum NormChecks {
  static func all() throws {
    for block in [1, 4, 8, 16, 20] {
      for relu in [false, true] {
        for sum in [false, true] { try check(block: block, relu: relu, sum: sum) }
      }
    }
  }

  private static func check(block: Int, relu: Bool, sum: Bool) throws {
    let batch = 3, blocks = 2, area = 35
    let channels = blocks * block, count = batch * channels * area
    var shape = skm_batch_norm_shape(
      batch: Int64(batch), blocks: Int64(blocks), area: Int64(area), block: Int64(block))
    let name = "batch norm, block \(block)\(relu ? ", relu" : "")\(sum ? ", sum" : "")"
    let channel = { (at: Int) in at / block / area % blocks * block + at % block }

    let source = Check.numbers(count, seed: 31).map { 3 + 2 * $0 }
    let x = source.map(Double.init)
    var mean = [Double](repeating: 0, count: channels), variance = mean
    for at in 0..<count { mean[channel(at)] += x[at] / Double(batch * area) }
    for at in 0..<count {
      let difference = x[at] - mean[channel(at)]
      variance[channel(at)] += difference * difference / Double(batch * area)
    }
    var gotMean = [Float](repeating: .nan, count: channels), gotVariance = gotMean
    skm_batch_norm_statistics(&shape, source, &gotMean, &gotVariance)
    try Check.agree("\(name): mean", gotMean, mean, within: 1e-6)
    try Check.agree("\(name): variance", gotVariance, variance, within: 1e-6)

    // From here on the rows are given, so that both sides open the ReLU alike.
    let factor = Check.numbers(channels, seed: 32), offset = Check.numbers(channels, seed: 33)
    let residual = Check.numbers(count, seed: 34), gradient = Check.numbers(count, seed: 35)
    let second = Check.numbers(count, seed: 36)
    let a = Check.numbers(channels, seed: 37), b = Check.numbers(channels, seed: 38)
    var result = [Double](repeating: 0, count: count), open = [Double](repeating: 0, count: count), back = open
    var sums = [Double](repeating: 0, count: channels), products = sums
    for at in 0..<count {
      let c = channel(at)
      let value = x[at] * Double(factor[c]) + Double(offset[c]) + (sum ? Double(residual[at]) : 0)
      result[at] = relu ? max(value, 0) : value
      open[at] = relu && value <= 0 ? 0 : Double(gradient[at]) + Double(second[at])
      sums[c] += open[at]
      products[c] += open[at] * (x[at] - Double(gotMean[c]))
      back[at] = Double(factor[c]) * (open[at] - Double(a[c]) - (x[at] - Double(gotMean[c])) * Double(b[c]))
    }
    var got = [Float](repeating: .nan, count: count)
    skm_batch_norm_apply(&shape, source, factor, offset, sum ? residual : nil, relu ? 1 : 0, &got)
    try Check.agree(name, got, result, within: 1e-6)
    var masked = [Float](repeating: .nan, count: count)
    var gotSums = [Float](repeating: .nan, count: channels), gotProducts = gotSums
    masked.withUnsafeMutableBufferPointer { masked in
      skm_batch_norm_backward_sums(
        &shape, source, gradient, second, sum ? got : nil, factor, offset, gotMean, relu ? 1 : 0,
        sum ? masked.baseAddress : nil, &gotSums, &gotProducts)
    }
    try Check.agree("\(name): sums", gotSums, sums, within: 1e-5)
    try Check.agree("\(name): sums of products", gotProducts, products, within: 1e-5)
    var gotBack = [Float](repeating: .nan, count: count)
    if sum {
      try Check.agree("\(name): gradient of the sum", masked, open, within: 1e-6)
      skm_batch_norm_backward_apply(&shape, source, masked, nil, factor, offset, gotMean, a, b, 0, &gotBack)
    } else {
      skm_batch_norm_backward_apply(
        &shape, source, gradient, second, factor, offset, gotMean, a, b, relu ? 1 : 0, &gotBack)
    }
    try Check.agree("\(name): backward", gotBack, back, within: 1e-5)
  }
}
