internal import CSupport
internal import Foundation

/// CSupport's elementwise loops, losses and SGD against plain loops in double.
enum KernelChecks {
  static func all() throws {
    try elementwise()
    try sgd()
    try crossEntropy()
    try batchSoftmax()
    try PoolChecks.all()
    try NormChecks.all()
  }

  private static func elementwise() throws {
    // Not a multiple of any vector's length.
    let count = 1003
    let a = Check.numbers(count, seed: 11), b = Check.numbers(count, seed: 12)
    var relu = a
    skm_relu(count, &relu)
    try Check.agree("relu", relu, a.map { max(Double($0), 0) }, within: 0)
    var masked = b
    skm_relu_backward(count, a, &masked)
    try Check.agree("relu backward", masked, zip(a, b).map { $0 > 0 ? Double($1) : 0 }, within: 0)
    for relu in [false, true] {
      var sum = [Float](repeating: .nan, count: count)
      skm_add(count, a, b, relu ? 1 : 0, &sum)
      let expected = zip(a, b).map { max(Double($0) + Double($1), relu ? 0 : -.infinity) }
      try Check.agree("sum\(relu ? " with relu" : "")", sum, expected, within: 1e-7)
    }
  }

  private static func sgd() throws {
    let count = 1003
    let rate = 0.1, clip = 0.25, decay = 0.03
    let gradient = Check.numbers(count, seed: 14)
    for momentum in [0, 0.9] {
      var w = Check.numbers(count, seed: 13), v = Check.numbers(count, seed: 15)
      var plainW = w.map(Double.init), plainV = v.map(Double.init)
      for _ in 0..<3 {
        v.withUnsafeMutableBufferPointer { v in
          skm_sgd(
            count, &w, gradient, momentum > 0 ? v.baseAddress : nil, Float(rate), Float(clip), Float(momentum),
            Float(decay))
        }
        for i in 0..<count {
          let g = min(max(Double(gradient[i]), -clip), clip) + decay * plainW[i]
          plainV[i] = momentum > 0 ? momentum * plainV[i] + g : g
          plainW[i] -= rate * plainV[i]
        }
      }
      try Check.agree("sgd, momentum \(momentum)", w, plainW, within: 1e-6)
      if momentum > 0 { try Check.agree("sgd, velocity", v, plainV, within: 1e-6) }
    }
  }

  private static let rows = 7, classes = 10
  private static let labels = (0..<rows).map { Int32($0 * 3 % classes) }
  private static var logits: [Float] { Check.numbers(rows * classes, seed: 16).map { 8 * $0 } }

  private static func crossEntropy() throws {
    let z = logits.map(Double.init)
    var expected = z
    var total = 0.0
    for n in 0..<rows {
      let row = (0..<classes).map { z[n * classes + $0] }
      let sum = row.reduce(0) { $0 + exp($1) }
      total += log(sum) - row[Int(labels[n])]
      for c in 0..<classes { expected[n * classes + c] = (exp(row[c]) / sum - (c == labels[n] ? 1 : 0)) / Double(rows) }
    }
    var gradient = [Float](repeating: .nan, count: rows * classes)
    let loss = skm_cross_entropy(Int64(rows), Int64(classes), logits, labels, &gradient)
    try Check.agree("cross-entropy", [Float(loss)], [total / Double(rows)], within: 1e-6)
    try Check.agree("cross-entropy's gradient", gradient, expected, within: 1e-6)
    var best = [Int32](repeating: -1, count: rows)
    skm_argmax(Int64(rows), Int64(classes), logits, &best)
    let largest = (0..<rows).map { n in
      Double((0..<classes).reduce(0) { z[n * classes + $1] > z[n * classes + $0] ? $1 : $0 })
    }
    try Check.agree("argmax", best.map(Float.init), largest, within: 0)
  }

  private static func batchSoftmax() throws {
    let z = logits.map(Double.init)
    var logProbabilities = z, expected = z
    for c in 0..<classes {
      let column = (0..<rows).map { z[$0 * classes + c] }
      let sum = column.reduce(0) { $0 + exp($1) }
      let members = Double(labels.filter { Int($0) == c }.count)
      for n in 0..<rows {
        logProbabilities[n * classes + c] = column[n] - log(sum)
        expected[n * classes + c] = (members * exp(column[n]) / sum - (labels[n] == c ? 1 : 0)) / Double(rows)
      }
    }
    let total = (0..<rows).reduce(0) { $0 - logProbabilities[$1 * classes + Int(labels[$1])] }
    var probabilities = [Float](repeating: .nan, count: rows * classes), gradient = probabilities
    let loss = skm_batch_softmax(Int64(rows), Int64(classes), logits, labels, &probabilities, &gradient)
    try Check.agree("batch softmax", [Float(loss)], [total / Double(rows)], within: 1e-6)
    try Check.agree("batch softmax's log-probabilities", probabilities, logProbabilities, within: 1e-6)
    try Check.agree("batch softmax's gradient", gradient, expected, within: 1e-6)
  }
}
