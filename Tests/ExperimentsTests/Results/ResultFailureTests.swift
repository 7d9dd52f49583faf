import Foundation
import Synchronization
import Testing

@testable import Experiments

/// The real disk, but call number `failing` of those that change something fails.
private final class FailingDisk: FileSystem {
  private let disk = Disk()
  private let failing: Int
  private let error: Int32
  private let calls = Mutex(0)

  init(failing: Int, with error: Int32 = ENOSPC) {
    self.failing = failing
    self.error = error
  }

  /// How many calls there were.
  var count: Int { calls.withLock { $0 } }

  private func step(_ path: String, _ doing: String) throws {
    let number = calls.withLock { count in
      count += 1
      return count
    }
    if number == failing { throw StoreError.file(path: path, doing: doing, errno: error) }
  }

  func kind(of path: String) throws -> FileKind? { try disk.kind(of: path) }
  func read(_ path: String) throws -> [UInt8] { try disk.read(path) }
  func names(in folder: String) throws -> [String] { try disk.names(in: folder) }
  func makeFolder(_ path: String) throws {
    try step(path, "make the folder")
    try disk.makeFolder(path)
  }
  func create(_ path: String) throws -> OpenFile {
    try step(path, "create it")
    return try disk.create(path)
  }
  func openForAppending(_ path: String) throws -> OpenFile {
    try step(path, "open it")
    return try disk.openForAppending(path)
  }
  /// The failing write leaves half of the bytes, as a full disk does.
  func write(_ bytes: [UInt8], to file: OpenFile) throws {
    do {
      try step(file.path, "write it")
    } catch {
      try disk.write(Array(bytes.prefix(bytes.count / 2)), to: file)
      throw error
    }
    try disk.write(bytes, to: file)
  }
  /// No power fails in a test, so syncing, which is slow, is only counted.
  func sync(_ file: OpenFile) throws { try step(file.path, "write it") }
  func close(_ file: OpenFile) throws { try disk.close(file) }
  func rename(_ path: String, to other: String) throws {
    try step(other, "put it in place")
    try disk.rename(path, to: other)
  }
  func renameExclusively(_ path: String, to other: String) throws {
    try step(other, "put it in place")
    try disk.renameExclusively(path, to: other)
  }
  func syncFolder(_ path: String) throws { try step(path, "write it") }
  func remove(_ path: String) throws {
    try step(path, "remove it")
    try disk.remove(path)
  }
  func tryLock(_ file: OpenFile) throws -> Bool { try disk.tryLock(file) }
  func unlock(_ file: OpenFile) throws { try disk.unlock(file) }
  func truncate(_ file: OpenFile) throws {
    try step(file.path, "empty it")
    try disk.truncate(file)
  }
}

struct ResultFailureTests {
  private let cell = Toy.cell(7)

  /// Everything a run writes, from nothing.
  private func run(in scratch: ScratchFolder, on fileSystem: any FileSystem) throws {
    let store = ResultStore(root: scratch.path + "/results", name: "t", fileSystem: fileSystem)
    let lock = try store.lock(as: LockOwner(host: "h", process: 1, started: "now"))
    defer { #expect(throws: Never.self) { try lock.release() } }
    try store.prepare(manifestText: "name: t\n", cells: [cell])
    if case .finished = try store.state(of: cell) {
    } else {
      _ = try store.begin(cell)
      try Toy.finish(cell, in: scratch.path + "/results", [0.1, 0.2], fileSystem: fileSystem)
    }
    try store.export([cell], varying: [], families: [])
  }

  /// Every file of the results but the log, which tells of all attempts, with its text.
  private func contents(of scratch: ScratchFolder) throws -> [String: String] {
    var contents: [String: String] = [:]
    for file in try scratch.files() where !file.hasSuffix("log.txt") { contents[file] = try scratch.text(file) }
    return contents
  }

  @Test func aFullDiskAtAnyCallLosesNothing() throws {
    let undisturbed = try ScratchFolder()
    let counter = FailingDisk(failing: 0)
    try run(in: undisturbed, on: counter)
    let expected = try contents(of: undisturbed)
    #expect(expected.count == 10)
    #expect(counter.count > 40)
    for number in 1...counter.count {
      let scratch = try ScratchFolder()
      #expect("call \(number)") {
        try run(in: scratch, on: FailingDisk(failing: number))
      } throws: { error in
        (error as? StoreError)?.kind == .disk && "\(error)".contains("the disk is full; free some space")
      }
      switch try ResultStore(root: scratch.path + "/results", name: "t").state(of: cell) {
      case .damaged(let reason): Issue.record("call \(number): \(reason)")
      case .finished, .partial, .absent: break
      }
      try run(in: scratch, on: FailingDisk(failing: 0))
      #expect(try contents(of: scratch) == expected, "call \(number)")
    }
  }

  @Test func saysWhatIsWrongAndWhatWouldBeRight() throws {
    let scratch = try ScratchFolder()
    let store = ResultStore(root: scratch.path, name: "t", fileSystem: FailingDisk(failing: 1, with: EACCES))
    let thrown = #expect(throws: StoreError.self) { try store.prepare(manifestText: "", cells: []) }
    #expect(
      thrown?.description
        == "\(scratch.path)/t: cannot make the folder: permission denied; it must be readable and writable by you")
    #expect(thrown?.kind == .disk)
  }

  @Test func tellsOfAFileInPlaceOfAFolder() throws {
    let scratch = try ScratchFolder()
    try scratch.write("", "results")
    let message = "\(scratch.path)/results: is a file, but must be a folder; move it away"
    for store in [
      ResultStore(root: scratch.path + "/results", name: "t"), ResultStore(root: scratch.path, name: "results"),
    ] {
      let thrown = #expect(throws: StoreError.self) { try store.prepare(manifestText: "", cells: []) }
      #expect(thrown?.description == message)
      #expect(thrown?.kind == .disk)
    }
    let thrown = #expect(throws: StoreError.self) {
      try ResultStore(root: scratch.path + "/results", name: "t").state(of: cell)
    }
    #expect(thrown?.description == message)
  }

  @Test func tellsOfAFolderInPlaceOfAFile() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path + "/t/manifest.yaml"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let thrown = #expect(throws: StoreError.self) {
      try ResultStore(root: scratch.path, name: "t").prepare(manifestText: "", cells: [])
    }
    #expect(thrown?.description == "\(path): is a folder, but must be a file; move it away")
  }

  @Test func namesTheCallThatTheSystemRefused() throws {
    let scratch = try ScratchFolder()
    #expect(throws: StoreError.file(path: scratch.path + "/no", doing: "read it", errno: ENOENT)) {
      try Disk().read(scratch.path + "/no")
    }
    #expect(throws: StoreError.file(path: scratch.path + "/no", doing: "list it", errno: ENOENT)) {
      try Disk().names(in: scratch.path + "/no")
    }
  }

  @Test func anExclusiveRenameNeverReplaces() throws {
    let scratch = try ScratchFolder()
    try scratch.write("old", "b")
    #expect(try !Disk().createOnce(scratch.path + "/b", with: Array("new".utf8)))
    #expect(try scratch.text("b") == "old")
    #expect(try scratch.files() == ["b"])
    #expect(try Disk().createOnce(scratch.path + "/c", with: Array("new".utf8)))
    #expect(try scratch.text("c") == "new")
  }
}
