/// Krum's scores while updates are taken out one by one, for Multi-Krum and Bulyan.
///
/// Distances are sorted once; a score then walks along its row and passes over those who are gone.
struct KrumRanking {
  /// Number of updates, whether finite or not.
  private let count: Int
  /// The updates that are finite.
  private let rows: [Int]
  /// For each of `rows`, the others from the nearest on, as indices into `rows`, with their squared distances.
  private let nearest: [[(other: Int, distance: Double)]]
  private let countingItself: Bool

  /// - Parameter countingItself: whether the zero to itself is one of the distances that a score sums.
  /// - Complexity: O(n² · d + n² log n).
  init(_ updates: Matrix, columns: Range<Int>, countingItself: Bool) {
    let isFinite = Rows(updates).areFinite()
    let rows = isFinite.indices.filter { isFinite[$0] }
    let gram = Gram(Rows(updates, rows, columns: columns))
    count = updates.rows
    self.rows = rows
    self.countingItself = countingItself
    nearest = rows.indices.map { i in
      let others = rows.indices.filter { $0 != i }.map { (other: $0, distance: gram.squaredDistance(i, $0)) }
      return others.sorted { ($0.distance, $0.other) < ($1.distance, $1.other) }
    }
  }

  /// The sum of the distances of one to its nearest others that are left; infinite when there are too few.
  private func score(_ index: Int, _ isLeft: [Bool], neighbours: Int) -> Double {
    var (sum, wanted) = (0.0, countingItself ? neighbours - 1 : neighbours)
    for (other, distance) in nearest[index] {
      if wanted <= 0 { break }
      if isLeft[other] {
        sum += distance
        wanted -= 1
      }
    }
    return wanted > 0 ? .infinity : sum
  }

  /// The `most` rows that have the best score in turn, each taken out before the next is looked for; fewer when fewer
  /// are finite.
  ///
  /// - Parameters:
  ///   - neighbours: how many distances a score sums, at most all that are left; nil for those left − f − 2.
  ///   - leastNeighbours: how many it sums at least, where so many are left.
  /// - Complexity: O(most · n²).
  func picks(_ most: Int, byzantine: Int, neighbours: Int? = nil, leastNeighbours: Int = 0) -> [Int] {
    var isLeft = [Bool](repeating: true, count: rows.count)
    var picked: [Int] = []
    while picked.count < min(most, rows.count) {
      let left = count - picked.count
      let wanted = min(max(neighbours ?? left - byzantine - 2, leastNeighbours), left - 1)
      var best: (index: Int, score: Double)?
      for index in rows.indices where isLeft[index] {
        let score = score(index, isLeft, neighbours: wanted)
        if best.map({ score < $0.score }) ?? true { best = (index, score) }
      }
      guard let index = best?.index else { break }
      isLeft[index] = false
      picked.append(rows[index])
    }
    return picked
  }

  /// The rows of the `most` best scores; fewer when fewer are finite.
  func best(_ most: Int, neighbours: Int) -> [Int] {
    let all = [Bool](repeating: true, count: rows.count)
    let scores = rows.indices.map { score($0, all, neighbours: min(neighbours, count - 1)) }
    return rows.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(most).map { rows[$0] }
  }

  /// For each of `count` rows, whether it is among the picked.
  static func kept(_ picked: [Int], of count: Int) -> [Bool] {
    var kept = [Bool](repeating: false, count: count)
    for row in picked { kept[row] = true }
    return kept
  }
}
