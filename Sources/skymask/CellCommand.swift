internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import Scheduling

/// One cell: what `run` starts a process for. Not for people.
struct CellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell", abstract: "Simulate one cell (run starts this).", shouldDisplay: false)

  @Argument var key: String
  @Option var name: String
  @OptionGroup var folders: FolderOptions

  func run() throws {
    try ParentWatch.exitWhenParentEnds(status: Exit.interrupted.rawValue)
    do {
      try simulate()
    } catch {
      // The log file takes this line; the run shows it.
      let (text, exit) = Failures.describe(error)
      Output.complain(text)
      throw ExitCode(exit.rawValue)
    }
  }

  private func simulate() throws {
    let clock = ContinuousClock()
    let fileSystem = try FailPointVariable.fileSystem(of: .cell)
    let store = ResultStore(root: folders.results, name: name, fileSystem: fileSystem)
    let cell = try store.cell(key: key)
    let settings = try Settings(resolved: cell.parameters)
    let writer = try CellWriter(
      cell: cell, root: folders.results, name: name, recordsSelection: settings.recordsSelection,
      fileSystem: fileSystem)
    let begun = clock.now
    let simulation = try Simulation(settings: settings, dataFolder: folders.dataFolder)
    let ready = clock.now
    let outcome = try simulation.run(
      onEvaluation: { try writer.append($0) },
      onSelection: { writer.append(SelectionRow.rows(of: $0)) },
      onRound: { try writer.advance(to: $0, of: settings.rounds) })
    for remark in outcome.remarks {
      try writer.log("\(remark.text) (round \(remark.firstRound) first, \(remark.rounds) rounds in all)")
    }
    var provenance = Machine.provenance
    provenance.setupSeconds = (ready - begun).rounded
    provenance.trainingSeconds = (clock.now - ready).rounded
    provenance.peakMemoryBytes = Machine.peakMemoryBytes
    _ = try writer.finish(divergedAt: outcome.divergedAt, provenance: provenance)
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

extension Duration {
  /// Seconds to the millisecond.
  var rounded: Double {
    let seconds = Double(components.seconds) + Double(components.attoseconds) * 1e-18
    return (seconds * 1000).rounded() / 1000
  }
}
