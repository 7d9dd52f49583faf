/// The straight line that cuts points of the plane in two with the widest margin.
///
/// The margin of a cut is g · √(p(1 − p)) / σ: g is the gap between the two sides, measured across the line, p the share
/// of the points on one side, and σ the standard deviation within the sides, measured likewise. A large margin takes an
/// empty strip, tight sides, and more than a stray point or two on each.
///
/// The points are sphered first (unit variances, no correlation), so that stretching or shearing all of them changes
/// nothing. Lines of 60 directions, 3° apart, are tried, each between any two neighbours; ties go to the first. σ is at
/// least 1e-6 of the standard deviation of all points, so that two groups of equal points have a margin, too.
struct WidestCut {
  let margin: Double
  /// How far the points lie along the best direction, which is across the line.
  let places: [Double]
  /// The middle of the gap.
  private let middle: Double

  /// For each point, whether it is on the upper side.
  var isUpper: [Bool] { places.map { $0 > middle } }

  private static let directions = (0..<60).map { Functions.direction(turns: Double($0) / 120) }

  /// - Parameter points: finite.
  /// - Returns: nil for equal points, or none.
  /// - Complexity: O(60 · n · log n).
  init?(_ points: [SIMD2<Double>]) {
    guard let sphered = Self.sphered(points) else { return nil }
    let n = Double(sphered.count)
    var best = (squared: 0.0, direction: SIMD2<Double>.zero, middle: 0.0)
    for direction in Self.directions {
      let places = Self.places(sphered, direction).sorted()
      let sum = places.reduce(0, +)
      let squares = places.reduce(0) { $0 + $1 * $1 }
      let least = 1e-12 * squares
      var lower = 0.0
      for index in 1..<places.count {
        lower += places[index - 1]
        let gap = places[index] - places[index - 1]
        guard gap > 0 else { continue }
        let (below, above) = (Double(index), n - Double(index))
        let upper = sum - lower
        // The sum of squares about the means of the two sides.
        let within = max(squares - lower * lower / below - upper * upper / above, least)
        let squared = gap * gap * below * above / (n * within)
        if squared > best.squared {
          best = (squared, direction, places[index - 1] + gap / 2)
        }
      }
    }
    guard best.squared > 0 else { return nil }
    margin = best.squared.squareRoot()
    places = Self.places(sphered, best.direction)
    middle = best.middle
  }

  /// The points about their mean, without correlation and with sums of squares of 1; 0 in the second coordinate for
  /// points on a line; nil for equal points.
  private static func sphered(_ points: [SIMD2<Double>]) -> [SIMD2<Double>]? {
    let mean = points.reduce(SIMD2<Double>.zero, +) / Double(max(points.count, 1))
    var centred = points.map { $0 - mean }
    var squares = centred.reduce(SIMD2<Double>.zero) { $0 + $1 * $1 }
    if squares.y > squares.x {
      // The longer axis comes first: it is the one divided by.
      centred = centred.map { SIMD2($0.y, $0.x) }
      squares = SIMD2(squares.y, squares.x)
    }
    guard squares.x > 0 else { return nil }
    let slope = centred.reduce(0) { $0 + $1.x * $1.y } / squares.x
    let across = centred.map { $0.y - slope * $0.x }
    let left = across.reduce(0) { $0 + $1 * $1 }
    let isLine = left <= 1e-24 * squares.x
    let (x, y) = (1 / squares.x.squareRoot(), isLine ? 0 : 1 / left.squareRoot())
    return zip(centred, across).map { SIMD2($0.x * x, $1 * y) }
  }

  /// How far the points lie along a direction.
  private static func places(_ points: [SIMD2<Double>], _ direction: SIMD2<Double>) -> [Double] {
    points.map { direction.x * $0.x + direction.y * $0.y }
  }
}
