/// How many groups numbers on a line form.
///
/// Tibshirani, Walther and Hastie, "Estimating the number of clusters in a data set via the gap statistic", JRSS B 2001:
/// the first k whose gap to ten sets of uniform numbers is not less than that of k + 1 less its error. As in the
/// published FLDetector code, the gap is the logarithm of the mean of the references' sums of squares less that of the
/// numbers' own, and k is at most 7.
enum GapStatistic {
  /// - Parameter values: finite, at least one; scaled to 0…1 here. At most one group fewer than numbers is looked for.
  /// - Complexity: O(10 · 7 · n²).
  static func groups(_ values: [Double], random: inout RandomSource) -> Int {
    let (least, largest) = (values.min() ?? 0, values.max() ?? 0)
    let most = min(7, values.count - 1)
    guard most > 1, largest > least else { return 1 }
    let costs = LineClustering(values.map { ($0 - least) / (largest - least) }, most: most).costs
    // Numbers that k points explain to the last digit are k groups; their gap has no end.
    if let exact = costs.firstIndex(where: { $0 < 1e-20 }) { return exact + 1 }
    let references = (0..<10).map { _ in
      LineClustering(values.map { _ in random.uniform() }, most: most).costs.map { max($0, 1e-20) }
    }
    var (gaps, errors) = ([Double](), [Double]())
    for k in 0..<most {
      let spreads = references.map { $0[k] }
      let logarithms = spreads.map { Functions.log($0) }
      let mean = logarithms.reduce(0, +) / 10
      let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10
      gaps.append(Functions.log(spreads.reduce(0, +) / 10) - Functions.log(costs[k]))
      errors.append((1.1 * variance).squareRoot())
    }
    return (0..<(most - 1)).first { gaps[$0] - gaps[$0 + 1] + errors[$0 + 1] >= 0 }.map { $0 + 1 } ?? most
  }
}
