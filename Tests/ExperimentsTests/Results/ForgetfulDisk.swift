import Federated
import Foundation
import Synchronization

@testable import Experiments

/// The machine went off.
struct PowerCut: Error {}

/// A file system in memory that, like a real one, holds what was not synced only as long as it has power.
///
/// It is stricter than real ones: of a rename that was not synced, either half may survive alone.
final class ForgetfulDisk: FileSystem {
  /// What is left, after a power cut, of what was not synced.
  enum Survival: CaseIterable {
    case nothing, everything
    /// Of each name and of each file by chance: new or old, cut short, or its end zeros.
    case some
  }

  private enum Entry: Equatable {
    case folder
    case file(Int)
  }

  private struct Content {
    var bytes: [UInt8] = []
    var synced: [UInt8] = []
  }

  private struct Folder {
    var entries: [String: Entry] = [:]
    var synced: [String: Entry] = [:]
  }

  private struct State {
    var folders: [String: Folder] = ["/": Folder()]
    var files: [Int: Content] = [:]
    var open: [Int32: Int] = [:]
    var locks: [Int: Int32] = [:]
    var next: Int32 = 3
    var changes = 0
    var cutAt = 0
    var isOff = false
  }

  private let state = Mutex(State())

  /// How many calls there were that change something.
  var changes: Int { state.withLock { $0.changes } }

  /// Cuts the power in place of the change with this number, counted from the beginning.
  func cut(at change: Int) { state.withLock { $0.cutAt = change } }

  /// The machine starts again.
  func restart(after survival: Survival, seed: Int) {
    var random = RandomSource(seed: UInt64(seed), stream: .shuffle)
    state.withLock { state in
      for path in state.folders.keys.sorted() {
        guard var folder = state.folders[path] else { continue }
        let names = Set(folder.entries.keys).union(folder.synced.keys).sorted()
        for name in names where folder.entries[name] != folder.synced[name] {
          let isNew = survival == .everything || survival == .some && random.integer(below: 2) == 0
          if !isNew { folder.entries[name] = folder.synced[name] }
        }
        folder.synced = folder.entries
        state.folders[path] = folder
      }
      for number in state.files.keys.sorted() {
        guard let file = state.files[number], file.bytes != file.synced else { continue }
        let bytes =
          switch survival {
          case .nothing: file.synced
          case .everything: file.bytes
          case .some: ForgetfulDisk.remains(of: file, &random)
          }
        state.files[number] = Content(bytes: bytes, synced: bytes)
      }
      // Folders whose name did not survive went with everything in them.
      for path in state.folders.keys.sorted() where path != "/" {
        let parent = PathText.parent(of: path)
        if state.folders[parent]?.entries[PathText.name(of: path)] != .folder { state.folders[path] = nil }
      }
      ForgetfulDisk.endProcesses(&state)
    }
  }

  /// Every process was killed; nothing is forgotten.
  func killProcesses() { state.withLock { ForgetfulDisk.endProcesses(&$0) } }

  private static func endProcesses(_ state: inout State) {
    state.open = [:]
    state.locks = [:]
    state.isOff = false
    state.cutAt = 0
  }

  private static func remains(of file: Content, _ random: inout RandomSource) -> [UInt8] {
    let length = random.integer(below: file.bytes.count + 1)
    return switch random.integer(below: 4) {
    case 0: file.synced
    case 1: file.bytes
    case 2: Array(file.bytes.prefix(length))
    default: Array(file.bytes.prefix(length)) + [UInt8](repeating: 0, count: file.bytes.count - length)
    }
  }

  func kind(of path: String) throws -> FileKind? {
    try look { state in
      if state.folders[path] != nil { return .folder }
      guard case .file(let number) = entry(path, state) else { return nil }
      return .file(size: state.files[number]?.bytes.count ?? 0)
    }
  }

  func read(_ path: String) throws -> [UInt8] {
    try look { state in
      guard case .file(let number) = entry(path, state) else { throw error(path, .read, ENOENT) }
      return state.files[number]?.bytes ?? []
    }
  }

  func names(in folder: String) throws -> [String] {
    try look { state in
      guard let folder = state.folders[folder] else { throw error(folder, .list, ENOENT) }
      return folder.entries.keys.sorted()
    }
  }

  func makeFolder(_ path: String) throws {
    try change { state in
      if entry(path, state) != nil { throw error(path, .makeFolder, EEXIST) }
      try name(path, .folder, .makeFolder, &state)
      state.folders[path] = Folder()
    }
  }

