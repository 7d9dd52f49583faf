internal import Experiments
internal import Foundation

/// Who runs an experiment, as far as can be told without touching its lock.
enum LockHolder: Equatable {
  case nobody
  case running(LockOwner)
  /// It was begun on another machine, which cannot be asked from here.
  case elsewhere(LockOwner)

  /// What `LOCK` says, and whether that process still runs.
  ///
  /// Trying the lock would answer too, but would keep out a run that begins at that very moment.
  init(of store: ResultStore) throws {
    guard let owner = try store.lockOwner() else {
      self = .nobody
      return
    }
    guard owner.host == ProcessInfo.processInfo.hostName else {
      self = .elsewhere(owner)
      return
    }
    let isAlive = pid_t(exactly: owner.process).map { kill($0, 0) == 0 || errno == EPERM } ?? false
    self = isAlive ? .running(owner) : .nobody
  }

  /// One line for people; nil for nobody.
  var text: String? {
    switch self {
    case .nobody: nil
    case .running(let owner): "being run by \(owner)"
    case .elsewhere(let owner): "last run by \(owner); whether that still runs cannot be told from here"
    }
  }

  /// When the run began; nil where there is none or its text is no time.
  var started: Date? {
    switch self {
    case .nobody: nil
    case .running(let owner), .elsewhere(let owner): try? Date(owner.started, strategy: .iso8601)
    }
  }
}
