import Experiments
import Testing

@testable import Reporting

struct SweepRemarksTests {
  private func summary(_ rows: [String]) throws -> CSVTable {
    let header = "attack,aggregator,n,n_expected,n_failed,n_diverged,played_rounds,fallback_rounds,remarks\n"
    return try CSVTable(Array((header + rows.map { $0 + "\n" }.joined()).utf8), name: "summary.csv")
  }

  @Test func theWarningSaysWhatDivergedAndFellBack() throws {
    let remarks = try SweepRemarks(
      summary([
        "none,fedavg,3,3,0,0,30,0,", "alie,fedavg,3,3,0,2,14,0,",
        "none,skymask,3,3,0,0,30,12,nobody is kept: the root update stands in (12 rounds)",
        "alie,skymask,3,3,0,1,25,25,nobody is kept (25 rounds)",
        "alie,fldetector,3,3,0,0,30,0,other clients (3 rounds)",
      ]))
    #expect(
      remarks.warning == """
        warning: 3 of 5 rows of summary.csv have cells that diverged, or rounds in which the rule used no update:
          attack alie, aggregator fedavg: 2 of 3 seeds diverged
          attack none, aggregator skymask: no update used in 12 of 30 rounds: nobody is kept: the root update stands in \
        (12 rounds)
          attack alie, aggregator skymask: 1 of 3 seeds diverged; no update used in 25 of 25 rounds: nobody is kept \
        (25 rounds)
        """)
    #expect(remarks.rows.map(\.remarks).last == "other clients (3 rounds)")
  }

  @Test func nothingToSayIsNoWarning() throws {
    let remarks = try SweepRemarks(summary(["none,fedavg,3,3,0,0,30,0,", "none,krum,0,3,0,0,,,"]))
    #expect(remarks.warning == nil && remarks.rows.isEmpty)
  }

  @Test func aLongListIsCut() throws {
    let remarks = try SweepRemarks(summary((0..<20).map { "a\($0),fedavg,3,3,0,3,3,0," }))
    let lines = try #require(remarks.warning).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.last == "  and 12 more; report.html lists all of them")
  }
}
