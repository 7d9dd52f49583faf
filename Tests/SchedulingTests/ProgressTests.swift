import Testing

@testable import Scheduling

struct ProgressTests {
  private let halfway = Progress(total: 12, finished: 4, failed: 1, running: [0.5, 0.5], elapsedSeconds: 200)

  @Test func drawsABarOfTheRoomThereIs() {
    #expect(
      halfway.line(width: 72) == "[####....]  50 %  4/12 cells, 1 failed, 2 running  about 3 min 20 s left")
    #expect(
      halfway.line(width: 200)
        == "[" + String(repeating: "#", count: 20) + String(repeating: ".", count: 20) + "]"
        + "  50 %  4/12 cells, 1 failed, 2 running  about 3 min 20 s left")
  }

  @Test(arguments: [0, 1, 20, 54, 55, 62, 63, 64, 80, 120]) func neverExceedsTheWidth(_ width: Int) {
    #expect(halfway.line(width: width).count <= width)
  }

  @Test func countsWhatRunsInPart() {
    #expect(Progress(total: 2, running: [0.25, 0.75]).fraction == 0.5)
    #expect(Progress(total: 2, running: [7, -1]).fraction == 0.5)
    #expect(Progress(total: 0).fraction == 1)
  }

  @Test func countsWorkWhereItIsKnown() {
    let long = Progress(total: 4, finished: 1, running: [0], elapsedSeconds: 300, workDone: 0.75)
    #expect(long.summary == " 75 %  1/4 cells, 1 running  about 1 min 40 s left")
    #expect(Progress(total: 2, workDone: 1.5).fraction == 1)
    #expect(Progress(total: 2, workDone: -1).fraction == 0)
    #expect(Progress(total: 0, workDone: 0).fraction == 1)
  }

  @Test func guessesNothingAtTheStart() {
    #expect(Progress(total: 3, running: [0]).summary == "  0 %  0/3 cells, 1 running")
  }

  @Test func isNotWholeBeforeTheEnd() {
    let almost = Progress(total: 1000, finished: 999, running: [0.99], elapsedSeconds: 1000)
    #expect(almost.summary == " 99 %  999/1000 cells, 1 running  about 0 s left")
  }

  @Test func endsWithTheTimeItTook() {
    let all = Progress(total: 3, finished: 2, failed: 1, elapsedSeconds: 7500)
    #expect(all.line(width: 60) == "[####################] 100 %  2/3 cells, 1 failed  2 h 5 min")
  }

  @Test(arguments: [
    (0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (3600, "1 h 0 min"), (100_000, "1 d 3 h"),
    (.infinity, "a long time"),
  ])
  func tellsATimeInTwoUnits(_ seconds: Double, _ text: String) { #expect(Progress.duration(seconds) == text) }
}
