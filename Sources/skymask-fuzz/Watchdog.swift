internal import Foundation
internal import Synchronization

/// Keeps the input that is being tried where it can be found if it ends, or never ends, this process.
final class Watchdog: Sendable {
  private let since = Mutex<ContinuousClock.Instant?>(nil)
  private let folder: URL
  private let limit: Duration

  /// - Parameters:
  ///   - folder: where findings go.
  ///   - limit: an input that takes longer is a finding.
  init(folder: String, limit: Duration) throws {
    self.folder = URL(filePath: folder, directoryHint: .isDirectory)
    self.limit = limit
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    let thread = Thread { [weak self] in
      while let self {
        Thread.sleep(forTimeInterval: 0.1)
        self.look()
      }
    }
    thread.start()
  }

  /// The file that holds the input being tried; after a crash, the one that crashed.
  var running: URL { folder.appending(path: "running.yaml") }

  func begin(_ input: [UInt8]) throws {
    try Data(input).write(to: running)
    since.withLock { $0 = .now }
  }

  func end() { since.withLock { $0 = nil } }

  /// Nothing is being tried any more.
  func finish() throws { try FileManager.default.removeItem(at: running) }

  private func look() {
    let isHung = since.withLock { since in since.map { ContinuousClock.now - $0 > limit } ?? false }
    if isHung {
      FileHandle.standardError.write(Data("error: an input takes longer than \(limit): \(running.path)\n".utf8))
      _exit(1)
    }
  }
}
