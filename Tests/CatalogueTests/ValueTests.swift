import Foundation
import Testing

@testable import Catalogue

@Suite struct ValueTests {
  @Test func writesKeysByTheirUTF8BytesAndNoSpaces() {
    let value = Value.map(["b": .integer(1), "a.b": .null, "a": .list([.bool(true), .string("x")]), "é": .integer(2)])
    #expect(value.canonicalJSON == #"{"a":[true,"x"],"a.b":null,"b":1,"é":2}"#)
  }

  @Test func writesWholeNumbersAsIntegers() {
    #expect(Value.number(1).canonicalJSON == "1")
    #expect(Value.number(-0.0).canonicalJSON == "0")
    #expect(Value.number(1e15).canonicalJSON == "1000000000000000")
  }

  @Test(arguments: [(0.1, "0.1"), (0.5, "0.5"), (1e-5, "1e-05"), (1.0 / 3, "0.3333333333333333"), (1e300, "1e+300")])
  func writesTheShortestNumberThatReadsBack(number: Double, text: String) throws {
    #expect(Value.number(number).canonicalJSON == text)
    #expect(Double(text) == number)
  }

  @Test func escapesWhatJSONDemands() {
    #expect(Value.string("\"\\\n\t\u{1}/é").canonicalJSON == #""\"\\\n\t\u0001/é""#)
  }

  @Test func readsItsOwnJSON() throws {
    let value = Value.map([
      "none": .null, "flag": .bool(false), "count": .integer(Int.max), "rate": .number(0.6),
      "list": .list([.string("a"), .integer(0)]), "map": .map(["k": .number(1e-7)]),
    ])
    let read = try JSONDecoder().decode(Value.self, from: Data(value.canonicalJSON.utf8))
    #expect(read == value)
    #expect(read.canonicalJSON == value.canonicalJSON)
  }

  @Test func oneAndOnePointZeroAreTheSameOnceCanonical() {
    let value = Value.list([.number(1), .map(["k": .number(2)]), .number(2.5)])
    #expect(value.canonical == .list([.integer(1), .map(["k": .integer(2)]), .number(2.5)]))
    #expect(Value.canonical(9_007_199_254_740_992) == .number(9_007_199_254_740_992))
  }
}
