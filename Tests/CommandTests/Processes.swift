import Foundation
import Testing

// What tests ask of other processes; Linux alone tells.

func children(of process: pid_t) throws -> [pid_t] {
  try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
    .filter { stat(of: $0).dropFirst().first == "\(process)" }
}

/// Whether a process is there and more than an entry that its parent has not taken note of.
func isRunning(_ process: pid_t) -> Bool { !["Z", nil].contains(stat(of: process).first) }

/// State, parent and more of a process, as the kernel tells them after its name; empty when it is gone.
private func stat(of process: pid_t) -> [String] {
  guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return [] }
  return text.split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
}

/// Waits, up to a minute, until something holds.
func eventually(_ holds: () throws -> Bool) async throws {
  let limit = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < limit {
    // A file that vanishes while it is looked at is no answer.
    if let answer = try? holds(), answer { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("it does not hold after a minute")
}
