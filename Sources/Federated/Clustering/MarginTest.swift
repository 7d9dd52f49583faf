/// Whether the masks of the clients and the root, as points of the plane, are one group or two.
///
/// A criterion of this project, used by SkyMask's `clusters: auto`; the paper has none. The points are cut in two by
/// `WidestCut`. The cut counts when
///
/// - its margin is wider than chance makes it: of 99 sets of as many points, drawn uniformly from a disc, at most 4 have
///   a margin as wide; where the cut would reject more than half of the clients, none has one half as wide;
/// - the root is on one side beyond doubt: across the cut, at most 0.4 of the way from the centre of the clients on its
///   side to the centre of the others. A cut that parts the root from all clients does not count.
///
/// Else all are one group. The first is a Monte Carlo test at the level of 5 % (Barnard, JRSS B 1963; Hope, JRSS B 1968),
/// far stricter for a majority: where clients' data differ, those of one class form groups too, and the root may land in
/// one of them. Attackers in the majority leave margins many times as wide as chance does. Sphering makes every ellipse
/// a disc, so the reference depends on the number of points alone; and of all densities without groups a uniform one is
/// the likeliest to look grouped, more so than a normal one (Tibshirani, Walther and Hastie's gap statistic, JRSS B
/// 2001). To split along the widest margin is the idea of Xu, Neufeld, Larson and Schuurmans, "Maximum margin
/// clustering", NIPS 2004. `experiments/studies/skymask-clusters` compares it with others.
///
/// Fewer than four points are one group: all triangles are the same after sphering.
enum MarginTest {
  /// The sets that are drawn.
  static let references = 99
  /// How many of them may have a margin as wide as `share` of the cut's.
  static let toRejectMinority = (allowed: 4, share: 1.0)
  static let toRejectMajority = (allowed: 0, share: 0.5)
  /// How far the root may stray from the centre of its side towards the other's.
  static let rootLimit = 0.4

  /// For each point, whether it is in the group of the last, the root.
  ///
  /// - Parameter points: finite.
  /// - Complexity: O(99 · 60 · n · log n), less for most points of one group: it ends with the fifth wide reference.
  static func likeTheLast(_ points: [SIMD2<Double>], random: inout RandomSource) -> [Bool] {
    let all = [Bool](repeating: true, count: points.count)
    guard points.count > 3, let cut = WidestCut(points) else { return all }
    let sides = cut.isUpper
    let alike = sides.map { $0 == sides[sides.count - 1] }
    guard isRootInside(cut.places, alike) else { return all }
    let rejected = alike.count { !$0 }
    let limit = 2 * rejected > points.count - 1 ? toRejectMajority : toRejectMinority
    var reached = 0
    for _ in 0..<references {
      let reference = points.map { _ in inDisc(&random) }
      if let other = WidestCut(reference), other.margin >= limit.share * cut.margin { reached += 1 }
      if reached > limit.allowed { return all }
    }
    return alike
  }

  /// Whether the last place is near the mean of those that are alike, compared with the mean of the others.
  private static func isRootInside(_ places: [Double], _ alike: [Bool]) -> Bool {
    var (own, other) = ((sum: 0.0, count: 0.0), (sum: 0.0, count: 0.0))
    for (place, isAlike) in zip(places, alike).dropLast() {
      if isAlike { own = (own.sum + place, own.count + 1) } else { other = (other.sum + place, other.count + 1) }
    }
    guard own.count > 0, other.count > 0, let root = places.last else { return false }
    let (centre, opposite) = (own.sum / own.count, other.sum / other.count)
    return (root - centre) / (opposite - centre) <= rootLimit
  }

  /// A point of the unit disc, every part of which is as likely as its area is large.
  private static func inDisc(_ random: inout RandomSource) -> SIMD2<Double> {
    let radius = random.uniform().squareRoot()
    return radius * Functions.direction(turns: random.uniform())
  }
}
