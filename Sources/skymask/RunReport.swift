internal import Experiments
internal import Scheduling

/// What a run says at its end, and the exit code that goes with it.
struct RunReport {
  let outcome: SweepOutcome
  /// How many cells were finished before.
  let before: Int
  let name: String
  let store: ResultStore
  /// Where the HTML page is; nil for none.
  let page: String?

  private var failed: [JobResult] { outcome.results.filter(\.failed) }
  private var finished: Int { outcome.results.count { $0.end.succeeded } }
  private var notRun: Int { outcome.results.count - failed.count - finished }

  var exit: Exit {
    if outcome.stop != .canary, notRun > 0 { return .interrupted }
    return FailureGroup.exit(of: failed) ?? .finished
  }

  /// Tells each distinct failure once and then what there is; with `json` everything for people is on standard error.
  func tell(json: Bool, label: (Job) -> String) -> Exit {
    let failed = failed
    for group in FailureGroup.groups(failed) { Output.complain(group.text { label($0.job) }) }
    let isCanary = outcome.stop == .canary
    let total = before + outcome.results.count
    let summary =
      "\(name): \(before) of \(total) cells were finished before, \(finished) finished now"
      + (failed.isEmpty ? "" : ", \(failed.count) failed")
      + (notRun == 0 ? "" : isCanary ? ", \(notRun) not run" : ", interrupted")
    let places =
      "results: \(store.folder)/rounds.csv, \(store.folder)/summary.csv"
      + (page.map { "\nreport: \($0)" } ?? "")
    if json {
      Output.complain(summary + "\n" + places)
      RunEvents.end(exit, finished: finished, before: before, failed: failed.count, notRun: notRun)
    } else {
      Output.say(summary)
      Output.say(places)
    }
    if isCanary {
      Output.complain(
        "error: the first \(failed.count) cells to end all failed alike, so the others were not run; put that right and "
          + "give the same command again")
    } else if notRun > 0 {
      Output.complain("interrupted: give the same command again to go on")
    }
    return exit
  }
}
