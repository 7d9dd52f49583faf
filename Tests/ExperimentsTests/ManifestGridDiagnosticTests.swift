import Testing

@testable import Experiments

@Suite struct ManifestGridDiagnosticTests {
  @Test func axesAreListsOfAtLeastOneValue() {
    #expect(
      complaint("name: t\ngrid: {bias: 0.1, attack: []}\n") == """
        m.yaml:2:14: error: 'bias' under 'grid' must be a list, but is '0.1'
            2 | grid: {bias: 0.1, attack: []}
              |              ^~~
              one value stands under 'defaults'
        m.yaml:2:27: error: 'attack' has no values, so the sweep has no cells
            2 | grid: {bias: 0.1, attack: []}
              |                           ^
        """)
  }

  @Test func defaultsAreSingleValues() {
    #expect(
      complaint("name: t\ndefaults: {bias: [0.1, 0.5]}\n") == """
        m.yaml:2:18: error: 'bias' must be a number from 0 to 1, but is a list
            2 | defaults: {bias: [0.1, 0.5]}
              |                  ^
              only lists under 'grid', 'zip' and 'seeds' make several cells
        """)
  }

  @Test func anExcludeThatMatchesNothingIsAnError() {
    #expect(
      complaint("name: t\ngrid: {bias: [0.1]}\nexclude:\n  - {bias: 0.2}\n") == """
        m.yaml:4:5: error: this rule of 'exclude' matches no cell
            4 |   - {bias: 0.2}
              |     ^
        """)
  }

  @Test func excludingEverythingIsAnError() {
    #expect(
      complaint("name: t\ngrid: {bias: [0.1]}\nexclude: [{bias: 0.1}]\n") == """
        m.yaml:1:7: error: the sweep has no cells: 'exclude' drops them all
            1 | name: t
              |       ^
        """)
  }

  @Test func rulesNameAParameterAndNotTheSeed() {
    #expect(
      complaint("name: t\nexclude:\n  - {}\n  - {seed: 1}\n") == """
        m.yaml:3:5: error: a rule of 'exclude' names no parameter, so it would match every cell
            3 |   - {}
              |     ^
        m.yaml:4:6: error: a rule of 'exclude' cannot look at 'seed': seeds are given out afterwards
            4 |   - {seed: 1}
              |      ^~~~
        """)
  }

  @Test func anOverrideMayNotSetAnAxis() {
    #expect(
      complaint("name: t\ngrid: {bias: [0.1, 0.2]}\noverride:\n  - when: {bias: 0.1}\n    set: {bias: 0.3}\n") == """
        m.yaml:5:17: error: an override cannot set 'bias', an axis on line 2
            5 |     set: {bias: 0.3}
              |                 ^~~
              cells with other values of an axis are made by 'grid' or 'add', and left out by 'exclude'
        """)
  }

  @Test func anOverrideIsWhenAndSet() {
    #expect(
      complaint("name: t\noverride:\n  - {when: {bias: 0.1}}\n  - {wen: {}, set: {}}\n  - 3\n") == """
        m.yaml:3:5: error: an override needs 'set'
            3 |   - {when: {bias: 0.1}}
              |     ^
              write {when: {…}, set: {…}}
        m.yaml:4:5: error: an override needs 'when'
            4 |   - {wen: {}, set: {}}
              |     ^
              write {when: {…}, set: {…}}
        m.yaml:4:6: error: unknown key 'wen' of an override
            4 |   - {wen: {}, set: {}}
              |      ^~~
              did you mean 'when'?  known: when, set
        m.yaml:5:5: error: an entry of 'override' must be a map, but is '3'
            5 |   - 3
              |     ^
        """)
  }

  @Test func anOverrideThatMatchesNothingIsAWarning() throws {
    let text = "name: t\ngrid: {bias: [0.1]}\noverride:\n  - {when: {bias: 0.5}, set: {rounds: 3}}\n"
    #expect(
      try manifest(text).sweep().warnings.map(\.description) == [
        """
        m.yaml:4:12: warning: this override matches no cell
            4 |   - {when: {bias: 0.5}, set: {rounds: 3}}
              |            ^
        """
      ])
  }

  @Test func zippedListsAreOfOneLengthAndNoAxisTwice() {
    #expect(
      complaint("name: t\nzip:\n  - {clients: [10, 20], byzantine: [1, 2, 3]}\n") == """
        m.yaml:3:36: error: 'byzantine' has 3 values, but 'clients' beside it has 2
            3 |   - {clients: [10, 20], byzantine: [1, 2, 3]}
              |                                    ^
              lists under one entry of 'zip' are walked together
        """)
    #expect(
      complaint("name: t\ngrid: {bias: [0.1]}\nzip:\n  - {bias: [0.2]}\n").hasPrefix(
        "m.yaml:4:5: error: 'bias' is an axis already, on line 2\n"))
  }

  @Test func seedsAreARangeOrAListOfDifferentNumbers() {
    #expect(
      complaint("name: t\nseeds: 5\n") == """
        m.yaml:2:8: error: 'seeds' must be a list of whole numbers or a range, but is '5'
            2 | seeds: 5
              |        ^
              write, say, seeds: [1, 2, 3] or seeds: 1-3
        """)
    #expect(
      complaint("name: t\nseeds: [1, 1, x]\n") == """
        m.yaml:2:12: error: seed 1 stands twice
            2 | seeds: [1, 1, x]
              |            ^
        m.yaml:2:15: error: a seed must be a whole number of at least 0, but is 'x'
            2 | seeds: [1, 1, x]
              |               ^
        """)
    #expect(complaint("name: t\nseeds: []\n").hasPrefix("m.yaml:2:8: error: 'seeds' has no values"))
    #expect(
      complaint("name: t\nseeds: [1]\ndefaults: {seed: 3}\n").hasPrefix(
        "m.yaml:3:18: error: 'seed' is set here, but 'seeds' gives every cell its own; keep one of the two\n"))
  }

  @Test func anAxisThatNoCellUsesIsAnError() {
    #expect(
      complaint("name: t\ngrid: {aggregator: [fedavg, krum], thres: [0.1, 0.2]}\n") == """
        m.yaml:2:44: error: no cell uses 'aggregator.threshold'
            2 | grid: {aggregator: [fedavg, krum], thres: [0.1, 0.2]}
              |                                            ^~~
              the cells' aggregator: fedavg, krum
        """)
    #expect(
      complaint("name: t\ngrid: {partition: [iid], bias: [0.1, 0.2]}\n") == """
        m.yaml:2:26: error: no cell uses 'bias', so it cannot be an axis
            2 | grid: {partition: [iid], bias: [0.1, 0.2]}
              |                          ^~~~
        """)
    #expect(
      complaint("name: t\ndefaults: {attack.deviation: sign}\n").hasPrefix(
        "m.yaml:2:30: error: no cell uses 'attack.deviation'\n"))
  }

  @Test func aDottedAxisAndAnEntryCannotBothSetAParameter() {
    #expect(
      complaint("name: t\ngrid:\n  aggregator: [{skymask: {threshold: 0.3}}]\n  thres: [0.1]\n") == """
        m.yaml:4:11: error: 'aggregator.threshold' is set here, but the aggregator 'skymask' on line 3 gives it too
            4 |   thres: [0.1]
              |           ^~~
        """)
  }

  @Test func sweepsBeyondAMillionCellsAreRefused() {
    let list = (1...1100).map(String.init).joined(separator: ",")
    #expect(
      complaint("name: t\ngrid: {rounds: [\(list)]}\nseeds: [\(list)]\n").hasPrefix(
        "m.yaml:1:7: error: the sweep has more than 1,000,000 cells: 1100 × 1100\n"))
  }
}
