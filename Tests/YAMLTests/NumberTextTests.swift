import Testing

@testable import YAML

@Suite struct NumberTextTests {
  @Test(arguments: [("0", 0), ("12", 12), ("-3", -3), ("+4", 4), ("9223372036854775807", Int.max)])
  func readsWholeNumbers(text: String, value: Int) {
    #expect(NumberText(text) == .integer(value))
  }

  @Test(arguments: [
    ("1.5", 1.5), (".5", 0.5), ("-.5", -0.5), ("1e-3", 0.001), ("1.", 1.0), ("2E+3", 2000.0), ("0.1", 0.1),
    ("00.5", 0.5),
  ])
  func readsDecimalNumbers(text: String, value: Double) {
    #expect(NumberText(text) == .number(value))
  }

  @Test(arguments: [
    "", "-", ".", "e5", "1e", "1e+", "abc", "1a", "--1", "1.2.3", "one", "0xZZ", "1 2", "a:b", "٣", "1_a",
  ])
  func leavesWordsAlone(text: String) {
    #expect(NumberText(text) == .notANumber)
  }

  @Test(arguments: [
    ("010", "a leading zero means octal to some YAML readers; write 10"),
    ("-007", "a leading zero means octal to some YAML readers; write -7"),
    ("00", "a leading zero means octal to some YAML readers; write 0"),
    ("0x1F", "hexadecimal is not read; write 31"),
    ("0o17", "octal is not read; write 15"),
    ("-0b101", "binary is not read; write -5"),
    ("1_000", "underscores are not read; write 1000"),
    ("1_0.5", "underscores are not read; write 10.5"),
    ("12:30:45", "some YAML readers take this for a number of base 60; write it without ':'"),
    (".inf", "a number must be finite"),
    ("-.Inf", "a number must be finite"),
    (".NaN", "a number must be finite"),
    ("1e999", "too large for a number"),
    ("9223372036854775808", "a whole number is at most 9223372036854775807"),
  ])
  func refusesWhatReadersDifferOn(text: String, reason: String) {
    #expect(NumberText(text) == .refused(reason))
  }
}
