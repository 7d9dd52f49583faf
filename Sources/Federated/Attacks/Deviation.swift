internal import Catalogue

/// The direction p in which Min-Max and Min-Sum leave the mean.
package enum Deviation: String, Codable, Sendable, CaseIterable {
  /// The mean's unit vector.
  case unit
  /// The mean's signs.
  case sign
  /// The standard deviations, coordinate by coordinate.
  case std

  static let parameter = Parameter(
    "deviation", .choice(allCases.map(\.rawValue)),
    "the direction p: the mean's unit vector, its sign, or the standard deviations")

  func direction(_ mean: [Float], _ known: Rows) -> [Float] {
    switch self {
    case .unit:
      let norm = mean.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return norm > 0 ? mean.map { Float(Double($0) / norm) } : mean
    case .sign: return mean.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .std: return known.statistics().deviation
    }
  }
}
