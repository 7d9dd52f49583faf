internal import Experiments
internal import Foundation

/// `SKYMASK_FAILPOINT`, which makes a process fail at a point of its choice: for tests of reliability, not for people.
///
/// `FailPoint` tells how it is written. Workers inherit it; `run/` or `cell/` in front aims at one kind of process.
enum FailPointVariable {
  static let name = "SKYMASK_FAILPOINT"

  /// What a process that ends at its point writes to standard error first, before the point.
  static let word = "fail point reached: "

  /// The file system of the results folder for a process of that role.
  ///
  /// - Throws: `FailPointError`.
  static func fileSystem(of role: FailPoint.Role) throws -> any FileSystem {
    guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return Disk() }
    let point = try FailPoint(text)
    if !point.concerns(role) { return Disk() }
    return FailPoints(
      point, reached: { Output.complain(word + text) },
      // As a kill by the kernel looks to a shell: 128 and the signal's number.
      die: { _exit(128 + SIGKILL) })
  }
}
