internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import Scheduling

/// One cell: what `run` starts a process for. Not for people.
struct CellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell", abstract: "Simulate one cell (run starts this).", shouldDisplay: false)

  /// How long after the wish to stop the process ends even if it is in the middle of something long.
  private static let stopSeconds = 20

  @Argument var key: String
  @Option var name: String
  @Option var checkpointEvery = RunSettings().checkpointEverySeconds
  @OptionGroup var folders: FolderOptions

  func validate() throws {
    guard checkpointEvery > 0, checkpointEvery.isFinite else {
      throw ValidationError("--checkpoint-every \(checkpointEvery): it must be a number of seconds above 0")
    }
  }

  func run() throws {
    try StopSignals.listen(status: Exit.interrupted.rawValue, deadlineSeconds: CellCommand.stopSeconds)
    try ParentWatch.stopWhenParentEnds()
    do {
      let fileSystem = try FailPointVariable.fileSystem(of: .cell)
      let store = ResultStore(root: folders.results, name: name, fileSystem: fileSystem)
      try CellAttempt(
        cell: try store.cell(key: key), store: store, dataFolder: folders.dataFolder,
        checkpointEverySeconds: checkpointEvery, fileSystem: fileSystem
      ).run()
    } catch is Stopped {
      throw ExitCode(Exit.interrupted.rawValue)
    } catch {
      // The log file takes this line; the run shows it.
      let (text, exit) = Failures.describe(error)
      Output.complain(text)
      throw ExitCode(exit.rawValue)
    }
  }
}

extension SelectionRow {
  /// The rows of a round; an update that no client sent, a crafted one in front of all, has client −1.
  static func rows(of selection: Selection) -> [SelectionRow] {
    selection.rows.map {
      SelectionRow(
        round: selection.round, client: $0.client ?? -1, malicious: $0.malicious, kept: $0.kept, weight: $0.weight,
        score: $0.score)
    }
  }
}

extension MaskRow {
  /// The rows of a round, the root's last; a crafted update in front of all has client −1, as in `selection.csv`.
  static func rows(of selection: Selection) -> [MaskRow] {
    selection.rows.map {
      MaskRow(
        round: selection.round, client: $0.client ?? -1, malicious: $0.malicious, kept: $0.kept, point: $0.point)
    } + [MaskRow(round: selection.round, client: nil, point: selection.rootPoint)]
  }
}

extension SideFile {
  /// The files that a cell's `record` asks for.
  static func recorded(by settings: Settings) -> [SideFile] {
    (settings.recordsSelection ? [.selection] : []) + (settings.recordsMasks ? [.masks] : [])
  }
}

extension Duration {
  /// Seconds to the millisecond.
  var rounded: Double {
    let seconds = Double(components.seconds) + Double(components.attoseconds) * 1e-18
    return (seconds * 1000).rounded() / 1000
  }
}
