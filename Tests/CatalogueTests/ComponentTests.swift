import Testing

@testable import Catalogue

private struct Trim: Component {
  static let name = "trim"
  static let aliases = ["trim_attack"]
  static let summary = "for tests"
  static let parameters = [
    Parameter("learning_rate", aliases: ["lr"], .number(.positive), "a number"),
    Parameter("steps", .integer(1...10), "a count"),
    Parameter("partial", .flag, "a flag"),
    Parameter("limit", .optional(.integer(1...5)), "a limit"),
    Parameter("mode", .choice(["unit", "sign"]), "a word"),
  ]
  var learningRate: Double = 0.5
  var steps: Int = 3
  var partial: Bool = false
  var limit: Int?
  var mode: String = "unit"
}

private struct Plain: Component {
  static let name = "plain"
  static let summary = "for tests"
}

private let family = Family("attack", [Trim.self, Plain.self])

@Suite struct ComponentTests {
  @Test func defaultsAreThoseOfTheStoredProperties() throws {
    #expect(
      try Trim.defaults() == [
        "learning_rate": .number(0.5), "steps": .integer(3), "partial": .bool(false), "limit": .null,
        "mode": .string("unit"),
      ])
  }

  @Test func laysGivenValuesOverTheDefaults() throws {
    let made = try Trim.make(["learning_rate": .integer(2), "limit": .integer(4)])
    #expect((made.learningRate, made.steps, made.limit, made.mode) == (2, 3, 4, "unit"))
  }

  @Test func valuesOfAMemberMakeItAgain() throws {
    let values = try Trim.make(["partial": .bool(true), "learning_rate": .number(0.1)]).parameterValues()
    #expect(values["partial"] == .bool(true))
    #expect(try Trim.make(values).parameterValues() == values)
  }

  @Test func aMisspeltParameterIsAnErrorNotTheDefault() {
    let error = #expect(throws: CatalogueError.self) { try Trim.make(["step": .integer(1)]) }
    #expect(
      error?.description
        == "'trim' has no parameter 'step'; did you mean 'steps'?  known: learning_rate, steps, partial, limit, mode")
    let plain = #expect(throws: CatalogueError.self) { try Plain.make(["k": .integer(1)]) }
    #expect(plain?.description == "'plain' has no parameters, so none named 'k'")
  }

  @Test func aValueOfTheWrongTypeThrows() {
    #expect(throws: DecodingError.self) { try Trim.make(["steps": .string("many")]) }
  }

  @Test func anUnknownMemberIsAnErrorNotNone() {
    let error = #expect(throws: CatalogueError.self) { try family.make(Chosen("trin")) }
    #expect(error?.description == "unknown attack 'trin'; did you mean 'trim'?  known: trim, plain")
    let far = #expect(throws: CatalogueError.self) { try family.make(Chosen("sybil")) }
    #expect(far?.description == "unknown attack 'sybil'; known: trim, plain")
  }

  @Test func findsMembersByNameAndAliasSpelledExactly() {
    #expect(family.member("trim")?.name == "trim")
    #expect(family.member("trim_attack")?.name == "trim")
    #expect(family.member("Trim") == nil)
  }

  @Test func aChoiceIsItsNameOrAMapOfTheNameToParameters() {
    #expect(Chosen("krum").value == .string("krum"))
    let chosen = Chosen("trim", ["steps": .integer(2)])
    #expect(chosen.value == .map(["trim": .map(["steps": .integer(2)])]))
    #expect(Chosen(chosen.value) == chosen)
    #expect(Chosen(.integer(3)) == nil)
    #expect(Chosen(.map(["a": .map([:]), "b": .map([:])])) == nil)
  }
}

@Suite struct ParameterTypeTests {
  @Test func saysInWordsWhatItTakes() {
    #expect(ParameterType.integer(1...Int.max).description == "a whole number of at least 1")
    #expect(ParameterType.integer(0...9).description == "a whole number from 0 to 9")
    #expect(ParameterType.number(.fraction).description == "a number from 0 to 1")
    #expect(ParameterType.number(.positive).description == "a number greater than 0")
    #expect(ParameterType.number(.nonNegative).description == "a number of at least 0")
    #expect(ParameterType.flag.description == "true or false")
    #expect(ParameterType.choice(["a", "b"]).description == "one of a, b")
    #expect(ParameterType.optional(.number(.positive)).description == "a number greater than 0, or none")
    #expect(ParameterType.list(.flag).description == "a list, each entry true or false")
    #expect(
      ParameterType.component(family).description == "the name of an attack, or a map of one name to its parameters")
  }

  @Test func endsOfARangeAreInOrOutAsItSays() {
    #expect(!NumberRange.positive.contains(0))
    #expect(NumberRange.positive.contains(.leastNonzeroMagnitude))
    #expect(NumberRange.nonNegative.contains(0))
    #expect(NumberRange.fraction.contains(1) && !NumberRange.fraction.contains(1.0000001))
    for value in [Double.nan, .infinity, -.infinity] { #expect(!NumberRange.nonNegative.contains(value)) }
  }
}
