import Testing

@testable import Scheduling

struct JobOrderTests {
  @Test func putsEveryFirstBeforeAnySecondAndTheLongestFirst() {
    let jobs = [
      Job.named("short1", group: "short", turn: 0, seconds: 1), .named("short2", group: "short", turn: 1, seconds: 1),
      .named("long1", group: "long", turn: 0, seconds: 9), .named("long2", group: "long", turn: 1, seconds: 9),
      .named("mid2", group: "mid", turn: 1, seconds: 5), .named("long3", group: "long", turn: 2, seconds: 9),
    ]
    #expect(
      JobOrder.longestFirst(jobs).map(\.id) == ["long1", "short1", "long2", "mid2", "short2", "long3"])
  }

  @Test func takesAnUnknownLengthForTheLongestAndKeepsTheOrderOfEquals() {
    let jobs = [Job.named("a", seconds: 2), .named("b"), .named("c", seconds: 2), .named("d"), .named("e", seconds: 3)]
    #expect(JobOrder.longestFirst(jobs).map(\.id) == ["b", "d", "e", "a", "c"])
  }

  @Test func shufflesAlikeForOneSeed() {
    let jobs = (0..<20).map { Job.named(String($0)) }
    let shuffled = JobOrder.shuffled(jobs, seed: 7)
    #expect(shuffled == JobOrder.shuffled(jobs, seed: 7))
    #expect(shuffled != jobs)
    #expect(shuffled != JobOrder.shuffled(jobs, seed: 8))
    #expect(Set(shuffled) == Set(jobs))
  }
}
