internal import Catalogue

/// Settings that no cell can be computed with.
package enum SimulationError: Error, Equatable, CustomStringConvertible {
  case missing(key: String)
  case wrongType(key: String, value: String, expected: String)
  case outOfRange(key: String, value: Int, range: ClosedRange<Int>)
  /// The root set wants more samples of a class than the training set has.
  case rootSetTooLarge(label: Int, wanted: Int, available: Int)
  /// What a rule or an attack has against these settings, in its own words.
  case objection(String)

  package var description: String {
    switch self {
    case .missing(let key): "the cell lacks the parameter '\(key)'"
    case .wrongType(let key, let value, let expected): "the cell's '\(key)' is \(value), but must be \(expected)"
    case .outOfRange(let key, let value, let range):
      "the cell's '\(key)' is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    case .rootSetTooLarge(let label, let wanted, let available):
      "the root set wants \(wanted) samples of class \(label), but the training set has \(available);"
        + " lower root.size or change root.bias"
    case .objection(let text): text
    }
  }
}
