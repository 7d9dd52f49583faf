/// A typed value of a manifest: what a parameter holds once the YAML is read.
///
/// `1` and `1.0` are the same value: a number that is whole and below 2^53 is held, compared, hashed and written as an
/// integer.
package enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([Value])
  case map([String: Value])

  /// A number in its canonical form: whole numbers below 2^53 become `.integer`.
  package static func canonical(_ number: Double) -> Value {
    if number.rounded() == number, abs(number) < 9_007_199_254_740_992 { return .integer(Int(number)) }
    return .number(number)
  }

  /// The value with every number in it in canonical form, so that equal values compare equal.
  package var canonical: Value {
    switch self {
    case .number(let value): .canonical(value)
    case .list(let values): .list(values.map(\.canonical))
    case .map(let map): .map(map.mapValues(\.canonical))
    case .null, .bool, .integer, .string: self
    }
  }

  package var asDouble: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  package var asInt: Int? { if case .integer(let value) = self { value } else { nil } }
  package var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var asString: String? { if case .string(let value) = self { value } else { nil } }
  package var asList: [Value]? { if case .list(let value) = self { value } else { nil } }
  package var asMap: [String: Value]? { if case .map(let value) = self { value } else { nil } }
}

extension Value {
  /// Canonical JSON: keys sorted by their UTF-8 bytes, shortest round-trip numbers, no spaces, `1.0` written as `1`.
  ///
  /// Equal values give equal bytes, on every machine; the cell key is a hash of them.
  package var canonicalJSON: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value):
      if case .integer(let whole) = Value.canonical(value) { text += String(whole) } else { text += "\(value)" }
    case .string(let value): Value.write(value, to: &text)
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .map(let map):
      text += "{"
      for (index, key) in map.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }).enumerated() {
        if index > 0 { text += "," }
        Value.write(key, to: &text)
        text += ":"
        map[key]?.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    // Names and words have nothing to escape, and make up nearly all of a cell.
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      text += string
      text += "\""
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension Value: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .canonical(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Value].self) {
      self = .list(value)
    } else {
      self = .map(try container.decode([String: Value].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .map(let value): try container.encode(value)
    }
  }
}
