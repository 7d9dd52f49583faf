import CFaults
import Foundation
import Testing

@testable import Experiments

/// Errors of the disk at each call of a whole small sweep.
struct InjectedFaultTests {
  private static let errors = ["ENOSPC", "EIO"]

  @Test(arguments: FailPoint.names, errors)
  func anErrorAtAnyCallLosesNothing(_ point: String, error: String) throws {
    let expected = try SmallSweep.undisturbed().contents
    let sweep = SmallSweep(root: "/results")
    for count in 1...1000 {
      let disk = ForgetfulDisk()
      let failing = FailPoints(try FailPoint("\(point)=\(error):\(count)"), over: disk, die: { exit(1) })
      do {
        try sweep.run(on: failing)
        // Then it was done without coming by the point so often.
        #expect(!failing.wasReached, "\(count)")
        #expect(count > 1, "the point is never reached")
        return
      } catch let thrown as StoreError {
        #expect(thrown.kind == .disk, "\(count)")
        #expect(
          thrown.description.contains(error == "EIO" ? "input/output error" : "the disk is full; free some space"))
      }
      disk.killProcesses()
      try sweep.expectNothingBelievedThatIsNotWhole(on: disk, expected, "\(point):\(count)")
      try sweep.run(on: disk)
      #expect(try sweep.contents(of: disk) == expected, "\(count)")
    }
    Issue.record("the sweep comes by the point without end")
  }

  /// Signals and full buffers, under the real calls of the system.
  @Test(.enabled("only glibc lets calls be replaced") { faults_can_be_injected() != 0 })
  func goesOnAfterEveryInterruptedCallAndShortWrite() throws {
    let expected = try SmallSweep.undisturbed().contents
    for (kind, error) in [(FAULTS_ERROR, EINTR), (FAULTS_SHORT_WRITE_THEN_ERROR, EINTR)] {
      let calls = try faults(kind, error, at: 0).calls
      #expect(calls > 20)
      for at in 1...calls {
        let scratch = try ScratchFolder()
        let run = try faults(kind, error, at: at, in: scratch)
        #expect(run.thrown == nil, "call \(at)")
        #expect(try SmallSweep(root: scratch.path).contents(of: Disk()) == expected, "call \(at)")
      }
    }
  }

  @Test(.enabled("only glibc lets calls be replaced") { faults_can_be_injected() != 0 })
  func tellsOfEveryCallThatTheSystemRefuses() throws {
    let expected = try SmallSweep.undisturbed().contents
    for (kind, error) in [(FAULTS_ERROR, EIO), (FAULTS_SHORT_WRITE_THEN_ERROR, ENOSPC)] {
      for at in 1...(try faults(kind, error, at: 0).calls) {
        let scratch = try ScratchFolder()
        let run = try faults(kind, error, at: at, in: scratch)
        #expect(run.thrown?.kind == .disk, "call \(at)")
        let sweep = SmallSweep(root: scratch.path)
        try sweep.expectNothingBelievedThatIsNotWhole(on: Disk(), expected, "call \(at)")
        #expect(try faults(kind, error, at: 0, in: scratch).thrown == nil)
        #expect(try sweep.contents(of: Disk()) == expected, "call \(at)")
      }
    }
  }

  /// Runs the sweep on the real disk while a call fails.
  private func faults(
    _ kind: faults_kind, _ error: Int32, at: Int, in scratch: ScratchFolder? = nil
  ) throws -> (calls: Int, thrown: StoreError?) {
    let scratch = try scratch ?? ScratchFolder()
    let sweep = SmallSweep(root: scratch.path)
    faults_start(kind, error, Int32(at))
    var thrown: StoreError?
    do {
      try sweep.run(on: Disk())
    } catch let error as StoreError {
      thrown = error
    } catch {
      _ = faults_stop()
      throw error
    }
    return (Int(faults_stop()), thrown)
  }
}
