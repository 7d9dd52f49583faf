import Experiments
import Testing

@testable import Reporting

struct TableTests {
  @Test func setsNumbersUnderEachOther() throws {
    let tables = try Table.tables(from: Fixture.summary(Fixture.plain))
    #expect(
      TableFormat.text.render(tables) == """
        test_accuracy at the last round, mean ± standard deviation over 3 seeds

        attack                fedavg  skymask(threshold=0.6)
        ---------  -----------------  ----------------------
        none       0.873 ± 0.012 *           0.860 ± 0.005
        fang-trim  0.100 ± 0.050 †!~               not run †

        * the best of its row (the highest), among complete entries that did not diverge
        † not all seeds are finished: 2 of 3 (fang-trim × fedavg), 0 of 3 (fang-trim × skymask(threshold=0.6))
        ! seeds that failed: 1 of 3 (fang-trim × fedavg)
        ~ seeds that diverged: 1 of 3 (fang-trim × fedavg)

        """)
  }

  @Test func leavesOutWhatDoesNotApplyOnceItIsCertain() throws {
    let header =
      "attack,aggregator,n,n_expected,n_failed,n_diverged,attack_success_rate_final_mean,attack_success_rate_final_std\n"
    func table(_ rows: String) throws -> Table {
      try #require(
        try Table.tables(
          from: CSVTable(Array((header + rows).utf8), name: "summary.csv").completed,
          TableRequest(value: "attack_success_rate")
        ).first)
    }
    let shown = try table("none,a,1,1,0,0,,\nnone,b,1,1,0,0,,\nscaling,a,1,1,0,0,0.5,\nscaling,b,1,1,0,0,,\n")
    #expect(shown.rowNames == ["scaling"])
    #expect(shown.columnNames == ["a"])
    #expect(shown.entries.map { $0.map(\.?.mean) } == [[0.5]])
    #expect(shown.notes.map { "\($0.mark) \($0.meaning)" } == ["– without this measurement: none, b"])
    // What failed, diverged or is still to come may yet have it; a table of nothing else is shown.
    #expect(try table("none,a,0,1,1,0,,\nscaling,a,1,1,0,0,0.5,\n").rowNames == ["none", "scaling"])
    #expect(try table("none,a,1,1,0,1,,\nscaling,a,1,1,0,0,0.5,\n").rowNames == ["none", "scaling"])
    #expect(try table("none,a,1,2,0,0,,\nscaling,a,1,1,0,0,0.5,\n").rowNames == ["none", "scaling"])
    #expect(try table("none,a,1,1,0,0,,\n").rowNames == ["none"])
  }

  @Test func writesMarkdown() throws {
    let tables = try Table.tables(from: Fixture.summary(Fixture.plain))
    #expect(
      TableFormat.markdown.render(tables) == #"""
        **test_accuracy at the last round, mean ± standard deviation over 3 seeds**

        | attack | fedavg | skymask(threshold=0.6) |
        | :-- | --: | --: |
        | none | **0.873 ± 0.012** | 0.860 ± 0.005 |
        | fang-trim | 0.100 ± 0.050 †!\~ | not run † |

        **bold** the best of its row (the highest), among complete entries that did not diverge

        † not all seeds are finished: 2 of 3 (fang-trim × fedavg), 0 of 3 (fang-trim × skymask(threshold=0.6))

        ! seeds that failed: 1 of 3 (fang-trim × fedavg)

        \~ seeds that diverged: 1 of 3 (fang-trim × fedavg)

        """#)
  }

  @Test func leavesOutWhatOneSeedCannotTell() throws {
    let tables = try Table.tables(from: Fixture.summary("d,none,fedavg,0.5,,1,1,0,0,yes,1,,1,\n"))
    #expect(
      TableFormat.text.render(tables) == """
        test_accuracy at the last round

        attack  fedavg
        ------  ------
        none     1.000

        """)
  }

  @Test func splitsByWhateverElseVaries() throws {
    let summary = try Fixture.summary(
      """
      d,none,fedavg,0.1,,1,1,0,0,yes,0.1,,0.1,
      d,none,fedavg,0.5,,1,1,0,0,yes,0.2,,0.2,
      d,none,krum,0.5,,0,1,1,0,no,,,,
      d,alie,krum,0.5,,0,1,0,0,no,,,,

      """)
    #expect(
      TableFormat.text.render(try Table.tables(from: summary)) == """
        test_accuracy at the last round
        bias 0.1

        attack  fedavg
        ------  ------
        none     0.100

        test_accuracy at the last round
        bias 0.5

        attack  fedavg        krum
        ------  ------  ----------
        none     0.200   failed †!
        alie            not run †

        † not all seeds are finished: 0 of 1 (none × krum, alie × krum)
        ! seeds that failed: 1 of 1 (none × krum)

        """)
  }

  @Test func takesAnyParameterForRowsAndColumns() throws {
    let request = TableRequest(rows: "bias", columns: "attack", value: "test_accuracy_last10", split: ["aggregator"])
    let tables = try Table.tables(from: Fixture.summary(Fixture.plain), request)
    #expect(
      tables.map(\.shared) == [
        [Table.Pair(name: "aggregator", value: "fedavg")],
        [Table.Pair(name: "aggregator", value: "skymask(threshold=0.6)")],
      ])
    #expect(
      TableFormat.text.render([tables[0]]) == """
        test_accuracy, mean of the last 10 evaluations, mean ± standard deviation over 3 seeds
        aggregator fedavg

        bias           none          fang-trim
        ----  -------------  -----------------
        0.5   0.870 ± 0.010  0.100 ± 0.050 †!~

        † not all seeds are finished: 2 of 3 (0.5 × fang-trim)
        ! seeds that failed: 1 of 3 (0.5 × fang-trim)
        ~ seeds that diverged: 1 of 3 (0.5 × fang-trim)

        """)
  }

  @Test func refusesToPutTwoResultsInOnePlace() throws {
    let summary = try Fixture.summary(
      "d,none,fedavg,0.1,,1,1,0,0,yes,0.1,,0.1,\nd,none,fedavg,0.5,,1,1,0,0,yes,0.2,,0.2,\n")
    let thrown = #expect(throws: ReportError.self) {
      try Table.tables(from: summary, TableRequest(rows: "attack", columns: "aggregator", split: []))
    }
    #expect(
      thrown?.description
        == "several results belong in one place, as they differ in bias; split the table by it")
  }

  @Test func namesWhatThereIs() throws {
    let summary = try Fixture.summary(Fixture.plain)
    #expect(
      throws: ReportError.unknown("test_loss", what: "measurement", known: ["test_accuracy"])
    ) { try Table.tables(from: summary, TableRequest(value: "test_loss")) }
    let thrown = #expect(throws: ReportError.self) { try Table.tables(from: summary, TableRequest(rows: "atack")) }
    #expect(
      thrown?.description
        == "no parameter 'atack' in these results; there are: dataset, attack, aggregator, bias, aggregator.threshold")
  }

  @Test func isEmptyForAnEmptySweep() throws {
    #expect(try Table.tables(from: Fixture.summary("")).isEmpty)
  }

  @Test func aLongListOfWhatIsMissingIsCut() throws {
    let rows = (0..<6).map { "d,a\($0),fedavg,0.5,,0,2,0,0,no,,,,\n" }.joined()
    let text = TableFormat.text.render(try Table.tables(from: Fixture.summary(rows)))
    #expect(text.hasSuffix("† not all seeds are finished: 0 of 2 (a0 × fedavg, a1 × fedavg, a2 × fedavg and 3 more)\n"))
  }
}