  func create(_ path: String) throws -> OpenFile {
    try change { state in
      if entry(path, state) != nil { throw error(path, .create, EEXIST) }
      return try makeFile(path, .create, &state)
    }
  }

  func openForAppending(_ path: String) throws -> OpenFile {
    try change { state in
      guard case .file(let number) = entry(path, state) else { return try makeFile(path, .open, &state) }
      return open(number, path, &state)
    }
  }

  func write(_ bytes: [UInt8], to file: OpenFile) throws {
    try change { state in state.files[try number(of: file, .write, state)]?.bytes += bytes }
  }

  func sync(_ file: OpenFile) throws {
    try change { state in
      let number = try number(of: file, .sync, state)
      let bytes = state.files[number]?.bytes ?? []
      state.files[number]?.synced = bytes
    }
  }

  func close(_ file: OpenFile) throws {
    try change { state in
      let number = try number(of: file, .close, state)
      state.open[file.descriptor] = nil
      if state.locks[number] == file.descriptor { state.locks[number] = nil }
    }
  }

  func rename(_ path: String, to other: String) throws {
    try change { state in try move(path, other, .rename, &state) }
  }

  func renameExclusively(_ path: String, to other: String) throws {
    try change { state in
      if entry(other, state) != nil { throw error(other, .renameExclusively, EEXIST) }
      try move(path, other, .renameExclusively, &state)
    }
  }

  func syncFolder(_ path: String) throws {
    try change { state in
      guard let entries = state.folders[path]?.entries else { throw error(path, .syncFolder, ENOENT) }
      state.folders[path]?.synced = entries
    }
  }

  func remove(_ path: String) throws {
    try change { state in
      guard case .file = entry(path, state) else { throw error(path, .remove, ENOENT) }
      try name(path, nil, .remove, &state)
    }
  }

  func tryLock(_ file: OpenFile) throws -> Bool {
    try change { state in
      let number = try number(of: file, .lock, state)
      if state.locks[number] != nil { return false }
      state.locks[number] = file.descriptor
      return true
    }
  }

  func unlock(_ file: OpenFile) throws {
    try change { state in state.locks[try number(of: file, .unlock, state)] = nil }
  }

  func truncate(_ file: OpenFile) throws {
    try change { state in state.files[try number(of: file, .truncate, state)]?.bytes = [] }
  }

  private func look<Result: Sendable>(_ body: (State) throws -> Result) throws -> Result {
    try state.withLock { state in
      if state.isOff { throw PowerCut() }
      return try body(state)
    }
  }

  private func change<Result: Sendable>(_ body: (inout State) throws -> Result) throws -> Result {
    try state.withLock { state in
      if state.isOff { throw PowerCut() }
      state.changes += 1
      if state.changes == state.cutAt {
        state.isOff = true
        throw PowerCut()
      }
      return try body(&state)
    }
  }

  private func error(_ path: String, _ call: FileCall, _ code: Int32) -> StoreError {
    .file(path: path, doing: call.doing, errno: code)
  }

  private func entry(_ path: String, _ state: State) -> Entry? {
    state.folders[PathText.parent(of: path)]?.entries[PathText.name(of: path)]
  }

  /// Gives the path a new meaning, or none.
  private func name(_ path: String, _ entry: Entry?, _ call: FileCall, _ state: inout State) throws {
    let parent = PathText.parent(of: path)
    guard state.folders[parent] != nil else { throw error(path, call, ENOENT) }
    state.folders[parent]?.entries[PathText.name(of: path)] = entry
  }

  private func makeFile(_ path: String, _ call: FileCall, _ state: inout State) throws -> OpenFile {
    let number = state.files.count
    try name(path, .file(number), call, &state)
    state.files[number] = Content()
    return open(number, path, &state)
  }

  private func open(_ number: Int, _ path: String, _ state: inout State) -> OpenFile {
    defer { state.next += 1 }
    state.open[state.next] = number
    return OpenFile(descriptor: state.next, path: path)
  }

  private func number(of file: OpenFile, _ call: FileCall, _ state: State) throws -> Int {
    guard let number = state.open[file.descriptor] else { throw error(file.path, call, EBADF) }
    return number
  }

  private func move(_ path: String, _ other: String, _ call: FileCall, _ state: inout State) throws {
    guard let moved = entry(path, state) else { throw error(other, call, ENOENT) }
    try name(path, nil, call, &state)
    try name(other, moved, call, &state)
  }
}
