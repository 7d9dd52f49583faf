/// The best groups of numbers on a line: k-means in one dimension, exactly.
///
/// Groups of the least sum of squares are runs of the sorted numbers, so all of them follow from the best groups of
/// fewer numbers. There is no start to draw and no worse optimum to end in. Ties go to the longer last group.
struct LineClustering {
  /// For each k from 1 on, the least sum of squared distances of the numbers to the means of their k groups.
  let costs: [Double]
  /// The places of the numbers from the least on.
  private let order: [Int]
  /// `starts[k][i]`: where the last of k + 1 groups of the first i + 1 numbers starts.
  private let starts: [[Int]]

  /// - Parameter most: groups are found for every k up to this.
  /// - Precondition: numbers that are finite, and at least one; most ≥ 1.
  /// - Complexity: O(most · n²) time, O(most · n) space.
  init(_ values: [Double], most: Int) {
    precondition(!values.isEmpty && most >= 1 && values.allSatisfy(\.isFinite), "groups need numbers")
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let n = values.count
    // Sums from the middle number on keep the digits of numbers that lie close together.
    let middle = values[order[n / 2]]
    var (sums, squares) = ([0.0], [0.0])
    for place in order {
      let value = values[place] - middle
      sums.append(sums[sums.count - 1] + value)
      squares.append(squares[squares.count - 1] + value * value)
    }
    // The sum of squares of first..<last about its mean.
    func spread(_ first: Int, _ last: Int) -> Double {
      let sum = sums[last] - sums[first]
      return max(0, squares[last] - squares[first] - sum * sum / Double(last - first))
    }
    var best = (1...n).map { spread(0, $0) }
    var starts = [[Int](repeating: 0, count: n)]
    var costs = [best[n - 1]]
    for _ in 1..<max(most, 1) {
      var next = best
      var start = [Int](repeating: 0, count: n)
      for last in 1..<max(n, 1) {
        for first in 1...last {
          let cost = best[first - 1] + spread(first, last + 1)
          if cost < next[last] { (next[last], start[last]) = (cost, first) }
        }
      }
      // Where another group gains nothing, the numbers stay as they were.
      for last in 0..<n where start[last] == 0 { start[last] = starts[starts.count - 1][last] }
      best = next
      starts.append(start)
      costs.append(best[n - 1])
    }
    (self.costs, self.order, self.starts) = (costs, order, starts)
  }

  /// For each number whether it is in the last, highest, of two groups; nobody is when one group is as good.
  func isInUpperHalf() -> [Bool] {
    precondition(starts.count >= 2, "two groups were not looked for")
    var upper = [Bool](repeating: false, count: order.count)
    let first = starts[1][order.count - 1]
    guard first > 0 else { return upper }
    for place in order[first...] { upper[place] = true }
    return upper
  }
}
