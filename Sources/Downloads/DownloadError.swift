/// Why a file could not be got.
package enum DownloadError: Error, Equatable, CustomStringConvertible {
  case noCurl
  /// Nobody had it whole and right: what went wrong with each address.
  case failed(file: String, [Attempt])
  /// Another process is getting files into the folder.
  case busy(folder: String)
  case disk(path: String, reason: String)
  case badList(path: String, line: Int)

  /// What came of asking an address.
  package struct Attempt: Sendable, Equatable {
    package enum End: Sendable, Equatable {
      /// The connection was not made or broke; curl's own words.
      case connection(String)
      /// The server's answer, such as 404.
      case refused(Int)
      case wrongContent(String)
    }

    package let url: String
    package let end: End
  }

  /// Whether the same command may do better later, and goes on where this one ended.
  package var isTemporary: Bool {
    guard case .failed(_, let attempts) = self else { return false }
    return attempts.contains { if case .connection = $0.end { true } else { false } }
  }

  package var description: String {
    switch self {
    case .noCurl: "there is no program 'curl', which gets files from the network; install it (apt-get install curl)"
    case .failed(let file, let attempts):
      (["\(file): could not be got"] + attempts.map { "  \($0.url): \($0.end)" }
        + (isTemporary ? ["  give the same command again to go on where it ended"] : [])).joined(separator: "\n")
    case .busy(let folder): "\(folder): another process is getting files into it; wait for it to end"
    case .disk(let path, let reason): "\(path): \(reason)"
    case .badList(let path, let line):
      "\(path): line \(line) is not a SHA-256, two spaces and a file's name; correct it or delete the file"
    }
  }
}

extension DownloadError.Attempt.End: CustomStringConvertible {
  package var description: String {
    switch self {
    case .connection(let reason): reason
    case .refused(404): "there is no such file (404)"
    case .refused(let code): "the server refuses (\(code))"
    case .wrongContent(let reason): "what came is not the right file: \(reason); it was thrown away"
    }
  }
}
