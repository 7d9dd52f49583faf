package import Federated

/// Writes one cell's folder; the worker process of the cell holds it.
///
/// What is appended is in `rounds.partial.csv` at once and in memory; `finish` writes the result from memory, so that
/// a second writer of the same cell cannot mix into it.
package final class CellWriter {
  package enum Commit: Sendable, Equatable {
    case committed
    /// Another writer committed the same bytes before.
    case alreadyCommitted
  }

  /// The most bytes of `log` that reach the log file.
  package static let logLimit = 1 << 20

  private let fileSystem: any FileSystem
  private let folder: CellFolder
  private let cell: Cell
  private let slots: CheckpointSlots
  /// Where the next checkpoint goes.
  private var slot = 0
  private var rounds: [UInt8]
  /// The bytes of the files that `record` asks for.
  private var sideFiles: [SideFile: [UInt8]] = [:]
  private var logged = 0
  private let partial: OpenFile
  private let logFile: OpenFile
  private let progress: OpenFile

  /// Opens the folder of `cell` and clears away what an unfinished attempt left there, but for its checkpoints.
  ///
  /// - Parameter recording: the files that there will be beside `rounds.csv`.
  package init(
    cell: Cell, root: String, name: String, recording: [SideFile] = [], fileSystem: any FileSystem = Disk()
  ) throws {
    self.fileSystem = fileSystem
    self.cell = cell
    folder = CellFolder(root: root, name: name, key: cell.key)
    slots = CheckpointSlots(folder: folder, fileSystem: fileSystem)
    try fileSystem.begin(cell, in: folder)
    rounds = Array(CSV.line(["round"] + RoundMetrics.columns.map(\.name)).utf8)
    for file in recording { sideFiles[file] = Array(CSV.line(file.header).utf8) }
    partial = try fileSystem.openForAppending(folder.partialRounds)
    logFile = try fileSystem.openForAppending(folder.log)
    progress = try fileSystem.openForAppending(folder.progress)
    try fileSystem.write(rounds, to: partial)
  }

  /// The newest checkpoint of an earlier attempt; nil when there is none that is whole. The log tells of others.
  package func newestCheckpoint() throws -> Checkpoint? {
    let found = try slots.newest()
    for refusal in found.refused { try log("a checkpoint is damaged and not used: \(refusal)") }
    guard let checkpoint = found.checkpoint, checkpoint.sideFiles.keys == sideFiles.keys else { return nil }
    if let taken = found.slot { slot = 1 - taken }
    return checkpoint
  }

  /// Takes what a checkpoint has of the CSV files in place of what was appended.
  package func goOn(from checkpoint: Checkpoint) throws {
    rounds = checkpoint.rounds
    sideFiles = checkpoint.sideFiles
    try fileSystem.truncate(partial)
    try fileSystem.write(rounds, to: partial)
  }

  /// Removes the checkpoints, so that none is gone on from.
  package func startAnew() throws {
    try slots.remove()
    slot = 0
  }

  /// Writes a checkpoint of what was appended and `state`, which belongs to it.
  package func checkpoint(_ state: SimulationState, _ effort: Effort) throws {
    try slots.write(Checkpoint(state: state, effort: effort, rounds: rounds, sideFiles: sideFiles), to: slot)
    slot = 1 - slot
  }

  package func append(_ metrics: RoundMetrics) throws {
    let fields = [String(metrics.round)] + RoundMetrics.columns.map { CSV.number($0.value(metrics)) }
    let line = Array(CSV.line(fields).utf8)
    rounds += line
    try fileSystem.write(line, to: partial)
  }

  package func append<Row: SideRow>(_ rows: [Row]) {
    precondition(sideFiles[Row.file] != nil, "the cell was opened without \(Row.file.name)")
    for row in rows { sideFiles[Row.file]? += Array(CSV.line(row.fields).utf8) }
  }

  /// A line for people; the file takes `logLimit` bytes of them.
  package func log(_ line: String) throws {
    guard logged < CellWriter.logLimit else { return }
    let bytes = Array((line + "\n").utf8)
    logged += bytes.count
    try fileSystem.write(bytes, to: logFile)
    if logged >= CellWriter.logLimit {
      try fileSystem.write(Array("the log is full; what follows is left out\n".utf8), to: logFile)
    }
  }

  /// Tells whoever watches that `round` of `rounds` rounds are done.
  package func advance(to round: Int, of rounds: Int) throws {
    try fileSystem.truncate(progress)
    try fileSystem.write(Array("\(round)/\(rounds)\n".utf8), to: progress)
  }

  /// Commits the cell; nothing may be appended after that.
  ///
  /// - Throws: `StoreError.different` when the cell is committed with other bytes, and then keeps both.
  package func finish(_ outcome: Outcome = Outcome(), provenance: Provenance) throws -> Commit {
    var contents = [("cell.json", Array(cell.json.utf8)), ("rounds.csv", rounds)]
    contents += SideFile.allCases.compactMap { file in sideFiles[file].map { (file.name, $0) } }
    let files = contents.map { CommittedFile(name: $0.0, bytes: $0.1) }
    let record = ResultRecord(key: cell.key, outcome: outcome, files: files, provenance: provenance)
    for (name, bytes) in contents { try place(bytes, as: name) }
    // The record comes last: once it is there, nothing of the folder changes.
    for file in [partial, logFile, progress] { try fileSystem.close(file) }
    var commit = Commit.committed
    if try !fileSystem.createOnce(folder.result, with: record.json) {
      let bytes = try fileSystem.read(folder.result)
      guard let other = try? ResultRecord(json: bytes), other.agrees(with: record) else {
        throw try keepBoth("result.json", record.json)
      }
      commit = .alreadyCommitted
    }
    // Not before: without a record the checkpoints are all there is of the cell, and while the others are there, the
    // commit may not be durable yet.
    try slots.remove()
    try fileSystem.removeWhatAttemptsLeave(in: folder)
    return commit
  }

  private func place(_ bytes: [UInt8], as name: String) throws {
    let path = folder.path + "/" + name
    // What is there already needs no second writing; the record's commit makes its name durable.
    if try fileSystem.readIfPresent(path) == bytes { return }
    if try fileSystem.createOnce(path, with: bytes) { return }
    if try fileSystem.read(path) != bytes { throw try keepBoth(name, bytes) }
  }

  /// Writes this attempt's bytes beside the committed ones, under a name made of their hash.
  private func keepBoth(_ name: String, _ bytes: [UInt8]) throws -> StoreError {
    let kept = "\(folder.path)/other-\(CommittedFile.digest(bytes).prefix(8))-\(name)"
    try fileSystem.replace(kept, with: bytes)
    return StoreError.different(committed: folder.path + "/" + name, kept: kept)
  }
}

