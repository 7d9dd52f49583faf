import Foundation
import Testing

@testable import YAML

@Suite struct SourceTests {
  /// A path in a new folder, with the file's content if there is any.
  private func path(_ bytes: [UInt8]? = nil) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "source-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "m.yaml")
    if let bytes { try Data(bytes).write(to: file) }
    return file.path
  }

  private func complaint(_ path: String) -> String {
    do {
      let diagnostics = Diagnostics()
      _ = try Document.parse(Source.read(path), diagnostics)
      try diagnostics.throwErrors()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func readsAFile() throws {
    let path = try path(Array("a: 1\n".utf8))
    #expect(try Source.read(path).text == "a: 1\n")
  }

  @Test func tellsAMissingFile() throws {
    let path = try path()
    #expect(complaint(path) == "\(path): error: no such file")
  }

  @Test func tellsAFolderInPlaceOfAFile() throws {
    let path = FileManager.default.temporaryDirectory.path
    #expect(complaint(path) == "\(path): error: is a folder, not a file")
  }

  @Test func tellsADeviceInPlaceOfAFile() {
    #expect(complaint("/dev/null") == "/dev/null: error: is not a regular file")
  }

  @Test func tellsAFileInPlaceOfAFolder() throws {
    let path = try path([]) + "/x.yaml"
    #expect(complaint(path) == "\(path): error: cannot be read: Not a directory")
  }

  @Test func tellsMissingPermission() throws {
    let path = try path(Array("a: 1\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    // The superuser may read everything.
    let expected = geteuid() == 0 ? "no error" : "\(path): error: cannot be read: Permission denied"
    #expect(complaint(path) == expected)
  }

  @Test func tellsAnEmptyFile() throws {
    let path = try path([])
    #expect(complaint(path) == "\(path): error: is empty")
  }

  @Test func tellsABinaryFile() throws {
    let path = try path([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0xFF])
    #expect(complaint(path) == "\(path): error: is a binary file, not YAML")
  }

  @Test func tellsUTF16() throws {
    let path = try path([0xFF, 0xFE, 0x61, 0x00])
    #expect(complaint(path) == "\(path): error: is UTF-16; save it as UTF-8")
  }

  @Test func tellsWhereUTF8Breaks() throws {
    let path = try path(Array("a: 1\nbé: ".utf8) + [0xC3, 0x28, 0x0A])
    #expect(
      complaint(path) == """
        \(path):2:5: error: not valid UTF-8
            2 | bé: \u{FFFD}(
              |     ^
              save the file as UTF-8
        """)
  }

  @Test func refusesAFileOver10MB() throws {
    let path = try path([UInt8](repeating: 0x20, count: 10_000_001))
    #expect(complaint(path) == "\(path): error: is 10000001 bytes long; a manifest has at most 10000000")
  }
}

@Suite struct DiagnosticTests {
  private func diagnostic(_ text: String, _ line: Int, _ column: Int, _ end: Int, hint: String? = nil) -> String {
    let mark = Mark(source: Source(name: "m.yaml", text: text), line: line, column: column, endColumn: end)
    return Diagnostic(at: mark, message: "message", hint: hint).description
  }

  @Test func underlinesThePlaceAndGivesTheHint() {
    #expect(
      diagnostic("a:\n  attack: [aile, none]\n", 2, 12, 16, hint: "did you mean 'alie'?  known: alie, dba") == """
        m.yaml:2:12: error: message
            2 |   attack: [aile, none]
              |            ^~~~
              did you mean 'alie'?  known: alie, dba
        """)
  }

  @Test func countsALetterWithAccentsOnce() {
    #expect(
      diagnostic("e\u{301}e\u{301}: xyz", 1, 7, 10) == """
        m.yaml:1:5: error: message
            1 | e\u{301}e\u{301}: xyz
              |     ^~~
        """)
  }

  @Test func keepsTabsAboveTheCaret() {
    #expect(diagnostic("a:\t\tb", 1, 5, 6).hasSuffix("\n    1 | a:\t\tb\n      |   \t\t^"))
  }

  @Test func cutsLongLinesAroundThePlace() {
    let text = String(repeating: "a", count: 500) + "HERE" + String(repeating: "b", count: 500)
    #expect(
      diagnostic(text, 1, 501, 505) == """
        m.yaml:1:501: error: message
            1 | …\(String(repeating: "a", count: 80))HERE\(String(repeating: "b", count: 76))…
              | \(String(repeating: " ", count: 81))^~~~
        """)
  }

  @Test func widensTheGutterForLongLineNumbers() {
    let text = String(repeating: "\n", count: 123_455) + "x"
    #expect(diagnostic(text, 123_456, 1, 2) == "m.yaml:123456:1: error: message\n123456 | x\n       | ^")
  }

  @Test func takesTheSteeringOutOfWhatItPrints() {
    let told = Diagnostic(file: "a\u{1B}[31m.yaml", message: "x\u{7}y").description
    #expect(told == "a\u{FFFD}[31m.yaml: error: x\u{FFFD}y")
  }

  @Test func tellsTheSameWordsAboutAPlaceOnce() {
    let source = Source(name: "m.yaml", text: "x")
    let mark = Mark(source: source, line: 1, column: 1, endColumn: 2)
    let diagnostics = Diagnostics()
    diagnostics.error(at: mark, "twice")
    diagnostics.error(at: mark, "twice")
    let failure = #expect(throws: Failure.self) { try diagnostics.throwErrors() }
    #expect(failure?.diagnostics.count == 1)
  }

  @Test func warningsAreNoErrors() throws {
    let mark = Mark(source: Source(name: "m.yaml", text: "x"), line: 1, column: 1, endColumn: 2)
    let diagnostics = Diagnostics()
    diagnostics.warning(at: mark, "odd")
    try diagnostics.throwErrors()
    #expect(diagnostics.warnings.map(\.description) == ["m.yaml:1:1: warning: odd\n    1 | x\n      | ^"])
  }
}
