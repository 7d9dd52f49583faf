internal import Foundation
internal import Subprocess

#if canImport(System)
  internal import System
#else
  internal import SystemPackage
#endif

/// The program that speaks to the network.
package struct Curl: Sendable {
  /// A name is looked for in PATH.
  package var program: String
  /// Shows curl's own progress on standard error.
  package var showsProgress: Bool
  /// A connection that brings less than a byte a second for so long is taken for broken.
  package var stallSeconds: Int
  /// Changes to the environment; nil removes.
  package var environment: [String: String?]

  package init(
    program: String = "curl", showsProgress: Bool = false, stallSeconds: Int = 60, environment: [String: String?] = [:]
  ) {
    (self.program, self.showsProgress) = (program, showsProgress)
    (self.stallSeconds, self.environment) = (stallSeconds, environment)
  }

  /// How a transfer ended.
  enum End: Equatable {
    case whole
    /// The server sends from the start only, or has fewer bytes than are there.
    case cannotResume
    case refused(Int)
    case broken(String)
    case disk(String)
  }

  /// Adds to the file at `path` what it lacks of `url`.
  ///
  /// - Throws: `DownloadError.noCurl`.
  func transfer(_ url: String, to path: String) async throws -> End {
    let arguments =
      [
        "--disable", "--fail", "--location", "--connect-timeout", "20", "--speed-limit", "1", "--speed-time",
        "\(stallSeconds)", "--continue-at", "-", "--output", path, "--write-out", "%{http_code}", "--show-error",
      ] + (showsProgress ? ["--progress-bar"] : ["--silent"]) + ["--url", url]
    var updates: [Environment.Key: String?] = [:]
    for (name, value) in environment { if let key = Environment.Key(rawValue: name) { updates[key] = value } }
    let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
    do {
      if showsProgress {
        let result = try await Subprocess.run(
          executable, arguments: Arguments(arguments), environment: .inherit.updating(updates),
          output: .string(limit: 1 << 12), error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
        return end(result.terminationStatus, code: result.standardOutput, words: nil)
      }
      let result = try await Subprocess.run(
        executable, arguments: Arguments(arguments), environment: .inherit.updating(updates),
        output: .string(limit: 1 << 12), error: .string(limit: 1 << 16))
      return end(result.terminationStatus, code: result.standardOutput, words: result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw DownloadError.noCurl
    }
  }

  /// By curl's exit codes, which its manual lists.
  private func end(_ status: TerminationStatus, code: String?, words: String?) -> End {
    let code = Int((code ?? "").suffix(3)) ?? 0
    let told = (words ?? "").split(separator: "\n").last.map(String.init)
    switch status {
    case .exited(0): return .whole
    case .exited(33), .exited(36): return .cannotResume
    case .exited(22) where code == 416: return .cannotResume
    case .exited(22): return .refused(code)
    case .exited(23): return .disk(told ?? "curl cannot write it")
    case .exited(let number): return .broken(told ?? Self.reasons[number] ?? "curl ended with \(number)")
    case .signaled(let number): return .broken("curl was ended by signal \(number)")
    }
  }

  /// Where curl's own words went to the terminal.
  private static let reasons: [Int32: String] = [
    6: "the server's name cannot be resolved", 7: "the server cannot be reached", 18: "the connection broke off",
    28: "the connection stalled", 35: "no secure connection can be made", 52: "the server sent nothing",
    56: "the connection broke off",
  ]
}