extension FileSystem {
  /// But for checkpoints.
  func removeWhatAttemptsLeave(in folder: CellFolder) throws {
    try removeIfPresent(folder.progress)
    // Last, since it tells that there may be more.
    try removeIfPresent(folder.partialRounds)
  }

  /// Makes a commit durable whose process was killed before it had done so itself.
  func confirmCommit(in folder: CellFolder) throws {
    guard try kind(of: folder.partialRounds) != nil, try kind(of: folder.result) != nil else { return }
    try syncFolder(folder.path)
    for path in folder.checkpoints { try removeIfPresent(path) }
    try removeWhatAttemptsLeave(in: folder)
  }

  /// Makes the folder of a cell ready for an attempt: its description in place, and nothing there but checkpoints that
  /// is not committed.
  func begin(_ cell: Cell, in folder: CellFolder) throws {
    try makeFolders(folder.path)
    try removeTemporaries(in: folder.path)
    if case .damaged = try state(of: folder) { try removeIfPresent(folder.result) }
    try removeIfPresent(folder.failure)
    try removeWhatAttemptsLeave(in: folder)
    let description = Array(cell.json.utf8)
    let isDescribed = try readIfPresent(folder.cell) == description
    if try kind(of: folder.result) == nil {
      // Without a record nothing vouches for them.
      try removeIfPresent(folder.rounds)
      for file in SideFile.allCases { try removeIfPresent(folder.path + "/" + file.name) }
      if !isDescribed { try removeIfPresent(folder.cell) }
    }
    // The right description stays, since another attempt may begin with it whenever this one ends.
    if isDescribed { return }
    if try !createOnce(folder.cell, with: description), try read(folder.cell) != description {
      throw StoreError.damaged(path: folder.cell, reason: "it is not the description of cell \(folder.key)")
    }
  }
}
