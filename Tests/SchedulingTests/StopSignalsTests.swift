import Foundation
import Testing

@testable import Scheduling

struct StopSignalsTests {
  // An exit test takes no argument of its test, so there is one for each signal.
  @Test func takesTERMForTheWishToStop() async {
    await #expect(processExitsWith: .exitCode(3)) { try StopSignalsTests.stop(at: SIGTERM) }
  }

  @Test func takesINTForTheWishToStop() async {
    await #expect(processExitsWith: .exitCode(3)) { try StopSignalsTests.stop(at: SIGINT) }
  }

  @Test func takesUSR1ForTheWishToStop() async {
    await #expect(processExitsWith: .exitCode(3)) { try StopSignalsTests.stop(at: SIGUSR1) }
  }

  @Test func outlivesItsTerminal() async {
    await #expect(processExitsWith: .exitCode(4)) {
      try StopSignals.listen(status: 75, deadlineSeconds: 60)
      kill(getpid(), SIGHUP)
      exit(StopSignals.isStopAsked ? 3 : 4)
    }
  }

  @Test func hearsASignalThatWasBlocked() async {
    await #expect(processExitsWith: .exitCode(3)) {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      try StopSignalsTests.stop(at: SIGTERM)
    }
  }

  @Test func theFirstWishStartsTheDeadline() async {
    let begun = ContinuousClock.now
    await #expect(processExitsWith: .exitCode(75)) {
      try StopSignals.listen(status: 75, deadlineSeconds: 2)
      // Were each wish to start it anew, it would never end.
      for _ in 0..<200 {
        kill(getpid(), SIGTERM)
        usleep(100_000)
      }
    }
    #expect(ContinuousClock.now - begun < .seconds(15))
  }

  private static func stop(at number: Int32) throws {
    try StopSignals.listen(status: 75, deadlineSeconds: 60)
    if StopSignals.isStopAsked { exit(5) }
    // The system delivers it before the call returns, or to another thread a little later.
    kill(getpid(), number)
    for _ in 0..<1000 where !StopSignals.isStopAsked { usleep(10_000) }
    exit(StopSignals.isStopAsked ? 3 : 4)
  }
}
