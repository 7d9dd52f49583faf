import Experiments
import Federated
import Foundation
import Subprocess
import Testing

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A cell that was stopped or killed goes on at its checkpoint and gives the bytes of one that was not.
struct CheckpointCommandTests {
  private let place: TestFolder

  /// Two cells of a few seconds each whose rules select; `fldetector` has a memory.
  private static let long = """
    name: long
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      clients: 5
      byzantine: 1
      rounds: 12000
      evaluate_every: 7
      local_epochs: 1
      root.size: 20
      attack: fang-trim
      record: [selection]
    grid:
      aggregator: [fldetector, multi-krum]

    """

  init() throws {
    place = try TestFolder()
    try place.write(Self.long, to: "long.yaml")
    try place.write(Self.long + "run: {checkpoint_every: 0.05s}\n", to: "often.yaml")
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1])
  func aSignalMakesACheckpointThatTheRunGoesOnFrom(_ number: Int32) async throws {
    let cell = try begin()
    let code = try await work(on: cell) { process in
      try await eventually { try progress(of: cell) > 100 }
      kill(process, number)
    }
    #expect(code == 75)
    let round = try #require(try store.checkpointRound(of: cell))
    #expect(round > 100 && round < 12_000)
    let log = try place.read("\(folder(of: cell))/log.txt")
    #expect(log == "stopped at round \(round), which it goes on at next time\n")
    #expect(
      try place.read("\(folder(of: cell))/rounds.partial.csv").split(separator: "\n").count == 1 + (round + 6) / 7)

    let again = try await place.skymask("run", "long.yaml", "--only", "aggregator=multi-krum")
    #expect(again.code == 0)
    #expect(try place.read("\(folder(of: cell))/log.txt") == "going on at round \(round)\n")
    try await checkAgainstAnUndisturbedRun("--only", "aggregator=multi-krum")
  }

  @Test func theEndOfItsTerminalDoesNotStopAWorker() async throws {
    let cell = try begin()
    let code = try await work(on: cell) { process in
      try await eventually { try progress(of: cell) > 0 }
      kill(process, SIGHUP)
    }
    #expect(code == 0)
    #expect(try place.exists("\(folder(of: cell))/result.json"))
  }

  /// Some hundred thousand passes over the clients' samples are minutes.
  @Test func aWorkerStopsInTheMiddleOfARound() async throws {
    try place.write(Self.long.replacing("local_epochs: 1", with: "local_epochs: 100000"), to: "long.yaml")
    let cell = try begin()
    var asked = ContinuousClock.now
    let code = try await work(on: cell) { process in
      try await eventually { place.exists("\(try folder(of: cell))/progress.txt") }
      try await Task.sleep(for: .milliseconds(500))
      asked = .now
      kill(process, SIGTERM)
    }
    #expect(code == 75)
    #expect(ContinuousClock.now - asked < .seconds(10))
    #expect(try place.read("\(folder(of: cell))/log.txt") == "stopped at round 0, which it goes on at next time\n")
    #expect(try store.checkpointRound(of: cell) == nil)
  }

  @Test func twoSignalsAreAsGoodAsOne() async throws {
    let cell = try begin()
    let code = try await work(on: cell) { process in
      try await eventually { try progress(of: cell) > 10 }
      for _ in 0..<5 { kill(process, SIGTERM) }
    }
    #expect(code == 75)
    #expect(try store.checkpointRound(of: cell) != nil)
  }

  @Test func theFilesThatAreRecordedGoOnToo() async throws {
    let masks = Self.long.replacing("[fldetector, multi-krum]", with: "[skymask]")
      .replacing("record: [selection]", with: "record: [selection, masks]").replacing(
        "rounds: 12000", with: "rounds: 1400")
    try place.write(masks, to: "long.yaml")
    let ended = try await place.skymask("run", "long.yaml") { process in
      try await eventually { try begun().count == 1 }
      kill(process, SIGTERM)
    }
    #expect(ended.code == 75)
    let again = try await place.skymask("run", "long.yaml")
    #expect(again.code == 0)
    let folder = try #require(try place.cells(of: "long", with: "masks.csv").first)
    #expect(try place.read("\(folder)/log.txt").hasPrefix("going on at round "))
    let rows = Rows(try place.read("\(folder)/masks.csv"))
    #expect(rows.isRectangular)
    #expect(rows.header == ["round", "client", "malicious", "root", "kept", "x", "y"])
    // The evaluated rounds, each with five clients and the root.
    let rounds = Array(stride(from: 0, to: 1400, by: 7)) + [1399]
    #expect(rows.column("round") == rounds.flatMap { [String](repeating: "\($0)", count: 6) })
    #expect(Array(rows.column("client").prefix(6)) == ["0", "1", "2", "3", "4", ""])
    try await checkAgainstAnUndisturbedRun()
  }

  /// Nobody can save anything when SIGKILL comes: what it goes on from was saved by time.
  @Test func goesOnFromATimedCheckpointAfterAKill() async throws {
    let ended = try await place.skymask("run", "often.yaml", "--jobs", "2") { process in
      try await eventually { try place.cells(of: "long", with: "checkpoint.a").count == 2 }
      // Neither sees the other's end.
      kill(process, SIGSTOP)
      for worker in try children(of: process) { kill(worker, SIGKILL) }
      kill(process, SIGKILL)
    }
    #expect(ended.code == 128 + SIGKILL)
    #expect(try place.cells(of: "long", with: "result.json").isEmpty)

    let again = try await place.skymask("run", "often.yaml", "--jobs", "2")
    #expect(again.code == 0)
    #expect(!again.err.contains("has no effect"))
    for folder in try place.cells(of: "long", with: "result.json") {
      let log = try place.read("\(folder)/log.txt")
      #expect(log.hasPrefix("going on at round "))
      let round = Int(log.dropFirst("going on at round ".count).prefix { $0.isNumber })
      #expect(round.map { $0 > 0 && $0 < 12_000 } == true)
    }
    #expect(Rows(try place.read("results/long/provenance.csv")).column("attempts") == ["2", "2"])
    try await checkAgainstAnUndisturbedRun()
  }

  @Test func savesWhatIsDoneWhenItsParentIsKilled() async throws {
    var workers: [pid_t] = []
    let ended = try await place.skymask("run", "long.yaml", "--jobs", "2") { process in
      try await eventually { try begun().count == 2 }
      workers = try children(of: process)
      kill(process, SIGKILL)
    }
    #expect(ended.code == 128 + SIGKILL)
    #expect(workers.count == 2)
    try await eventually { workers.allSatisfy { !isRunning($0) } }
    #expect(try place.cells(of: "long", with: "checkpoint.a").count == 2)
    let again = try await place.skymask("run", "long.yaml", "--jobs", "2")
    #expect(again.code == 0)
    #expect(Rows(try place.read("results/long/provenance.csv")).column("attempts") == ["2", "2"])
    try await checkAgainstAnUndisturbedRun()
  }

  @Test func anInterruptedRunGoesOnWhereItWas() async throws {
    let ended = try await place.skymask("run", "long.yaml", "--jobs", "2") { process in
      try await eventually { try begun().count == 2 }
      kill(process, SIGINT)
    }
    #expect(ended.code == 75)
    #expect(try place.cells(of: "long", with: "checkpoint.a").count == 2)
    let again = try await place.skymask("run", "long.yaml", "--jobs", "2")
    #expect(again.code == 0)
    try await checkAgainstAnUndisturbedRun()
  }

  @Test func startsAnewWhereBothCheckpointsAreDamaged() async throws {
    let cell = try begin()
    let code = try await work(on: cell, "--checkpoint-every", "0.01") { process in
      // The signal makes another one, in the other slot, once there is a round to save.
      try await eventually { try store.checkpointRound(of: cell).map { try progress(of: cell) > $0 } ?? false }
      kill(process, SIGTERM)
    }
    #expect(code == 75)
    for file in ["checkpoint.a", "checkpoint.b"] {
      let path = "\(try folder(of: cell))/\(file)"
      var bytes = try place.bytes(path)
      bytes[bytes.count - 40] ^= 2
      try place.write(bytes, to: path)
    }
    let again = try await place.skymask("run", "long.yaml", "--only", "aggregator=multi-krum")
    #expect(again.code == 0)
    let log = try place.read("\(folder(of: cell))/log.txt").split(separator: "\n").sorted()
    #expect(
      log
        == ["a", "b"].map {
          "a checkpoint is damaged and not used: checkpoint.\($0): it does not have its SHA-256"
        })
    try await checkAgainstAnUndisturbedRun("--only", "aggregator=multi-krum")
  }

  @Test(arguments: ["0", "-1", "inf", "nan"])
  func refusesAnIntervalThatIsNone(_ text: String) async throws {
    let ended = try await place.skymask("cell", "key", "--name", "long", "--checkpoint-every=\(text)")
    #expect(ended.code == 64)
    #expect(ended.err.contains("it must be a number of seconds above 0"))
  }

  // MARK: cells

  private var store: ResultStore { ResultStore(root: "\(place.path)/results", name: "long") }

  /// Makes the folder of the `multi-krum` cell ready, as `run` does before it starts a worker.
  private func begin() throws -> Cell {
    let cells = try Manifest.load(path: "\(place.path)/long.yaml").sweep().cells {
      try DataDigest.of($0, in: DataFolder("/nowhere"))
    }
    let cell = try #require(cells.first { $0.value(at: "aggregator") == .string("multi-krum") })
    try store.begin(cell)
    return cell
  }

  /// The folders of the cells that have done some rounds.
  private func begun() throws -> [String] {
    try place.cells(of: "long", with: "progress.txt").filter { try progress(in: $0) > 10 }
  }

  private func folder(of cell: Cell) throws -> String { "results/long/cells/\(cell.key.prefix(2))/\(cell.key)" }

  private func progress(of cell: Cell) throws -> Int { try progress(in: folder(of: cell)) }

  private func progress(in folder: String) throws -> Int {
    Int(try place.read("\(folder)/progress.txt").prefix { $0.isNumber }) ?? 0
  }

  /// Runs a worker whose parent, this process, lives on; returns its exit code.
  private func work(
    on cell: Cell, _ options: String..., during body: (pid_t) async throws -> Void
  ) async throws -> Int32 {
    let input = try FileDescriptor.pipe()
    // A worker that inherits it would hold its own input open.
    _ = fcntl(input.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
    defer { #expect(throws: Never.self) { try input.writeEnd.close() } }
    let log = try FileDescriptor.open(
      FilePath("\(place.path)/\(folder(of: cell))/log.txt"), .writeOnly, options: [.create, .append, .closeOnExec],
      permissions: .ownerReadWrite)
    let result = try await Subprocess.run(
      .path(FilePath(TestFolder.program)),
      arguments: Arguments(["cell", cell.key, "--name", "long", "--results", "results"] + options),
      workingDirectory: FilePath(place.path), input: .fileDescriptor(input.readEnd, closeAfterSpawningProcess: true),
      output: .discarded, error: .fileDescriptor(log, closeAfterSpawningProcess: true)
    ) { execution in
      try await body(execution.processIdentifier.value)
    }
    return switch result.terminationStatus {
    case .exited(let code): code
    case .signaled(let number): 128 + number
    }
  }

  private func checkAgainstAnUndisturbedRun(_ options: String...) async throws {
    let whole = try await place.run(["run", "long.yaml", "--results", "whole"] + options)
    #expect(whole.code == 0)
    for table in ["rounds.csv", "summary.csv"] {
      #expect(try place.bytes("results/long/\(table)") == place.bytes("whole/long/\(table)"))
    }
    let (found, expected) = (try place.snapshot("results/long/cells"), try place.snapshot("whole/long/cells"))
    let files = expected.keys.filter {
      $0.hasSuffix("/rounds.csv") || $0.hasSuffix("/selection.csv") || $0.hasSuffix("/masks.csv")
    }
    #expect(files.count >= 2)
    for file in files { #expect(found[file]?.bytes == expected[file]?.bytes, "\(file)") }
    // Nothing is left of the checkpoints.
    #expect(found.keys.filter { $0.contains("checkpoint") || $0.contains("partial") } == [])
  }
}
