package enum ReportError: Error, Equatable, CustomStringConvertible {
  /// The sweep has no such parameter or metric.
  case unknown(String, what: String, known: [String])
  /// Several groups fall together, because they differ in parameters that the request does not name.
  case ambiguous(differing: [String], remedy: String)
  /// The x of a plot has a value that is no number.
  case notANumber(String, x: String)
  case nothingToShow(String)

  package var description: String {
    switch self {
    case .unknown(let name, let what, let known):
      "no \(what) '\(name)' in these results; there are: \(known.joined(separator: ", "))"
    case .ambiguous(let differing, let remedy):
      "several results belong in one place, as they differ in \(differing.joined(separator: ", ")); \(remedy)"
    case .notANumber(let value, let x): "'\(x)' cannot be the x of a plot, as '\(value)' is no number"
    case .nothingToShow(let what): "nothing to show: \(what)"
    }
  }
}
