import Foundation
import Testing

@testable import Scheduling

struct MachineMemoryTests {
  private let meminfo =
    "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    800 kB\nHugePages_Total:   0\n"

  private func write(_ text: String, _ path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }

  private func read(_ membership: String, _ root: String) -> MachineMemory? {
    MachineMemory(meminfo: meminfo, groups: ControlGroups(membership: membership, root: root))
  }

  @Test func isThatOfTheMachineWithoutAGroup() {
    let memory = read("", "/none")
    #expect(memory == MachineMemory(availableBytes: 819_200, totalBytes: 1_024_000))
    #expect(memory?.reserveBytes == 102_400)
    #expect(MachineMemory(availableBytes: 0, totalBytes: 1 << 40).reserveBytes == 1 << 30)
    #expect(MachineMemory(meminfo: "MemTotal: 5 kB\n", groups: ControlGroups(membership: "", root: "/none")) == nil)
  }

  @Test func isTheLeastThatTheGroupsAboveLeave() throws {
    let folder = try LogFolder()
    try write("max\n", folder.path + "/a/b/memory.max")
    try write("400\n", folder.path + "/a/b/memory.current")
    try write("600000\n", folder.path + "/a/memory.max")
    try write("400000\n", folder.path + "/a/memory.current")
    try write("anon 1\ninactive_file 50000\nactive_file 7\n", folder.path + "/a/memory.stat")
    #expect(read("0::/a/b\n", folder.path) == MachineMemory(availableBytes: 250_000, totalBytes: 600_000))
    // A larger group above with less left.
    try write("700000\n", folder.path + "/memory.max")
    try write("600000\n", folder.path + "/memory.current")
    #expect(read("0::/a/b\n", folder.path) == MachineMemory(availableBytes: 100_000, totalBytes: 600_000))
    try write("900000\n", folder.path + "/a/memory.current")
    #expect(read("0::/a/b\n", folder.path)?.availableBytes == 0)
  }

  @Test func readsTheLimitOfVersionOne() throws {
    let folder = try LogFolder()
    try write("9223372036854771712\n", folder.path + "/memory/memory.limit_in_bytes")
    try write("5\n", folder.path + "/memory/memory.usage_in_bytes")
    try write("500000\n", folder.path + "/memory/a/memory.limit_in_bytes")
    try write("300000\n", folder.path + "/memory/a/memory.usage_in_bytes")
    try write("inactive_file 1\ntotal_inactive_file 1000\n", folder.path + "/memory/a/memory.stat")
    #expect(read("4:memory:/a\n", folder.path) == MachineMemory(availableBytes: 201_000, totalBytes: 500_000))
    #expect(read("4:memory:/\n", folder.path) == MachineMemory(availableBytes: 819_200, totalBytes: 1_024_000))
  }

  @Test func isKnownHere() throws {
    #if os(Linux)
      let memory = try #require(MachineMemory.now())
      #expect(memory.availableBytes > 0)
      #expect(memory.availableBytes <= memory.totalBytes)
    #endif
  }
}
