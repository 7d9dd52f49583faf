internal import Catalogue

/// Reads typed values out of a resolved cell's flat map.
struct CellReader {
  private let map: [String: Value]

  init(_ map: [String: Value]) { self.map = map }

  /// Itself when `key` is there and not null.
  func optional(_ key: String) -> CellReader? { (map[key] ?? .null) == .null ? nil : self }

  func integer(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
    let value = try value(key)
    guard let whole = value.asInt else { throw wrongType(key, value, "a whole number") }
    guard range.contains(whole) else { throw SimulationError.outOfRange(key: key, value: whole, range: range) }
    return whole
  }

  func number(_ key: String) throws -> Double {
    let value = try value(key)
    guard let number = value.asDouble, number.isFinite else { throw wrongType(key, value, "a number") }
    return number
  }

  func word(_ key: String, _ words: [String]) throws -> String {
    try word(key, try value(key), words)
  }

  /// A list of words; absent or null is the empty list.
  func words(_ key: String, _ words: [String]) throws -> [String] {
    guard optional(key) != nil else { return [] }
    let value = try value(key)
    guard let list = value.asList else { throw wrongType(key, value, "a list") }
    return try list.map { try word(key, $0, words) }
  }

  /// The quirks that `quirks` lists, and all of them under the profile `official-code`.
  func quirks() throws -> Set<Quirk> {
    let listed = try words("quirks", Quirk.allCases.map(\.rawValue)).compactMap(Quirk.init(rawValue:))
    guard optional("profile") != nil else { return Set(listed) }
    return try word("profile", ["paper", "official-code"]) == "official-code" ? Set(Quirk.allCases) : Set(listed)
  }

  func component<Member>(_ key: String, of family: Family) throws -> Member {
    let value = try value(key)
    guard let chosen = Chosen(value), let member = try family.make(chosen) as? Member else {
      throw wrongType(key, value, ParameterType.component(family).description)
    }
    return member
  }

  private func value(_ key: String) throws -> Value {
    guard let value = map[key], value != .null else { throw SimulationError.missing(key: key) }
    return value
  }

  private func word(_ key: String, _ value: Value, _ words: [String]) throws -> String {
    guard let word = value.asString, words.contains(word) else {
      throw wrongType(key, value, ParameterType.choice(words).description)
    }
    return word
  }

  private func wrongType(_ key: String, _ value: Value, _ expected: String) -> SimulationError {
    SimulationError.wrongType(key: key, value: value.canonicalJSON, expected: expected)
  }
}
