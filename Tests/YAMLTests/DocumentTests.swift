import Testing

@testable import YAML

/// The tree of a text, written compactly: `{a: [1, "2"]}`; quoted scalars in quotes.
func tree(_ text: String) throws -> String {
  let diagnostics = Diagnostics()
  let node = try Document.parse(Source(name: "t.yaml", text: text), diagnostics)
  try diagnostics.throwErrors()
  return node.map(written) ?? "nothing"
}

func written(_ node: Node) -> String {
  switch node.content {
  case .scalar(let scalar): scalar.isPlain ? scalar.text : "\"\(scalar.text)\""
  case .sequence(let nodes): "[" + nodes.map(written).joined(separator: ", ") + "]"
  case .mapping(let entries): "{" + entries.map { "\($0.key): \(written($0.value))" }.joined(separator: ", ") + "}"
  }
}

/// What is said about a text.
func complaint(_ text: String) -> String {
  do {
    return "no error: " + (try tree(text))
  } catch {
    return "\(error)"
  }
}

@Suite struct DocumentTests {
  @Test func readsNestedListsAndMapsInSourceOrder() throws {
    #expect(try tree("b: [1, 'x']\na:\n  - {k: v}\n  - no\n") == #"{b: [1, "x"], a: [{k: v}, no]}"#)
  }

  @Test func marksCountCodePointsFromOne() throws {
    let diagnostics = Diagnostics()
    let node = try #require(try Document.parse(Source(name: "t", text: "a: 1\né: [x, größe]\n"), diagnostics))
    let entry = try #require(node.mapping?[1])
    #expect((entry.keyMark.line, entry.keyMark.column, entry.keyMark.endColumn) == (2, 1, 2))
    let word = try #require(entry.value.sequence?[1])
    #expect((word.mark.line, word.mark.column, word.mark.endColumn) == (2, 8, 13))
  }

  @Test func skipsAByteOrderMarkAndReadsWindowsLineEnds() throws {
    #expect(try tree("\u{FEFF}a: 1\r\nb: 2\r\n") == "{a: 1, b: 2}")
  }

  @Test func aliasesStandForWhatTheyName() throws {
    #expect(try tree("a: &x [1, 2]\nb: *x\nc: {d: *x}\n") == "{a: [1, 2], b: [1, 2], c: {d: [1, 2]}}")
  }

  @Test func anAnchorMayBeGivenAgain() throws {
    #expect(try tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == "{a: 1, b: 1, c: 2, d: 2}")
  }

