import Foundation
import Testing

@testable import Experiments

struct ResultLockTests {
  private let owner = LockOwner(host: "here", process: 12, started: "2026-11-23 07:00")

  @Test func keepsASecondOneOutAndSaysWhoIsIn() throws {
    let scratch = try ScratchFolder()
    let store = ResultStore(root: scratch.path, name: "t")
    let lock = try store.lock(as: owner)
    #expect(try scratch.text("t/LOCK") == #"{"host":"here","pid":12,"started":"2026-11-23 07:00"}"# + "\n")
    let thrown = #expect(throws: StoreError.self) {
      _ = try store.lock(as: LockOwner(host: "there", process: 13, started: "later"))
    }
    #expect(thrown?.kind == .locked)
    #expect(
      thrown?.description == """
        \(scratch.path)/t/LOCK: the experiment is being run by process 12 on here since 2026-11-23 07:00; \
        wait until it ends, or stop it
        """)
    try lock.release()
    let second = try store.lock(as: LockOwner(host: "there", process: 13, started: "later"))
    #expect(try scratch.text("t/LOCK").contains("there"))
    try second.release()
  }

  @Test func isNotFooledByWhatAKilledOneLeft() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: scratch.path + "/t", withIntermediateDirectories: false)
    try scratch.write("{\"host\":\"gone\"", "t/LOCK")
    let lock = try ResultStore(root: scratch.path, name: "t").lock(as: owner)
    #expect(try scratch.text("t/LOCK") == #"{"host":"here","pid":12,"started":"2026-11-23 07:00"}"# + "\n")
    try lock.release()
  }
}
