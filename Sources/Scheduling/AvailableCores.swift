import CSystemCalls

/// The number of cores that a sweep may use.
package enum AvailableCores {
  /// Those of the processor affinity, fewer where a control group or Slurm allows fewer; at least 1.
  ///
  /// - Parameter environment: the environment variables, for `SLURM_CPUS_PER_TASK`.
  package static func count(environment: [String: String]) -> Int {
    let affinity = Int(process_affinity_cores())
    return count(affinity: affinity, quota: quota(.own), slurm: environment["SLURM_CPUS_PER_TASK"])
  }

  static func count(affinity: Int, quota: Double?, slurm: String?) -> Int {
    var cores = affinity
    // A share of a core is a core: one job then gets that share.
    if let quota { cores = min(cores, Int(quota.rounded(.up))) }
    if let slurm, let allotted = Int(slurm) { cores = min(cores, allotted) }
    return max(1, cores)
  }

  /// The least processor quota, in cores, of a process's control groups and those above them; nil for none.
  static func quota(_ groups: ControlGroups) -> Double? {
    groups.groups(of: "cpu").compactMap { $0.isVersion2 ? unifiedQuota($0) : oldQuota($0) }.min()
  }

  /// Version 2: `cpu.max` holds `max 100000`, or the microseconds that are allowed in each period and the period.
  private static func unifiedQuota(_ group: ControlGroups.Group) -> Double? {
    let words = group.words(of: "cpu.max")
    return words.count == 2 ? ratio(words[0], words[1]) : nil
  }

  private static func oldQuota(_ group: ControlGroups.Group) -> Double? {
    let quota = group.words(of: "cpu.cfs_quota_us")
    let period = group.words(of: "cpu.cfs_period_us")
    return quota.count == 1 && period.count == 1 ? ratio(quota[0], period[0]) : nil
  }

  private static func ratio(_ quota: String, _ period: String) -> Double? {
    guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0 else { return nil }
    return quota / period
  }
}
