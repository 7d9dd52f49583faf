import Foundation
import Subprocess
import Testing

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// How a run of a program ended and what it wrote.
struct Ended: Sendable {
  /// The exit code; that of a program that a signal ended is 128 and the signal's number, as in a shell.
  var code: Int32
  var out: String
  var err: String
}

/// A temporary folder in which the built program is run, as a stranger would run it; gone when the test ends.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "skymask-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private static let cache = FileManager.default.temporaryDirectory.appending(path: "skymask-test-cache").path()

  /// The program that was built along with the tests: it stands beside their bundle.
  static let program: String = {
    let folders = [Bundle.main.bundleURL] + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    let candidates = folders.map { $0.appending(path: "skymask").path() }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  /// Runs `skymask` with these arguments to its end.
  func skymask(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ended {
    try await run(TestFolder.program, arguments, environment: environment)
  }

  /// The same with the arguments as an array.
  func run(_ arguments: [String]) async throws -> Ended {
    try await run(TestFolder.program, arguments, environment: [:])
  }

  /// Runs a shell script in which `$SKYMASK` is the program.
  func shell(_ script: String) async throws -> Ended {
    try await run("/bin/sh", ["-c", script], environment: ["SKYMASK": TestFolder.program])
  }

  private func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> Ended {
    let result = try await Subprocess.run(
      .path(FilePath(program)), arguments: Arguments(arguments), environment: TestFolder.environment(environment),
      workingDirectory: FilePath(path), platformOptions: TestFolder.options, output: .string(limit: 1 << 22),
      error: .string(limit: 1 << 22))
    return Ended(
      code: TestFolder.code(result.terminationStatus), out: result.standardOutput, err: result.standardError)
  }

  /// Starts `skymask` with these arguments, calls `body` with its process id, and waits for its end.
  func skymask(_ arguments: String..., during body: (pid_t) async throws -> Void) async throws -> Ended {
    let files = try ["out", "err"].map { name in
      try FileDescriptor.open(
        FilePath("\(path)/stream-\(name)"), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: .ownerReadWrite)
    }
    let result = try await Subprocess.run(
      .path(FilePath(TestFolder.program)), arguments: Arguments(arguments), environment: TestFolder.environment([:]),
      workingDirectory: FilePath(path), platformOptions: TestFolder.options, input: .none,
      output: .fileDescriptor(files[0], closeAfterSpawningProcess: true),
      error: .fileDescriptor(files[1], closeAfterSpawningProcess: true)
    ) { execution in
      try await body(execution.processIdentifier.value)
    }
    return Ended(
      code: TestFolder.code(result.terminationStatus), out: try read("stream-out"), err: try read("stream-err"))
  }

  /// A test that is given up ends what it started, a shell's own children too.
  private static var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    return options
  }

  /// The caller's own `SKYMASK_DATA` and cache are not the test's. The speed of the machine is measured once for all.
  private static func environment(_ changes: [String: String]) -> Environment {
    var updates: [Environment.Key: String?] = ["SKYMASK_DATA": nil, "XDG_CACHE_HOME": cache]
    for (name, value) in changes { if let key = Environment.Key(rawValue: name) { updates[key] = value } }
    return .inherit.updating(updates)
  }

  private static func code(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let number): 128 + number
    }
  }
}

// Files of the folder, by their paths inside it.
extension TestFolder {
  func write(_ text: String, to file: String) throws { try write(Array(text.utf8), to: file) }

  func write(_ bytes: [UInt8], to file: String) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(file)")) }

  func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(file)"))) }

  func read(_ file: String) throws -> String { String(decoding: try bytes(file), as: UTF8.self) }

  func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

  func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(file)") }

  /// Every file under a folder with its content and the time of its last change.
  func snapshot(_ folder: String) throws -> [String: FileState] {
    var files: [String: FileState] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: "\(path)/\(folder)") ?? .init() {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(folder)/\(name)")
      guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
      files[name] = FileState(
        bytes: try bytes("\(folder)/\(name)"), changed: attributes[.modificationDate] as? Date)
    }
    return files
  }

  /// The folders of the cells of an experiment that have this file, in the order of their keys.
  func cells(of name: String, with file: String) throws -> [String] {
    try snapshot("results/\(name)/cells").keys.filter { $0.hasSuffix("/\(file)") }.sorted()
      .map { "results/\(name)/cells/" + $0.dropLast(file.count + 1) }
  }
}

struct FileState: Equatable {
  let bytes: [UInt8]
  let changed: Date?
}
