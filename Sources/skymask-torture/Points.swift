internal import Experiments
internal import Foundation

/// Deaths and errors at every passage of every point.
struct Points: Sendable {
  let program: Program
  let short: Sweep
  let checkpointed: Sweep
  /// Only one of so many points, and of their passages one of a fourth of that.
  let every: Int
  let jobs: Int

  /// What one point took.
  struct Tally: Sendable {
    var passages = 0
    /// Whether the sweep ever came by it.
    var points = 0

    static func + (one: Tally, other: Tally) -> Tally {
      Tally(passages: one.passages + other.passages, points: one.points + other.points)
    }
  }

  /// - Parameter effects: what to write after a point, such as `=EIO`.
  func run(_ names: [String], effects: [String]) async throws -> Tally {
    let targets = FailPoint.Role.allCases.map(\.rawValue).flatMap { role in
      names.flatMap { name in effects.map { effect in "\(role)/\(name)\(effect)" } }
    }
    var chosen = targets.enumerated().filter { $0.offset % every == every / 2 }.map(\.element).makeIterator()
    return try await withThrowingTaskGroup(of: Tally.self) { group in
      for _ in 0..<jobs { if let target = chosen.next() { group.addTask { try await tally(target) } } }
      var sum = Tally()
      while let tally = try await group.next() {
        sum = sum + tally
        if let target = chosen.next() { group.addTask { try await self.tally(target) } }
      }
      return sum
    }
  }

  /// Every passage of one point, until the sweep does not come by it so often.
  private func tally(_ target: String) async throws -> Tally {
    var tally = Tally()
    for count in stride(from: 1, to: 10_000, by: max(1, every / 4)) {
      guard try await trial("\(target):\(count)") else { return tally }
      tally.points = 1
      tally.passages += 1
    }
    throw Loss.other("\(target): the sweep comes by it without end")
  }

  /// - Returns: whether the point was reached.
  private func trial(_ point: String) async throws -> Bool {
    let sweep = point.contains("checkpoint-") ? checkpointed : short
    let results = "trial-\(UUID().uuidString)"
    defer {
      // What is left over is in a temporary folder.
      try? program.remove(results)
    }
    let ended = try await sweep.run(results: results, failPoint: point)
    let wasReached = try ended.err.contains("fail point reached") || logs(of: results).contains("fail point reached")
    guard wasReached else {
      guard ended.code == 0 else { throw Loss.unexpected(point, ended) }
      return false
    }
    let isError = point.contains("=")
    if point.hasPrefix("run/"), ended.code != (isError ? 74 : 137) { throw Loss.unexpected(point, ended) }
    // A worker's error is told by the run, whose other cells go on; an error after the commit comes too late to count.
    guard [0, 1, 74, 137].contains(ended.code) else { throw Loss.unexpected(point, ended) }
    if isError, ended.code != 0, !ended.err.contains("error: ") || !ended.err.contains(": cannot ") {
      throw Loss.unexpected("\(point), without a clear word", ended)
    }
    try await sweep.finish(results: results, point)
    return true
  }

  /// The logs of all cells.
  private func logs(of results: String) throws -> String {
    var text = ""
    let folder = "\(program.folder)/\(results)"
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where name.hasSuffix("log.txt") { text += try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
    return text
  }
}
