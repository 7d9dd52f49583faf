internal import CSystemCalls
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// How a run of `skymask` ended and what it wrote.
struct Ended: Sendable {
  /// The exit code; that of a process that a signal ended is 128 and the signal's number, as in a shell.
  var code: Int32
  var out: String
  var err: String
}

/// The built program, run in a folder of its own.
struct Program: Sendable {
  let path: String
  let folder: String
  /// A run that takes longer hangs.
  var limit: Duration = .seconds(300)

  /// Runs `skymask` to its end.
  ///
  /// - Parameters:
  ///   - failPoint: the value of `SKYMASK_FAILPOINT`.
  ///   - during: called with the process id while it runs.
  /// - Throws: `Loss.hang` when it does not end.
  func run(
    _ arguments: [String], failPoint: String? = nil, during: @Sendable (pid_t) async throws -> Void = { _ in }
  ) async throws -> Ended {
    let name = "stream-\(UUID().uuidString)"
    let streams = try ["out", "err"].map {
      try FileDescriptor.open(
        FilePath("\(folder)/\(name).\($0)"), .writeOnly, options: [.create, .closeOnExec],
        permissions: .ownerReadWrite)
    }
    let environment = Environment.inherit.updating(["SKYMASK_DATA": nil, "SKYMASK_FAILPOINT": failPoint])
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments), environment: environment,
      workingDirectory: FilePath(folder), input: .none,
      output: .fileDescriptor(streams[0], closeAfterSpawningProcess: true),
      error: .fileDescriptor(streams[1], closeAfterSpawningProcess: true)
    ) { execution in
      let process = execution.processIdentifier.value
      try await during(process)
      let end = ContinuousClock.now + limit
      while Processes.isRunning(process) {
        if ContinuousClock.now > end {
          kill(process, SIGKILL)
          throw Loss.hang(arguments.joined(separator: " "))
        }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    let texts = try ["out", "err"].map { stream in
      let file = "\(folder)/\(name).\(stream)"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try FileManager.default.removeItem(atPath: file)
      return text
    }
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let number): 128 + number
      }
    return Ended(code: code, out: texts[0], err: texts[1])
  }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(file)"))
  }

  func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))) }

  func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(file)") }
}

/// Something was lost, or could not be done; each ends the torture with exit code 1.
enum Loss: Error, CustomStringConvertible {
  case hang(String)
  case unexpected(String, Ended)
  case differs(String, table: String)
  case duplicate(String, row: String)
  case tooMuchTime(ratio: Double, most: Double)
  case other(String)

  var description: String {
    switch self {
    case .hang(let what): "\(what): does not end"
    case .unexpected(let what, let ended): "\(what): ended with \(ended.code)\n\(ended.out)\(ended.err)"
    case .differs(let what, let table): "\(what): \(table) is not that of the undisturbed run"
    case .duplicate(let what, let row): "\(what): rounds.csv has this row twice: \(row)"
    case .tooMuchTime(let ratio, let most):
      "the disturbed sweeps took \(ratio) times the processor time of undisturbed ones, more than \(most)"
    case .other(let text): text
    }
  }
}

/// The processes of this machine, as Linux tells of them.
enum Processes {
  /// State and parent of a process; nil when it is gone.
  private static func stat(of process: pid_t) -> (state: Substring, parent: Substring)? {
    // A process that ends while it is looked at is gone.
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 1
    else { return nil }
    return (fields[0], fields[1])
  }

  /// Whether a process is there and more than an entry that its parent has not taken note of.
  static func isRunning(_ process: pid_t) -> Bool { stat(of: process).map { $0.state != "Z" } ?? false }

  static func children(of process: pid_t) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
      .filter { stat(of: $0)?.parent == "\(process)" }.sorted()
  }

  /// Processor seconds of every process that was started here, and has ended.
  static var childrenSeconds: Double { children_seconds() }

  /// Makes orphans children of this process, so that their processor time is known.
  static func adoptOrphans() throws {
    let code = children_adopt()
    if code != 0 { throw Loss.other("cannot adopt orphans (errno \(code)); this needs Linux") }
  }

  /// Waits for the workers that a killed run left, and so counts their processor time.
  static func waitForOrphans() throws {
    for child in try children(of: getpid()) {
      let code = children_wait(child)
      // Another may have waited for it in the meantime.
      if code != 0, code != ECHILD { throw Loss.other("cannot wait for process \(child): errno \(code)") }
    }
  }
}
