import Foundation

/// The memory of this machine, or of the part of it that this process may use.
package struct MachineMemory: Sendable, Equatable {
  /// What may still be taken without anything being pushed out.
  package var availableBytes: Int
  package var totalBytes: Int

  package init(availableBytes: Int, totalBytes: Int) {
    self.availableBytes = availableBytes
    self.totalBytes = totalBytes
  }

  /// What a sweep leaves free, since estimates err and others use the machine too: a tenth, at most 1 GiB.
  var reserveBytes: Int { min(totalBytes / 10, 1 << 30) }

  /// That of now; nil where the system does not tell.
  package static func now() -> MachineMemory? {
    // Not there on macOS.
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
    return MachineMemory(meminfo: text, groups: .own)
  }

  /// - Parameter meminfo: the text of `/proc/meminfo`.
  init?(meminfo: String, groups: ControlGroups) {
    var kibibytes: [Substring: Int] = [:]
    for line in meminfo.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count >= 2 { kibibytes[words[0]] = Int(words[1]) }
    }
    guard let total = kibibytes["MemTotal:"], let available = kibibytes["MemAvailable:"] else { return nil }
    let physical = total * 1024
    (availableBytes, totalBytes) = (available * 1024, physical)
    for group in groups.groups(of: "memory") {
      guard let limit = group.number(in: group.isVersion2 ? "memory.max" : "memory.limit_in_bytes"),
        let used = group.number(in: group.isVersion2 ? "memory.current" : "memory.usage_in_bytes"), limit < physical
      else { continue }
      totalBytes = min(totalBytes, limit)
      availableBytes = min(availableBytes, max(0, limit - used + MachineMemory.cache(of: group)))
    }
  }

  /// The pages of files that a group holds and has not used of late: the kernel takes them back when it must.
  private static func cache(of group: ControlGroups.Group) -> Int {
    let words = group.words(of: "memory.stat")
    let name = group.isVersion2 ? "inactive_file" : "total_inactive_file"
    guard let at = words.firstIndex(of: name), at + 1 < words.count else { return 0 }
    return Int(words[at + 1]) ?? 0
  }
}
