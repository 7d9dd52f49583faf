import Foundation
import Testing

@testable import Catalogue

@Suite struct ValueParsingTests {
  private func value(_ text: String) -> Value? { Value(json: Array(text.utf8)) }

  @Test func readsWhatCanonicalJSONWrites() throws {
    let values: [Value] = [
      .null, .bool(true), .bool(false), .integer(0), .integer(-7), .integer(Int.max), .number(0.1), .number(1e-300),
      .string(""), .string("krum"), .string("a\"b\\c\n\t\r\u{1}é𝄞"), .list([]),
      .list([.integer(1), .list([.null])]), .map([:]), .map(["b": .map(["x": .list([])]), "a": .string("1")]),
    ]
    for original in values {
      let text = original.canonicalJSON
      #expect(value(text) == original.canonical, "\(text)")
      #expect(value(text)?.canonicalJSON == text)
      // Foundation's reader is the other opinion.
      #expect(try JSONDecoder().decode(Value.self, from: Data(text.utf8)) == original.canonical)
    }
  }

  @Test func readsOtherPeoplesSpacesEscapesAndNumbers() {
    #expect(
      value(" {\n\t\"a\" : [ 1.0 , 2e3, -0.5E-1 ] }\r\n") == .map(["a": .list([1, 2000, -0.05].map(Value.canonical))]))
    #expect(value(#""\u0041\u00e9\ud834\udd1e\/\b\f""#) == .string("Aé𝄞/\u{8}\u{C}"))
    #expect(value("-2.5e+17") == .number(-2.5e17))
    #expect(value("[18446744073709551616]") == .list([.number(18_446_744_073_709_551_616)]))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "nul", "truee", "01",
    "-", "+1", ".5", "1.", "1.e5", "--1", "1e", "NaN", "Infinity", "0x1F", "1 2", "\"", "\"\\\"", "\"\\x\"",
    "\"\\u12\"",
    "\"\\ud834\"", "\"\\udd1e\"", "\"\n\"", "[1]]", "1e999",
  ])
  func refusesWhatIsNoJSON(text: String) { #expect(value(text) == nil) }

  @Test func refusesBytesThatAreNoUTF8AndTextsThatAreTooDeep() {
    #expect(Value(json: [0x22, 0xFF, 0x22]) == nil)
    #expect(value(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) != nil)
    #expect(value(String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)) == nil)
  }

  @Test func aTextThatIsCutIsNoValue() {
    let text = Value.map(["a": .list([.number(0.25), .string("x\\y")]), "b": .bool(true)]).canonicalJSON
    for length in 0..<text.utf8.count { #expect(Value(json: Array(text.utf8.prefix(length))) == nil) }
  }
}
