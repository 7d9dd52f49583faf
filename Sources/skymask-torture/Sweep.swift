internal import Foundation

/// An experiment that is run undisturbed once and disturbed often.
struct Sweep: Sendable {
  static let tables = ["rounds.csv", "summary.csv"]

  let name: String
  let program: Program
  let jobs: Int
  /// Seconds of wall clock and of processors that the undisturbed run took.
  private(set) var seconds = 0.0
  private(set) var processorSeconds = 0.0
  private var expected: [String: [UInt8]] = [:]

  /// Writes the manifest and runs it undisturbed.
  init(name: String, manifest: String, program: Program, jobs: Int) async throws {
    (self.name, self.program, self.jobs) = (name, program, jobs)
    try program.write("name: \(name)\n" + manifest, to: "\(name).yaml")
    let begin = ContinuousClock.now
    let before = Processes.childrenSeconds
    let ended = try await run(results: "undisturbed")
    guard ended.code == 0 else { throw Loss.unexpected("the undisturbed run of \(name)", ended) }
    processorSeconds = Processes.childrenSeconds - before
    seconds = (ContinuousClock.now - begin) / .seconds(1)
    for table in Sweep.tables { expected[table] = try program.bytes("undisturbed/\(name)/\(table)") }
  }

  func run(
    results: String, failPoint: String? = nil, during: @Sendable (pid_t) async throws -> Void = { _ in }
  ) async throws -> Ended {
    try await program.run(
      ["run", "\(name).yaml", "--results", results, "--jobs", String(jobs)], failPoint: failPoint, during: during)
  }

  /// Runs what is left, which must succeed, and compares every table.
  func finish(results: String, _ what: String) async throws {
    let ended = try await run(results: results)
    guard ended.code == 0 else { throw Loss.unexpected("\(what), then once more", ended) }
    try compare(results: results, what)
  }

  func compare(results: String, _ what: String) throws {
    for table in Sweep.tables {
      let bytes = try program.bytes("\(results)/\(name)/\(table)")
      if table == "rounds.csv" {
        var seen: Set<Substring> = []
        for row in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !seen.insert(row).inserted {
          throw Loss.duplicate(what, row: String(row))
        }
      }
      guard bytes == expected[table] else { throw Loss.differs(what, table: table) }
    }
  }
}
