import CSupport
import Foundation

/// The number of cores that a sweep may use.
package enum AvailableCores {
  /// Those of the processor affinity, fewer where a control group or Slurm allows fewer; at least 1.
  ///
  /// - Parameter environment: the environment variables, for `SLURM_CPUS_PER_TASK`.
  package static func count(environment: [String: String]) -> Int {
    let affinity = Int(process_affinity_cores())
    let membership = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    let quota = groupQuota(membership: membership, root: "/sys/fs/cgroup")
    return count(affinity: affinity, quota: quota, slurm: environment["SLURM_CPUS_PER_TASK"])
  }

  static func count(affinity: Int, quota: Double?, slurm: String?) -> Int {
    var cores = affinity
    // A share of a core is a core: one job then gets that share.
    if let quota { cores = min(cores, Int(quota.rounded(.up))) }
    if let slurm, let allotted = Int(slurm) { cores = min(cores, allotted) }
    return max(1, cores)
  }

  /// The least processor quota, in cores, of a process's control groups and those above them; nil for none.
  ///
  /// - Parameters:
  ///   - membership: the text of `/proc/self/cgroup`.
  ///   - root: where the control groups are mounted.
  static func groupQuota(membership: String, root: String) -> Double? {
    var least: Double?
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isVersion2 = parts[0] == "0" && parts[1].isEmpty
      guard isVersion2 || parts[1].split(separator: ",").contains("cpu") else { continue }
      var folder = (isVersion2 ? root : root + "/cpu") + (parts[2] == "/" ? "" : String(parts[2]))
      while folder.count >= root.count {
        let quota = isVersion2 ? unifiedQuota(folder) : oldQuota(folder)
        if let quota { least = min(least ?? quota, quota) }
        guard let slash = folder.lastIndex(of: "/") else { break }
        folder = String(folder[..<slash])
      }
    }
    return least
  }

  /// Version 2: `cpu.max` holds `max 100000`, or the microseconds that are allowed in each period and the period.
  private static func unifiedQuota(_ folder: String) -> Double? {
    let words = words(of: folder + "/cpu.max")
    return words.count == 2 ? ratio(words[0], words[1]) : nil
  }

  private static func oldQuota(_ folder: String) -> Double? {
    let quota = words(of: folder + "/cpu.cfs_quota_us")
    let period = words(of: folder + "/cpu.cfs_period_us")
    return quota.count == 1 && period.count == 1 ? ratio(quota[0], period[0]) : nil
  }

  private static func ratio(_ quota: String, _ period: String) -> Double? {
    guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0 else { return nil }
    return quota / period
  }

  /// No file means no limit here, so an unreadable one counts as none.
  private static func words(of path: String) -> [String] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
