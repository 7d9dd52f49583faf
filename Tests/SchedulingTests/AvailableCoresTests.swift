import Foundation
import Testing

@testable import Scheduling

struct AvailableCoresTests {
  @Test func takesTheLeastOfWhatIsAllowed() {
    #expect(AvailableCores.count(affinity: 8, quota: nil, slurm: nil) == 8)
    #expect(AvailableCores.count(affinity: 8, quota: 2.5, slurm: nil) == 3)
    #expect(AvailableCores.count(affinity: 8, quota: 0.2, slurm: nil) == 1)
    #expect(AvailableCores.count(affinity: 8, quota: 6, slurm: "4") == 4)
    #expect(AvailableCores.count(affinity: 8, quota: nil, slurm: "0") == 1)
    #expect(AvailableCores.count(affinity: 8, quota: nil, slurm: "many") == 8)
  }

  @Test func findsAtLeastOneHere() {
    let found = AvailableCores.count(environment: [:])
    #expect(found >= 1)
    #expect(found <= ProcessInfo.processInfo.processorCount)
    #expect(AvailableCores.count(environment: ["SLURM_CPUS_PER_TASK": "1"]) == 1)
  }

  private func quota(_ membership: String, _ folder: LogFolder) -> Double? {
    AvailableCores.quota(ControlGroups(membership: membership, root: folder.path))
  }

  private func write(_ text: String, _ path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }

  @Test func readsTheQuotaOfTheGroupsAbove() throws {
    let folder = try LogFolder()
    try write("max 100000\n", folder.path + "/a/b/cpu.max")
    try write("150000 100000\n", folder.path + "/a/cpu.max")
    try write("400000 100000\n", folder.path + "/cpu.max")
    #expect(quota("0::/a/b\n", folder) == 1.5)
    #expect(quota("0::/\n", folder) == 4)
    #expect(quota("", folder) == nil)
  }

  @Test func readsTheQuotaOfVersionOne() throws {
    let folder = try LogFolder()
    try write("-1\n", folder.path + "/cpu/a/cpu.cfs_quota_us")
    try write("100000\n", folder.path + "/cpu/a/cpu.cfs_period_us")
    let membership = "5:memory:/a\n4:cpu,cpuacct:/a\n"
    #expect(quota(membership, folder) == nil)
    try write("50000\n", folder.path + "/cpu/a/cpu.cfs_quota_us")
    #expect(quota(membership, folder) == 0.5)
  }
}
