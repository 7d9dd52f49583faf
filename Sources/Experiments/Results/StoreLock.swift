import Catalogue
import Foundation

/// Who runs an experiment; written into `LOCK` for whom it keeps out.
package struct LockOwner: Sendable, Equatable, CustomStringConvertible {
  package var host: String
  package var process: Int
  /// When it began, as text for people.
  package var started: String

  package init(host: String, process: Int, started: String) {
    self.host = host
    self.process = process
    self.started = started
  }

  package var description: String { "process \(process) on \(host) since \(started)" }

  var json: [UInt8] {
    let value = Value.map(["host": .string(host), "pid": .integer(process), "started": .string(started)])
    return Array((value.canonicalJSON + "\n").utf8)
  }

  /// Nil for anything but what `json` writes, which a holder that has just begun may not have written yet.
  init?(json: [UInt8]) {
    guard let map = (try? JSONDecoder().decode(Value.self, from: Data(json)))?.asMap,
      let host = map["host"]?.asString, let process = map["pid"]?.asInt, let started = map["started"]?.asString
    else { return nil }
    self.init(host: host, process: process, started: started)
  }
}

/// The held lock of an experiment. Keep it until the work is done, then `release` it.
package final class StoreLock: Sendable {
  private let file: OpenFile
  private let fileSystem: any FileSystem

  init(file: OpenFile, fileSystem: any FileSystem) {
    self.file = file
    self.fileSystem = fileSystem
  }

  /// Frees the lock; call it once. The file stays: removing it would let two processes lock two files of one name.
  package func release() throws {
    // Closing alone would leave the lock to a child that is just being started, until its exec closes the copy.
    do {
      try fileSystem.unlock(file)
    } catch {
      // The first error is the one to tell.
      try? fileSystem.close(file)
      throw error
    }
    try fileSystem.close(file)
  }
}
