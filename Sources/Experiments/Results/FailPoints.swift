import Synchronization

/// A file system that fails at one point, as `FailPoint` says.
package final class FailPoints: FileSystem {
  private let base: any FileSystem
  private let point: FailPoint
  private let reached: @Sendable () -> Void
  private let die: @Sendable () -> Never
  private let passages = Mutex(0)

  /// - Parameters:
  ///   - reached: called when the point is reached, before anything fails.
  ///   - die: ends the process at once, nothing being cleaned up.
  package init(
    _ point: FailPoint, over base: any FileSystem = Disk(), reached: @escaping @Sendable () -> Void = {},
    die: @escaping @Sendable () -> Never
  ) {
    (self.base, self.point, self.reached, self.die) = (base, point, reached, die)
  }

  /// Whether the point was reached.
  package var wasReached: Bool { passages.withLock { $0 >= point.count } }

  package func kind(of path: String) throws -> FileKind? { try pass(.look, path) { try base.kind(of: path) } }

  package func read(_ path: String) throws -> [UInt8] { try pass(.read, path) { try base.read(path) } }

  package func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8] {
    try pass(.read, path) { try base.read(path, from: offset, count: count) }
  }

  package func names(in folder: String) throws -> [String] { try pass(.list, folder) { try base.names(in: folder) } }

  package func makeFolder(_ path: String) throws { try pass(.makeFolder, path) { try base.makeFolder(path) } }

  package func create(_ path: String) throws -> OpenFile { try pass(.create, path) { try base.create(path) } }

  package func openForAppending(_ path: String) throws -> OpenFile {
    try pass(.open, path) { try base.openForAppending(path) }
  }

  package func write(_ bytes: [UInt8], to file: OpenFile) throws {
    let half = { try self.base.write(Array(bytes.prefix(bytes.count / 2)), to: file) }
    try pass(.write, file.path, half: half) { try base.write(bytes, to: file) }
  }

  package func sync(_ file: OpenFile) throws { try pass(.sync, file.path) { try base.sync(file) } }

  package func close(_ file: OpenFile) throws { try pass(.close, file.path) { try base.close(file) } }

  package func rename(_ path: String, to other: String) throws {
    try pass(.rename, other) { try base.rename(path, to: other) }
  }

  package func renameExclusively(_ path: String, to other: String) throws {
    try pass(.renameExclusively, other) { try base.renameExclusively(path, to: other) }
  }

  package func syncFolder(_ path: String) throws { try pass(.syncFolder, path) { try base.syncFolder(path) } }

  package func remove(_ path: String) throws { try pass(.remove, path) { try base.remove(path) } }

  package func tryLock(_ file: OpenFile) throws -> Bool { try pass(.lock, file.path) { try base.tryLock(file) } }

  package func unlock(_ file: OpenFile) throws { try pass(.unlock, file.path) { try base.unlock(file) } }

  package func truncate(_ file: OpenFile) throws { try pass(.truncate, file.path) { try base.truncate(file) } }

  private func pass<Result>(
    _ call: FileCall, _ path: String, half: () throws -> Void = {}, _ body: () throws -> Result
  ) throws -> Result {
    guard call == point.call, isOfCheckpoint(path) == point.isOfCheckpoint else { return try body() }
    // A call that fails by itself is none after which something could be lost.
    let result = point.moment == .after ? try body() : nil
    let passage = passages.withLock { count in
      count += 1
      return count
    }
    guard passage == point.count else { return try result ?? body() }
    if point.moment == .half { try half() }
    reached()
    switch point.effect {
    case .death: die()
    case .error(let code): throw StoreError.file(path: path, doing: call.doing, errno: code)
    }
  }

  /// Also while it has its temporary name.
  private func isOfCheckpoint(_ path: String) -> Bool {
    let name = PathText.name(of: path)
    return (name.hasPrefix(".") ? name.dropFirst() : name[...]).hasPrefix("checkpoint.")
  }
}
