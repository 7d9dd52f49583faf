import SystemPackage

/// What goes wrong with the files of a results folder.
package enum StoreError: Error, Equatable, CustomStringConvertible {
  /// A call of the operating system failed with `errno` while `doing` something to `path`.
  case file(path: String, doing: String, errno: Int32)
  /// Something else stands where a folder or a file must be.
  case wrongKind(path: String, wanted: String, found: String)
  /// Another process runs this experiment.
  case locked(path: String, holder: String)
  /// A cell was computed twice and the bytes differ; both are kept.
  case different(committed: String, kept: String)
  /// What is at `path` is not what was written there.
  case damaged(path: String, reason: String)
  /// The CSV text named `name` breaks the format at `line`.
  case csv(name: String, line: Int, problem: String)
  /// A CSV table lacks a column.
  case noColumn(String, name: String, known: [String])

  /// The kinds of failure that a caller tells apart; the command line gives each its exit code.
  package enum Kind: Sendable { case disk, locked, nondeterminism, data }

  package var kind: Kind {
    switch self {
    case .file, .wrongKind: .disk
    case .locked: .locked
    case .different, .damaged: .nondeterminism
    case .csv, .noColumn: .data
    }
  }

  package var description: String {
    switch self {
    case .file(let path, let doing, let code):
      "\(path): cannot \(doing): \(StoreError.explain(Errno(rawValue: code)))"
    case .wrongKind(let path, let wanted, let found): "\(path): is \(found), but must be \(wanted); move it away"
    case .locked(let path, let holder):
      "\(path): the experiment is being run by \(holder); wait until it ends, or stop it"
    case .different(let committed, let kept):
      "\(committed): the same cell gave other bytes this time, which are kept in \(kept); "
        + "equal cells must give equal bytes, so one of the two was computed wrongly or by another version"
    case .damaged(let path, let reason): "\(path): damaged: \(reason)"
    case .csv(let name, let line, let problem): "\(name):\(line): \(problem)"
    case .noColumn(let column, let name, let known):
      "\(name): no column '\(column)'; it has: \(known.joined(separator: ", "))"
    }
  }

  /// What is wrong, and what would be right.
  private static func explain(_ code: Errno) -> String {
    switch code {
    case .permissionDenied, .notPermitted: "permission denied; it must be readable and writable by you"
    case .readOnlyFileSystem: "the file system is read-only; choose a folder that can be written"
    case .noSpace: "the disk is full; free some space, then run the same command again"
    case .diskQuotaExceeded: "your disk quota is used up; free some space, then run the same command again"
    case .notDirectory: "a file stands where a folder must be; move it away"
    case .isDirectory: "a folder stands where a file must be; move it away"
    case .noSuchFileOrDirectory: "there is no such file or folder"
    case .ioError: "the disk failed to read or write (input/output error); check it before running again"
    case .tooManyOpenFiles: "too many open files; raise the limit (ulimit -n)"
    default: "\(code)"
    }
  }
}
