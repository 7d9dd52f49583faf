import Foundation
import Testing

@testable import Experiments

struct FailPointTests {
  @Test(arguments: FailPoint.names)
  func everyNameIsRead(_ name: String) throws {
    let point = try FailPoint("cell/\(name):3")
    let prefix = point.isOfCheckpoint ? "checkpoint-" : ""
    #expect(prefix + point.call.rawValue + point.moment.rawValue == name)
    #expect(point.count == 3)
    #expect(point.effect == .death)
    #expect(point.concerns(.cell))
    #expect(!point.concerns(.run))
    #expect(try FailPoint("\(name)=EIO:1").effect == .error(EIO))
    #expect(try FailPoint("\(name)=EIO:1").concerns(.run))
  }

  @Test func namesEveryKindOfChange() {
    for name in [
      "write", "write-half", "write-done", "sync", "rename", "rename-done", "rename-exclusive", "sync-folder", "create",
      "remove", "lock", "truncate", "checkpoint-write-half", "checkpoint-rename", "checkpoint-sync-done",
    ] { #expect(FailPoint.namesOfChanges.contains(name)) }
    #expect(!FailPoint.namesOfChanges.contains("read"))
    #expect(FailPoint.names.contains("read"))
  }

  @Test(arguments: ["", "write", "write:0", "write:x", "write:-1", "worker/write:1", "write=EPERM:1", ":1x"])
  func refusesAnotherForm(_ text: String) {
    let thrown = #expect(throws: FailPointError.self) { try FailPoint(text) }
    #expect(
      thrown?.description
        == "SKYMASK_FAILPOINT: '\(text)' must be [run/|cell/]point[=ENOSPC|=EIO]:count, such as cell/rename:2")
  }

  @Test func listsThePointsForAnUnknownOne() {
    let thrown = #expect(throws: FailPointError.self) { try FailPoint("run/wirte:2") }
    #expect(
      thrown?.description
        == "SKYMASK_FAILPOINT: no point is called 'wirte'; there are: \(FailPoint.names.joined(separator: ", "))")
    #expect(FailPoint.names.joined(separator: ", ").hasPrefix("make-folder, make-folder-done, create, create-done, "))
  }

  @Test(arguments: [
    ("checkpoint-create=EIO:1", "checkpoint.a", "rounds.csv"), ("checkpoint-rename=EIO:1", "checkpoint.b", "LOCK"),
    ("create=EIO:1", "rounds.csv", "checkpoint.a"), ("rename=EIO:1", "plan.jsonl", "checkpoint.b"),
  ])
  func keepsCheckpointsApart(_ text: String, meant: String, other: String) throws {
    let disk = FailPoints(try FailPoint(text), over: ForgetfulDisk(), die: { exit(1) })
    try disk.replace("/\(other)", with: [1])
    #expect(!disk.wasReached)
    #expect(throws: StoreError.self) { try disk.replace("/\(meant)", with: [1]) }
    #expect(disk.wasReached)
  }

  @Test func failsBeforeTheCallHalfWayOrAfterIt() throws {
    for (text, left) in [("write=ENOSPC:2", "ab"), ("write-half=ENOSPC:2", "abcd"), ("write-done=EIO:2", "abcdef")] {
      let disk = ForgetfulDisk()
      let failing = FailPoints(try FailPoint(text), over: disk, die: { exit(1) })
      let file = try failing.create("/f")
      try failing.write(Array("ab".utf8), to: file)
      let thrown = #expect(throws: StoreError.self) { try failing.write(Array("cdef".utf8), to: file) }
      #expect(thrown?.kind == .disk)
      #expect(String(decoding: try disk.read("/f"), as: UTF8.self) == left)
      try failing.write(Array("g".utf8), to: file)
      #expect(String(decoding: try disk.read("/f"), as: UTF8.self) == left + "g")
    }
  }
}
