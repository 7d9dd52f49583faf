extension Value {
  /// Reads a JSON text; nil for bytes that are none.
  ///
  /// Numbers come in canonical form. Strict, but for two equal keys of one map, of which the last counts. A hundred times
  /// as fast as by way of `Decodable`, which tries one type after the other; that tells in a plan of 10,000 cells.
  package init?(json: [UInt8]) {
    let value = json.withUnsafeBufferPointer { bytes -> Value? in
      var parser = JSONParser(bytes: bytes)
      guard let value = parser.value(depth: 0) else { return nil }
      parser.skipSpace()
      return parser.position == bytes.count ? value : nil
    }
    guard let value else { return nil }
    self = value
  }
}

/// Recursive descent over UTF-8 (RFC 8259); each function is nil, at no position in particular, for what it cannot read.
private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  private static let mostDepth = 64

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
  }

  mutating func value(depth: Int) -> Value? {
    skipSpace()
    guard position < bytes.count, depth < JSONParser.mostDepth else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "{"): return map(depth: depth)
    case UInt8(ascii: "["): return list(depth: depth)
    case UInt8(ascii: "\""): return string().map(Value.string)
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func map(depth: Int) -> Value? {
    position += 1
    var map: [String: Value] = [:]
    if takes("}") { return .map(map) }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let key = string(), takes(":"),
        let value = value(depth: depth + 1)
      else { return nil }
      map[key] = value
      if takes("}") { return .map(map) }
      guard takes(",") else { return nil }
    }
  }

  private mutating func list(depth: Int) -> Value? {
    position += 1
    var values: [Value] = []
    if takes("]") { return .list(values) }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
      if takes("]") { return .list(values) }
      guard takes(",") else { return nil }
    }
  }

  private mutating func word(_ word: StaticString, _ value: Value) -> Value? {
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count, bytes[position] == word.utf8Start[index] else { return nil }
      position += 1
    }
    return value
  }

  private mutating func number() -> Value? {
    let start = position
    while position < bytes.count, isOfNumber(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    // What JSON forbids and the readers of numbers take: a plus, a bare point, a leading zero.
    guard let first = digits.utf8.first, (0x30...0x39).contains(first), text.utf8.count - digits.utf8.count <= 1,
      text.utf8.last.map({ (0x30...0x39).contains($0) }) == true,
      first != 0x30 || digits.utf8.dropFirst().first.map({ !(0x30...0x39).contains($0) }) ?? true,
      !text.contains(".e"), !text.contains(".E")
    else { return nil }
    if let whole = Int(text) { return .integer(whole) }
    guard let number = Double(text), number.isFinite else { return nil }
    return .canonical(number)
  }

  private func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// The string that begins at the quote at `position`.
  private mutating func string() -> String? {
    position += 1
    var start = position
    var text = ""
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 { return nil }
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        position += 1
        continue
      }
      guard let piece = String(validating: bytes[start..<position], as: UTF8.self) else { return nil }
      text += piece
      position += 1
      if byte == UInt8(ascii: "\"") { return text }
      guard let scalar = escaped() else { return nil }
      text.unicodeScalars.append(scalar)
      start = position
    }
    return nil
  }

  /// What stands behind a backslash.
  private mutating func escaped() -> Unicode.Scalar? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      guard let high = hex() else { return nil }
      guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { return nil }
      position += 2
      guard let low = hex(), (0xDC00..<0xE000).contains(low) else { return nil }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    default: return nil
    }
  }

  private mutating func hex() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = bytes[position..<(position + 4)]
    position += 4
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
