internal import Experiments

/// What a picture of curves shows.
package struct CurveRequest: Sendable, Equatable {
  /// `round`, or a parameter whose values are numbers.
  package var x = CurveRequest.round
  /// A measurement: of each evaluated round, or of the last one by a parameter. With `_last10`, its mean over the last 10
  /// evaluations up to there.
  package var y = "test_accuracy"
  /// What tells the lines apart; nil for the rule, or what else varies where there is one rule only.
  package var series: String?
  /// One panel for each combination of these; nil for all that vary of themselves beside the series and x.
  package var split: [String]?

  package static let round = "round"

  package init(
    x: String = CurveRequest.round, y: String = "test_accuracy", series: String? = nil, split: [String]? = nil
  ) {
    (self.x, self.y, self.series, self.split) = (x, y, series, split)
  }

  var isByRound: Bool { x == CurveRequest.round }

  /// The measurement as the axis of a picture names it.
  var yText: String {
    let name = y.replacing("_", with: " ")
    return y.hasSuffix("_last10") ? String(name.dropLast(" last10".count)) + ", mean of the last 10 evaluations" : name
  }

  /// Whether y is a part of a whole.
  var isShare: Bool {
    let measurement = y.hasSuffix("_last10") ? String(y.dropLast("_last10".count)) : y
    return [
      "test_accuracy", "attack_success_rate", "malicious_rejected", "benign_rejected", "malicious_accepted",
    ].contains(measurement)
  }
}
