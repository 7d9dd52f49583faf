internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation
internal import YAML

/// What a cell is.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a cell is: its parameters, its state, its result, and the command that runs only it.",
    discussion: """
      A cell is named by its key, as plan and the CSV files have it, or by the first four or more of its digits. It is \
      looked for in all results; with --manifest, in the cells of that manifest, those that were never run too.
      """)

  @Argument(help: "The cell's key, or its first digits.")
  var cell: String

  @Option(help: ArgumentHelp("The manifest that asks for it.", valueName: "file"), completion: .file())
  var manifest: String?

  @OptionGroup var folders: FolderOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let labels = try Labels(families: CellParameters.families)
    let loaded = try manifest.map { try LoadedSweep(manifest: $0, folders: folders) }
    let found: FoundCell
    if let loaded, let manifest {
      found = try FoundCell.find(cell, of: loaded, manifest: manifest)
    } else {
      found = try FoundCell.find(cell, in: folders.results)
    }
    let standing = try found.store.standing(of: found.cell.cell)
    let parameters = try found.cell.explained(labels: labels)
    if json {
      sayJSON(found, standing, parameters)
    } else {
      try sayText(found, standing, parameters, command: try command(for: found, loaded))
    }
  }

  private func sayText(
    _ found: FoundCell, _ standing: CellStanding, _ parameters: [ExplainedParameter], command: String
  ) throws {
    Output.say("cell \(found.cell.key)")
    Output.say("of \(found.store.folder), \(standing.word)" + Explain.detail(standing))
    if found.cell.numericsVersion != numericsVersion {
      Output.say(
        "of numerics version \(found.cell.numericsVersion); this program is of version \(numericsVersion), so no manifest"
          + " asks for it any more")
    }
    if let digest = found.cell.dataDigest { Output.say("data \(digest)") }
    Output.say("parameters")
    Explain.table(parameters.map { ($0.name, $0.value + ($0.isDefault ? "  (default)" : "")) })
    if case .finished(let record) = standing {
      let rounds = try found.store.measured(found.cell.key)
      Output.say("result" + (record.divergedAt.map { ", diverged at round \($0)" } ?? ""))
      if let last = rounds.rows.last {
        Explain.table(zip(rounds.header, last).filter { !$1.isEmpty }.map { ($0 == "round" ? "last round" : $0, $1) })
      }
      if let remarks = record.remarks, !remarks.isEmpty {
        Output.say("remarks of the rule")
        Explain.table(
          remarks.map { remark in
            let rounds = "\(remark.rounds) round\(remark.rounds == 1 ? "" : "s"), first \(remark.firstRound)"
            return (rounds, remark.text + (remark.isFallback ? "  (no update used)" : ""))
          })
      }
      Output.say("provenance")
      Explain.table(record.provenance.texts)
    }
    Output.say("log \(found.store.logFile(of: found.cell.cell))")
    Output.say(command)
  }

  private static func detail(_ standing: CellStanding) -> String {
    switch standing {
    case .resumable(let round): ": a run goes on at round \(round)"
    case .failed(let end): ": \(end)"
    case .damaged(let reason): ": \(reason)"
    case .finished, .unfinished, .new: ""
    }
  }

  private static func table(_ rows: [(name: String, text: String)]) {
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      Output.say("  " + row.name + String(repeating: " ", count: width - row.name.count + 2) + row.text)
    }
  }

  private func sayJSON(_ found: FoundCell, _ standing: CellStanding, _ parameters: [ExplainedParameter]) {
    var map: [String: Value] = [
      "key": .string(found.cell.key), "experiment": .string(found.store.folder), "state": .string(standing.word),
      "parameters": .map(found.cell.parameters), "data": found.cell.dataDigest.map(Value.string) ?? .null,
      "numerics_version": .integer(found.cell.numericsVersion),
      "not_default": .list(parameters.filter { !$0.isDefault }.map { .string($0.name) }),
      "log": .string(found.store.logFile(of: found.cell.cell)),
    ]
    if case .finished(let record) = standing {
      map["diverged_at"] = record.divergedAt.map(Value.integer) ?? .null
      map["remarks"] =
        record.remarks.map { remarks in
          .list(
            remarks.map { remark in
              .map([
                "text": .string(remark.text), "rounds": .integer(remark.rounds),
                "first_round": .integer(remark.firstRound), "is_fallback": .bool(remark.isFallback),
              ])
            })
        } ?? .null
      map["provenance"] = .map(
        Dictionary(record.provenance.texts.map { ($0.name, .string($0.text)) }) { first, _ in first })
    }
    Output.say(.map(map))
  }

  /// The command that runs only this cell, or why none is known.
  private func command(for found: FoundCell, _ loaded: LoadedSweep?) throws -> String {
    if let loaded, let manifest { return loaded.command(toRun: found.cell.cell, manifest: manifest) }
    // What was run last is kept beside the results; it may extend files that are elsewhere, or ask for other cells now.
    let kept = found.store.folder + "/manifest.yaml"
    if let loaded = try? LoadedSweep(manifest: kept, folders: folders), let cells = try? loaded.cells(),
      cells.contains(where: { $0.key == found.cell.key })
    {
      return loaded.command(toRun: found.cell.cell, manifest: kept)
    }
    return "the command that runs only it is told with --manifest FILE, where that manifest asks for it"
  }
}

extension LoadedSweep {
  /// The command that runs one cell of the sweep and no other.
  func command(toRun cell: Cell, manifest: String) -> String {
    var words = ["skymask", "run", manifest]
    for name in sweep.varying {
      // A component with all its parameters says what a dotted key would.
      let component = String(name.prefix { $0 != "." })
      let parameter = cell.parameters[name] == nil && cell.parameters[component] != nil ? component : name
      guard let value = cell.parameters[parameter] else { continue }
      let isNameEnough = !sweep.varying.contains { $0.hasPrefix(parameter + ".") }
      let only = "\(parameter)=\(LoadedSweep.flag(value, isNameEnough: isNameEnough))"
      if !words.contains(only) { words += ["--only", only] }
    }
    if store.root != "results" { words += ["--results", store.root] }
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  private static func flag(_ value: Value, isNameEnough: Bool) -> String {
    if value == .null { return "none" }
    if isNameEnough, case .map = value, let chosen = Chosen(value) { return chosen.name }
    return value.asString ?? value.canonicalJSON
  }
}
