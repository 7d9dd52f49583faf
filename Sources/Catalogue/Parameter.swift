/// One parameter: its name in a manifest, the type and range of its values, and what it means.
package struct Parameter: Sendable {
  /// The manifest's key, snake_case.
  package let name: String
  /// Other spellings that mean the same, such as the published code's flag.
  package let aliases: [String]
  package let type: ParameterType
  /// One line for `skymask describe`.
  package let summary: String

  package init(_ name: String, aliases: [String] = [], _ type: ParameterType, _ summary: String) {
    self.name = name
    self.aliases = aliases
    self.type = type
    self.summary = summary
  }
}

/// The type and range of a parameter's values.
package indirect enum ParameterType: Sendable {
  case integer(ClosedRange<Int>)
  case number(NumberRange)
  case flag
  /// One of these words; the dictionary maps other spellings to them.
  case choice([String], aliases: [String: String] = [:])
  case text
  case list(ParameterType)
  /// The value, or the word `none`, which is held as `.null`.
  case optional(ParameterType)
  /// A member of a family, with parameters of its own.
  case component(Family)
}

/// A range of numbers, its ends in or out. NaN and infinities are always out.
package struct NumberRange: Sendable {
  package var lower: Double
  package var upper: Double
  package var includesLower: Bool

  package init(_ range: ClosedRange<Double>) {
    (lower, upper, includesLower) = (range.lowerBound, range.upperBound, true)
  }

  /// Greater than `bound`, or, when `inclusive`, at least `bound`.
  package init(above bound: Double, inclusive: Bool = false) {
    (lower, upper, includesLower) = (bound, .greatestFiniteMagnitude, inclusive)
  }

  package static let positive = NumberRange(above: 0)
  package static let nonNegative = NumberRange(above: 0, inclusive: true)
  package static let fraction = NumberRange(0...1)

  package func contains(_ value: Double) -> Bool {
    value.isFinite && value <= upper && (includesLower ? value >= lower : value > lower)
  }

  /// The range in words, such as `a number from 0 to 1` or `a number greater than 0`.
  package var description: String {
    if upper < .greatestFiniteMagnitude {
      return "a number from \(Value.canonical(lower).canonicalJSON) to \(Value.canonical(upper).canonicalJSON)"
    }
    return "a number \(includesLower ? "of at least" : "greater than") \(Value.canonical(lower).canonicalJSON)"
  }
}

extension ParameterType {
  /// What a value of this type looks like, in words, for messages and `skymask describe`.
  package var description: String {
    switch self {
    case .integer(let range) where range.upperBound == .max:
      "a whole number of at least \(range.lowerBound)"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): range.description
    case .flag: "true or false"
    case .choice(let words, _): "one of " + words.joined(separator: ", ")
    case .text: "a word"
    case .list(let element): "a list, each entry \(element.description)"
    case .optional(let type): "\(type.description), or none"
    case .component(let family): "the name of \(family.article) \(family.name), or a map of one name to its parameters"
    }
  }
}
