import Testing

@testable import Experiments

struct CSVTests {
  @Test(arguments: [
    (1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (1e-7, "1e-07"), (0.30000000000000004, "0.30000000000000004"),
    (-0.0, "0"), (.nan, "nan"), (.infinity, "inf"), (123_456_789, "123456789"),
  ])
  func writesTheShortestNumber(_ value: Double, _ text: String) {
    #expect(CSV.number(value) == text)
  }

  @Test func writesNothingForNothingMeasured() { #expect(CSV.number(nil) == "") }

  @Test func quotesOnlyWhatMustBe() {
    #expect(CSV.line(["a b", "c,d", "e\"f", "g\nh", "i\rj", ""]) == "a b,\"c,d\",\"e\"\"f\",\"g\nh\",\"i\rj\",\n")
  }

  @Test func readsWhatItWrote() throws {
    var table = CSVTable(header: ["x", "y,z"])
    table.append(["1", "two\r\nlines"])
    table.append(["", "\"q\""])
    table.append(["é±", "𝕏,"])
    #expect(try CSVTable(Array(table.text.utf8), name: "t") == table)
  }

  @Test func readsLinesThatEndInCarriageReturnLineFeed() throws {
    let table = try CSVTable(Array("a,b\r\n1,\"2\"\r\n".utf8), name: "t")
    #expect(table.header == ["a", "b"])
    #expect(table.rows == [["1", "2"]])
  }

  @Test(arguments: [
    ("", "t.csv:1: no header: the text is empty"),
    ("a,a\n", "t.csv:1: two columns are named 'a'"),
    ("a,b\n1,2\n3\n", "t.csv:3: 1 fields, but the header has 2"),
    ("a,b\n1,2", "t.csv:2: the last line does not end; the file may be cut"),
    ("a\nb\"c\n", "t.csv:2: a quote inside a field that does not begin with one"),
    ("a\n\"b\"c\n", "t.csv:2: something follows a closing quote"),
    ("a\n\"b\nc", "t.csv:2: a quoted field does not end"),
    ("a\nb\rc\n", "t.csv:2: a carriage return without a line feed"),
    ("a\n\"1\n2\"\n3,4\n", "t.csv:4: 2 fields, but the header has 1"),
  ])
  func refusesMalformedText(_ text: String, _ message: String) {
    #expect(throws: StoreError.self) { try CSVTable(Array(text.utf8), name: "t.csv") }
    do { _ = try CSVTable(Array(text.utf8), name: "t.csv") } catch { #expect("\(error)" == message) }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    #expect(throws: StoreError.csv(name: "t", line: 2, problem: "bytes that are not UTF-8")) {
      try CSVTable([0x61, 0x0a, 0xff, 0x0a], name: "t")
    }
  }

  @Test func namesTheColumnsWhenOneIsMissing() {
    let table = CSVTable(header: ["round", "test_loss"])
    #expect(
      throws: StoreError.noColumn("accuracy", name: "rounds.csv", known: ["round", "test_loss"])
    ) { try table.column("accuracy", of: "rounds.csv") }
  }
}
