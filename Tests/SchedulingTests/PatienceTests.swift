import Testing

@testable import Scheduling

struct StandstillTests {
  /// How many looks at an unchanged share pass before one that finds a standstill; nil when none does.
  private func looks(_ share: Double?, _ count: Int, _ standstill: inout Standstill) -> Int? {
    for look in 0..<count where standstill.look(share) { return look }
    return nil
  }

  @Test func leavesAJobAloneThatHasNotMovedTwice() {
    var standstill = Standstill()
    #expect(looks(nil, 10_000, &standstill) == nil)
    #expect(looks(0.1, 10_000, &standstill) == nil)
  }

  @Test func noticesAStandstillFarLongerThanAnyStep() {
    var standstill = Standstill()
    _ = standstill.look(0)
    _ = standstill.look(0.1)
    #expect(looks(0.1, 10_000, &standstill) == Standstill.fewest)
  }

  @Test func waitsLongerForAJobOfLongSteps() {
    var standstill = Standstill()
    #expect(looks(0, 20, &standstill) == nil)
    _ = standstill.look(0.1)
    #expect(looks(0.1, 10_000, &standstill) == 20 * Standstill.factor)
  }

  @Test func beginsAnewWithEveryStep() {
    var standstill = Standstill()
    for step in 0..<20 { #expect(looks(Double(step), 100, &standstill) == nil) }
  }
}

struct PatienceTests {
  private func job(timeout: Double?) -> Job {
    var job = Job.named("a")
    job.timeoutSeconds = timeout
    return job
  }

  @Test func endsAtTheLimit() async {
    #expect(await Patience(job(timeout: 0.03)).end { _ in nil } == .timedOut(0.03))
  }

  @Test func endsForAStandstill() async {
    let begin = ContinuousClock.now
    let shares: @Sendable (Job) -> Double? = { _ in begin.duration(to: .now) < .milliseconds(20) ? 0.1 : 0.2 }
    #expect(await Patience(job(timeout: nil), pause: .milliseconds(1)).end(shares) == .stalled)
  }

  @Test func endsWithoutAWordWhenCancelled() async {
    let task = Task { await Patience(job(timeout: 60)).end { _ in nil } }
    task.cancel()
    #expect(await task.value == nil)
  }
}
