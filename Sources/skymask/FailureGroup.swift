internal import Scheduling

/// Cells that failed alike, told once.
struct FailureGroup {
  let results: [JobResult]

  /// Groups those that are alike, in the order of the first of each.
  static func groups(_ failed: [JobResult]) -> [FailureGroup] {
    var groups: [FailureGroup] = []
    for result in failed {
      if let at = groups.firstIndex(where: { $0.results[0].isAlike(result) }) {
        groups[at] = FailureGroup(results: groups[at].results + [result])
      } else {
        groups.append(FailureGroup(results: [result]))
      }
    }
    return groups
  }

  /// The code of a run in which these failed; nil for none. A full disk or a differing result says more than a failure.
  static func exit(of failed: [JobResult]) -> Exit? {
    if failed.isEmpty { return nil }
    if failed.contains(where: { $0.end == .exited(Exit.nondeterminism.rawValue) }) { return .nondeterminism }
    let isDisk = failed.contains { result in
      // What keeps a process from starting is a log that cannot be opened, or the system that has none to give.
      if case .notStarted = result.end { true } else { result.end == .exited(Exit.disk.rawValue) }
    }
    return isDisk ? .disk : .someFailed
  }

  /// - Parameter label: what a cell is called.
  func text(_ label: (JobResult) -> String) -> String {
    let first = results[0]
    let count = results.count == 1 ? "a cell failed" : "\(results.count) cells failed alike, the first"
    let attempt = first.attempts > 1 ? ", at attempt \(first.attempts)" : ""
    var lines = [
      "error: \(count): \(label(first))", "  \(first.end.told)\(attempt); log \(first.job.logFile)",
    ]
    lines += first.lastLines.suffix(10).map { "  | " + $0 }
    return lines.joined(separator: "\n")
  }
}
