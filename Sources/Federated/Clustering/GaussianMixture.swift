/// A mixture of normal distributions in the plane, each with a covariance of its own, fitted by expectation
/// maximisation.
///
/// Starts from the best of several tries of k-means; 1e-6 is added to every variance; ends when the mean log-likelihood
/// gains less than 1e-3, or after 100 rounds. These are the settings of scikit-learn's mixture, which the published
/// SkyMask code uses, but for the tries: there it is one, which ends now and then in a worse mixture.
struct GaussianMixture {
  /// One normal distribution of the mixture.
  struct Component: Equatable {
    var weight: Double
    var mean: SIMD2<Double>
    /// Covariance: xx, xy, yy.
    var covariance: SIMD3<Double>

    fileprivate var determinant: Double { covariance[0] * covariance[2] - covariance[1] * covariance[1] }

    /// log(weight · density).
    fileprivate func logDensity(_ point: SIMD2<Double>) -> Double {
      let d = point - mean
      let squared =
        (covariance[2] * d.x * d.x - 2 * covariance[1] * d.x * d.y + covariance[0] * d.y * d.y) / determinant
      return Functions.log(weight) - Functions.log(2 * Double.pi) - 0.5 * (Functions.log(determinant) + squared)
    }
  }

  private(set) var components: [Component]
  /// The sum over the points of the logarithm of the mixture's density.
  private(set) var logLikelihood: Double
  private let count: Int

  /// - Parameter points: at least one, finite.
  /// - Complexity: O(rounds · n · components).
  init(_ points: [SIMD2<Double>], components k: Int, tries: Int = 50, random: inout RandomSource) {
    precondition(!points.isEmpty && k >= 1, "a mixture needs points and components")
    let start = KMeans.cluster(points, k: k, tries: tries, random: &random)
    count = points.count
    let shares = start.labels.map { label in (0..<k).map { $0 == label ? 1.0 : 0 } }
    components = Self.maximise(points, shares, k)
    logLikelihood = -.infinity
    for _ in 0..<100 {
      let before = logLikelihood
      let (shares, likelihood) = Self.expect(points, components)
      components = Self.maximise(points, shares, k)
      logLikelihood = likelihood
      if abs(logLikelihood - before) < 1e-3 * Double(count) { break }
    }
    logLikelihood = Self.expect(points, components).logLikelihood
  }

  /// For each point, the component that most likely made it; ties go to the first.
  func labels(_ points: [SIMD2<Double>]) -> [Int] {
    points.map { point in
      var best = (index: 0, density: -Double.infinity)
      for (index, component) in components.enumerated() {
        let density = component.logDensity(point)
        if density > best.density { best = (index, density) }
      }
      return best.index
    }
  }

  /// The Bayesian information criterion, p·log(n) − 2·log-likelihood: less is better.
  ///
  /// A component has 2 coordinates of its mean, 3 of its covariance and a weight; the weights add to 1.
  var bayesianInformation: Double {
    Double(6 * components.count - 1) * Functions.log(Double(count)) - 2 * logLikelihood
  }

  /// Each point's shares of the components, and the log-likelihood.
  private static func expect(
    _ points: [SIMD2<Double>], _ components: [Component]
  ) -> (shares: [[Double]], logLikelihood: Double) {
    var total = 0.0
    let shares = points.map { point in
      let densities = components.map { $0.logDensity(point) }
      let largest = densities.reduce(-Double.infinity, max)
      let sum = largest + Functions.log(densities.reduce(0) { $0 + Functions.exp($1 - largest) })
      total += sum
      return densities.map { Functions.exp($0 - sum) }
    }
    return (shares, total)
  }

  /// The components that fit the shares best.
  private static func maximise(_ points: [SIMD2<Double>], _ shares: [[Double]], _ k: Int) -> [Component] {
    (0..<k).map { index in
      // A component that nobody belongs to keeps a hair of weight, so that nothing is divided by 0.
      let mass = shares.reduce(10 * Double.ulpOfOne) { $0 + $1[index] }
      let mean = zip(points, shares).reduce(SIMD2<Double>.zero) { $0 + $1.0 * $1.1[index] } / mass
      var covariance = SIMD3<Double>.zero
      for (point, share) in zip(points, shares) {
        let d = point - mean
        covariance += SIMD3(d.x * d.x, d.x * d.y, d.y * d.y) * share[index]
      }
      covariance /= mass
      covariance += SIMD3(1e-6, 0, 1e-6)
      return Component(weight: mass / Double(points.count), mean: mean, covariance: covariance)
    }
  }
}
