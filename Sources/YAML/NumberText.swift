/// What a plain scalar is as a number: `1`, `-2.5`, `1e-3`, `.5`; or why it is none.
///
/// The spellings that YAML readers take for different numbers are refused: `010`, `0x1F`, `1_000`, `12:30:45`.
package enum NumberText: Equatable, Sendable {
  case integer(Int)
  case number(Double)
  /// A number to some reader; the reason, with what to write.
  case refused(String)
  case notANumber

  package init(_ text: String) {
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let sign = text.hasPrefix("-") ? "-" : ""
    if unsigned.isEmpty {
      self = .notANumber
    } else if [".inf", ".nan", "inf", "nan", "infinity"].contains(unsigned.lowercased()) {
      self = .refused("a number must be finite")
    } else if let refusal = NumberText.refusal(of: unsigned, sign) {
      self = .refused(refusal)
    } else if !NumberText.isDecimal(unsigned) {
      self = .notANumber
    } else if let value = Int(text) {
      self = .integer(value)
    } else if let value = Double(text), value.isFinite {
      // A whole number that no integer can hold must not come near one.
      let isWhole = unsigned.allSatisfy(\.isNumber)
      self = isWhole ? .refused("a whole number is at most \(Int.max)") : .number(value)
    } else {
      self = .refused("too large for a number")
    }
  }

  /// Whether some YAML reader would take it for a number.
  package var isNumeric: Bool { self != .notANumber }

  private static func refusal(of text: Substring, _ sign: String) -> String? {
    let lowered = text.lowercased()
    for (prefix, radix, kind) in [("0x", 16, "hexadecimal"), ("0o", 8, "octal"), ("0b", 2, "binary")]
    where lowered.hasPrefix(prefix) && lowered.count > 2 {
      let digits = lowered.dropFirst(2)
      guard digits.allSatisfy({ $0 == "_" || $0.isHexDigit }) else { return nil }
      let value = Int(digits.filter { $0 != "_" }, radix: radix)
      return "\(kind) is not read" + (value.map { "; write \(sign)\($0)" } ?? "")
    }
    guard text.allSatisfy({ $0.isASCII }), text.first?.isNumber == true || text.first == "." else { return nil }
    if text.contains("_") {
      let plain = text.filter { $0 != "_" }
      return isDecimal(plain[...]) ? "underscores are not read; write \(sign)\(plain)" : nil
    }
    if text.contains(":") {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let isTime = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isNumber || $0 == "." } }
      return isTime ? "some YAML readers take this for a number of base 60; write it without ':'" : nil
    }
    if text.count > 1, text.first == "0", text.dropFirst().allSatisfy(\.isNumber) {
      let plain = text.drop { $0 == "0" }
      return "a leading zero means octal to some YAML readers; write \(sign)\(plain.isEmpty ? "0" : plain)"
    }
    return nil
  }

  /// Digits with at most one point, and an exponent or none.
  private static func isDecimal(_ text: Substring) -> Bool {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard parts.count <= 2, let mantissa = parts.first else { return false }
    func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
    guard mantissa.contains(where: isDigit), mantissa.allSatisfy({ isDigit($0) || $0 == "." }),
      mantissa.filter({ $0 == "." }).count <= 1
    else { return false }
    guard parts.count == 2 else { return true }
    let exponent = parts[1].first.map { "+-".contains($0) } == true ? parts[1].dropFirst() : parts[1]
    return !exponent.isEmpty && exponent.allSatisfy(isDigit)
  }
}
