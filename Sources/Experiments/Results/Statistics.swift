internal import Federated

/// What is told of a few measurements of one quantity.
package struct Statistics: Sendable, Equatable {
  package let mean: Double
  /// With n − 1; nil for a single value.
  package let standardDeviation: Double?
  /// The 95 % confidence interval of the mean by Student's t; nil for a single value.
  package let interval: (low: Double, high: Double)?
  package let minimum: Double
  package let median: Double
  package let maximum: Double

  /// Nil for no values. The order of the values changes no bit; with a NaN among them everything is NaN.
  package init?(_ values: [Double]) {
    if values.isEmpty { return nil }
    if values.contains(where: \.isNaN) {
      (mean, minimum, median, maximum) = (.nan, .nan, .nan, .nan)
      (standardDeviation, interval) = values.count > 1 ? (.nan, (.nan, .nan)) : (nil, nil)
      return
    }
    let sorted = values.sorted()
    let count = Double(sorted.count)
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
    let middle = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    // Around the first value, so that equal values have themselves as their mean.
    let first = sorted[0]
    mean = first.isFinite ? first + sorted.reduce(0) { $0 + ($1 - first) } / count : sorted.reduce(0, +) / count
    guard sorted.count > 1 else {
      (standardDeviation, interval) = (nil, nil)
      return
    }
    let average = mean
    let squares = sorted.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    let deviation = (squares / (count - 1)).squareRoot()
    let half = StudentT.quantile975(degreesOfFreedom: sorted.count - 1) * deviation / count.squareRoot()
    standardDeviation = deviation
    interval = (average - half, average + half)
  }

  package static func == (a: Statistics, b: Statistics) -> Bool {
    a.mean == b.mean && a.standardDeviation == b.standardDeviation && a.interval?.low == b.interval?.low
      && a.interval?.high == b.interval?.high && a.minimum == b.minimum && a.median == b.median
      && a.maximum == b.maximum
  }
}

/// Student's t distribution.
package enum StudentT {
  /// The point that 97.5 % of the distribution lies below, to 10 decimals.
  ///
  /// The distribution function for whole degrees of freedom is a finite sum (Abramowitz and Stegun 26.7.3, 26.7.4); its
  /// inverse is found by halving. The decimals that the sum's rounding errors reach are rounded away.
  ///
  /// - Complexity: O(degreesOfFreedom).
  package static func quantile975(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom > 0, "no degrees of freedom")
    var low = 1.9
    var high = 12.8
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return (middle * 1e10).rounded() / 1e10 }
      if centralProbability(middle, degreesOfFreedom) < 0.95 { low = middle } else { high = middle }
    }
  }

  /// The probability of −t...t.
  static func centralProbability(_ t: Double, _ degreesOfFreedom: Int) -> Double {
    let freedom = Double(degreesOfFreedom)
    let cosineSquared = freedom / (freedom + t * t)
    let sine = t / (freedom + t * t).squareRoot()
    if degreesOfFreedom.isMultiple(of: 2) {
      var term = 1.0
      var sum = 1.0
      for k in stride(from: 1, to: degreesOfFreedom - 1, by: 2) {
        term *= cosineSquared * Double(k) / Double(k + 1)
        sum += term
      }
      return sine * sum
    }
    var term = cosineSquared.squareRoot()
    var sum = degreesOfFreedom > 1 ? term : 0
    for k in stride(from: 2, to: degreesOfFreedom - 1, by: 2) {
      term *= cosineSquared * Double(k) / Double(k + 1)
      sum += term
    }
    return 2 / Double.pi * (Functions.arctangent(t / freedom.squareRoot()) + sine * sum)
  }
}
