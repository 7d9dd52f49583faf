/// How far a sweep is, as a line of text.
package struct Progress: Sendable, Equatable {
  /// The jobs of this run, without those that were finished before it.
  package var total: Int
  package var finished: Int
  package var failed: Int
  /// For each running job, the share of it that is done, 0...1.
  package var running: [Double]
  /// The time since the run began.
  package var elapsedSeconds: Double
  /// The share of all work that is done, 0...1, where it is known how much work each job is.
  package var workDone: Double?

  package init(
    total: Int, finished: Int = 0, failed: Int = 0, running: [Double] = [], elapsedSeconds: Double = 0,
    workDone: Double? = nil
  ) {
    self.total = total
    self.finished = finished
    self.failed = failed
    self.running = running
    self.elapsedSeconds = elapsedSeconds
    self.workDone = workDone
  }

  /// The share of all work that is done, every job counting alike where it is not known better; 1 for no jobs.
  package var fraction: Double {
    guard total > 0 else { return 1 }
    if let workDone { return min(max(workDone, 0), 1) }
    let within = running.reduce(0) { $0 + min(max($1, 0), 1) }
    return min(1, (Double(finished + failed) + within) / Double(total))
  }

  /// The seconds left if the rest goes as fast as what is done; nil while nothing is done.
  package var remainingSeconds: Double? {
    fraction > 0 ? elapsedSeconds * (1 - fraction) / fraction : nil
  }

  /// The line for a terminal of `width` columns, with a bar as wide as there is room for.
  ///
  /// `[#####.....]  50 %  6/12 cells, 1 failed, 2 running  about 3 min 20 s left`
  package func line(width: Int) -> String {
    let text = summary
    // The bar needs its brackets and a space after them.
    let room = width - text.count - 3
    guard room >= 5 else { return String(text.prefix(max(0, width))) }
    let cells = min(room, 40)
    let done = Int(fraction * Double(cells))
    return "[" + String(repeating: "#", count: done) + String(repeating: ".", count: cells - done) + "] " + text
  }

  /// The line without a bar.
  package var summary: String {
    // Never 100 % before the end.
    let percent = String(Int(fraction * 100))
    var text = String(repeating: " ", count: max(0, 3 - percent.count)) + percent + " %  \(finished)/\(total) cells"
    if failed > 0 { text += ", \(failed) failed" }
    if !running.isEmpty { text += ", \(running.count) running" }
    if finished + failed >= total { return text + "  " + Progress.duration(elapsedSeconds) }
    if let remainingSeconds { text += "  about \(Progress.duration(remainingSeconds)) left" }
    return text
  }

  /// A time in its two largest units: `48 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let whole = Int(max(0, seconds).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    if whole < 86_400 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}