  @Test func refusesDuplicateKeys() {
    #expect(
      complaint("a: 1\nb: 2\na: 3\n") == """
        t.yaml:3:1: error: 'a' stands twice in this map; the first is on line 1
            3 | a: 3
              | ^
        """)
  }

  @Test func refusesDuplicateKeysSpelledInQuotes() {
    #expect(complaint("a: 1\n'a': 3\n").hasPrefix("t.yaml:2:1: error: 'a' stands twice in this map"))
  }

  @Test func refusesMergeKeys() {
    #expect(
      complaint("a: &x {k: 1}\nb:\n  <<: *x\n") == """
        t.yaml:3:3: error: merge keys ('<<') are not supported; write the keys out
            3 |   <<: *x
              |   ^~
        """)
  }

  @Test func refusesTags() {
    #expect(
      complaint("a: !!str 5\nb: !mine {c: 1}\n") == """
        t.yaml:1:4: error: tags such as '!!str' are not supported; a value's type comes from its key
            1 | a: !!str 5
              |    ^~~~~~~
        t.yaml:2:4: error: tags such as '!mine' are not supported; a value's type comes from its key
            2 | b: !mine {c: 1}
              |    ^~~~~~~
        """)
  }

  @Test func refusesASecondDocument() {
    #expect(
      complaint("a: 1\n---\nb: 2\n") == """
        t.yaml:2:1: error: a second document starts here; one file is one manifest
            2 | ---
              | ^~~
        """)
  }

  @Test(arguments: ["1", "1.5", "true", "~", "null", "0x1F", "12:30:45"])
  func refusesPlainKeysThatAreNoWords(key: String) {
    let shown = ["~", "null"].contains(key) ? "empty" : "'\(key)'"
    #expect(
      complaint("\(key): 1\n").hasPrefix("t.yaml:1:1: error: a key must be a word, but this one is \(shown)\n"))
  }

  @Test func refusesListsAndAliasesAsKeys() {
    #expect(complaint("[a]: 1\n").hasPrefix("t.yaml:1:1: error: a key must be a word, not a list\n"))
    #expect(complaint("{a: 1}: 1\n").hasPrefix("t.yaml:1:1: error: a key must be a word, not a map\n"))
    #expect(complaint("a: &x b\n*x : 1\n").hasPrefix("t.yaml:2:1: error: a key must be a word, not an alias\n"))
  }

  @Test func takesNoForAKeyAsTheWord() throws {
    #expect(try tree("no: 1\n") == "{no: 1}")
  }

  @Test func refusesUnknownAndRecursiveAliases() {
    #expect(complaint("a: *x\n").hasPrefix("t.yaml:1:4: error: nothing is named '&x'\n"))
    #expect(complaint("a: &x [1, *x]\n").hasPrefix("t.yaml:1:11: error: '*x' stands inside what it names\n"))
  }

  @Test func tellsWhereTheSyntaxBreaks() {
    #expect(
      complaint("a: [1, 2\nb: 3\n") == """
        t.yaml:2:2: error: did not find expected ',' or ']' while parsing a flow sequence that began on line 1
            2 | b: 3
              |  ^
        """)
  }

  @Test func tellsThatTabsDoNotIndent() {
    let complaint = complaint("a:\n\tb: 3\n")
    #expect(complaint.hasPrefix("t.yaml:2:1: error: found character that cannot start any token"))
    #expect(complaint.hasSuffix("\n      YAML indents by spaces, not by tabs"))
  }

  @Test func tellsAForgottenSpaceAfterAColon() {
    #expect(
      complaint("a: 1\nrounds:5\nb: 2\n") == """
        t.yaml:3:1: error: could not find expected ':' while scanning a simple key that began on line 2
            3 | b: 2
              | ^
              between a key and its value stand a colon and a space
        """)
  }

  @Test func tellsAnOpenQuoteAtTheEnd() {
    #expect(complaint("a: 'x\n").hasPrefix("t.yaml:2:1: error: found unexpected end of stream while scanning a quoted"))
  }

  @Test func refusesTextsWithoutContent() {
    #expect(complaint("") == "t.yaml: error: is empty")
    #expect(complaint(" \n\n") == "t.yaml: error: is empty")
    #expect(complaint("# only this\n").hasPrefix("t.yaml:1:1: error: holds nothing but comments\n"))
  }

  @Test func refusesBinaryAndOtherEncodings() {
    #expect(complaint("a: \0\n") == "t.yaml: error: is a binary file, not YAML")
    #expect(complaint("a: \u{7}x\n").hasPrefix("t.yaml:1:4: error: the character U+0007 is not allowed in YAML\n"))
  }

  @Test func goesOnAfterAnErrorToTheNext() {
    let complaint = complaint("a: !t 1\na: 2\n1: 3\n")
    #expect(complaint.split(separator: "\n").filter { $0.contains(": error: ") }.count == 3)
  }

  @Test func tellsTwentyErrorsAndCountsTheRest() {
    let complaint = complaint((1...27).map { "k\($0): !t x\n" }.joined())
    #expect(complaint.split(separator: "\n").filter { $0.contains(": error: ") }.count == 20)
    #expect(complaint.hasSuffix("\n… and 7 more"))
  }
}

@Suite struct DocumentLimitTests {
  @Test func refusesNestingBeyond64() throws {
    let deepest = String(repeating: "[", count: 63) + "x" + String(repeating: "]", count: 63)
    #expect(try tree(deepest) == deepest)
    let deeper = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(complaint(deeper).hasPrefix("t.yaml:1:65: error: nested more than 64 deep\n"))
  }

  @Test func countsTheDepthThatAliasesAdd() {
    var text = "a0: &a0 [x]\n"
    for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(complaint(text).contains("error: nested more than 64 deep\n"))
  }

  @Test func aMillionOpenBracketsAreRefusedAtOnce() {
    #expect(complaint(String(repeating: "[", count: 1_000_000)).contains("error: nested more than 64 deep\n"))
  }

  @Test func aBillionLaughsEndAtOnce() {
    var text = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for (name, before) in zip("bcdefghij", "abcdefghi") {
      text += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 10).joined(separator: ", ") + "]\n"
    }
    let clock = ContinuousClock()
    var complaint = ""
    let time = clock.measure { complaint = YAMLTests.complaint(text) }
    #expect(complaint.contains("error: more than 100,000 values, aliases written out\n"))
    #expect(time < .seconds(1))
  }

  @Test func refusesMoreThan100000Values() throws {
    func list(_ count: Int) -> String { "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]" }
    #expect(try tree(list(99_999)).count > 100_000)
    #expect(complaint(list(100_000)).contains("error: more than 100,000 values, aliases written out\n"))
  }
}
