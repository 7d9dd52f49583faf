import Testing

@testable import YAML

@Suite struct NodeTextTests {
  private func text(_ yaml: String) throws -> String {
    let diagnostics = Diagnostics()
    let node = try #require(try Document.parse(Source(name: "t.yaml", text: yaml), diagnostics))
    try diagnostics.throwErrors()
    return node.text
  }

  @Test func whatIsShortStandsOnOneLine() throws {
    #expect(
      try text("name: t\ngrid:\n  attack:\n    - none\n    - min-max:\n        knowledge: benign\nseeds: [1, 2]\n")
        == """
        name: t
        grid:
          attack: [none, {min-max: {knowledge: benign}}]
        seeds: [1, 2]

        """)
  }

  @Test func whatIsLongIsSpreadOut() throws {
    let word = String(repeating: "a", count: 60)
    #expect(
      try text("add: [{x: \(word), y: \(word)}, [\(word), \(word)], b]\nmap: {k: {l: [\(word), \(word)]}}\n") == """
        add:
          - x: \(word)
            y: \(word)
          - - \(word)
            - \(word)
          - b
        map:
          k:
            l:
              - \(word)
              - \(word)

        """)
  }

  /// The same tree comes back, quotes and all, whatever the text has.
  @Test(arguments: [
    "a: [1, 1e-3, .5, -2, +3, none, true, ~, 'true', \"1\"]\n",
    "'null': 'x: y'\n'1': \"# no comment\"\nb: 'it''s \"quoted\"'\nc: \"back\\\\slash\"\n",
    "a: |\n  two\n  lines\nb: >-\n  one\n  line\nc: \"tab\\tbell\\a nbsp\\_ line\\L bom\\uFEFF\"\nd: größe ✓ 𝕏\n",
    "a: {}\nb: []\nc: [[], {}]\nd: {e: {f: [{g: []}]}}\n", "a: ''\nb: '-'\nc: '---'\nd: ','\ne: '*x'\nf: '@x'\n",
    "a: &x {k: [1, 2]}\nb: *x\n", "description: what, why and how\nb: x\n",
  ])
  func isReadAsTheSameTree(_ yaml: String) throws {
    let written = try text(yaml)
    #expect(try tree(written).replacing("\"", with: "") == tree(yaml).replacing("\"", with: ""), "\(written)")
    #expect(try text(written) == written)
  }

  @Test func aQuotedNumberStaysQuotedAndAPlainOnePlain() throws {
    #expect(try text("a: '10'\nb: 10\nc: min-max\n") == "a: \"10\"\nb: 10\nc: min-max\n")
  }
}
