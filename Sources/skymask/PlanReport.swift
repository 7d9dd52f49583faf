internal import Catalogue
internal import Experiments
internal import Scheduling

/// What `plan` prints.
struct PlanReport {
  let loaded: LoadedSweep
  let cells: [Cell]
  let standings: [CellStanding]
  let changes: PlanChanges
  let estimates: [CellEstimate]
  let total: PlanEstimate

  /// In the order in which states are told.
  static let states = ["finished", "resumable", "unfinished", "new", "failed", "damaged"]
  /// So many cells are listed one by one without being asked for.
  private static let mostListed = 24
  /// Of more, the first of each state.
  private static let mostOfState = 5

  func sayText(all: Bool) throws {
    let isShort = cells.count <= PlanReport.mostListed
    var listed: [String: Int] = [:]
    var left: [String: Int] = [:]
    for (cell, standing) in zip(cells, standings) {
      let word = standing.word
      let isListed =
        all || isShort || (standing.word != "finished" && listed[word, default: 0] < PlanReport.mostOfState)
      guard isListed else {
        left[word, default: 0] += 1
        continue
      }
      listed[word, default: 0] += 1
      Output.say(try row(cell, standing))
    }
    let hidden = PlanReport.states.compactMap { word in left[word].map { "\($0) \(word)" } }
    if !hidden.isEmpty { Output.say("… and " + hidden.joined(separator: ", ") + "; --all lists them") }
    sayReasons()
    if !changes.dropped.isEmpty {
      let files = changes.droppedWithFiles
      Output.say(
        "no longer asked for: \(changes.dropped.count)"
          + (files == 0 ? ", none of which has files" : "; `skymask gc` removes their files, those of \(files)"))
    }
    let counts = PlanReport.states.compactMap { word in
      let count = standings.count { $0.word == word }
      return count == 0 ? nil : "\(count) \(word)"
    }
    Output.say("\(PlanReport.told(cells.count)): " + counts.joined(separator: ", "))
    Output.say(estimateLine)
  }

  private func row(_ cell: Cell, _ standing: CellStanding) throws -> String {
    let word = standing.word
    let padding = String(repeating: " ", count: max(1, 12 - word.count))
    var row = "\(cell.key.prefix(12))  \(word)\(padding)\(try loaded.label(cell))"
    switch standing {
    case .resumable(let round): row += "  (goes on at round \(round))"
    case .failed(let end): row += "  (\(end))"
    case .damaged(let reason): row += "  (\(reason))"
    case .new:
      if let reason = changes.reasons[cell.key] {
        row += "  (\(PlanReport.told(reason.differences)), as against \(reason.against.prefix(12)))"
      }
    case .finished, .unfinished: break
    }
    return row
  }

  /// The new cells again, by why they are new.
  private func sayReasons() {
    let new = cells.filter { changes.unknown.contains($0.key) }
    // Before the first run everything is new, and there is nothing to say of it.
    guard !new.isEmpty, new.count < cells.count || !changes.dropped.isEmpty else { return }
    var counts: [[CellDifference]?: Int] = [:]
    var order: [[CellDifference]?] = []
    for cell in new {
      let differences = changes.reasons[cell.key]?.differences
      if counts[differences] == nil { order.append(differences) }
      counts[differences, default: 0] += 1
    }
    Output.say("new since the last run: \(PlanReport.told(new.count))")
    for differences in order.prefix(PlanReport.mostListed) {
      let reason = differences.map(PlanReport.told) ?? "unlike every cell before"
      Output.say("  \(PlanReport.told(counts[differences] ?? 0)): \(reason)")
    }
    if order.count > PlanReport.mostListed {
      Output.say("  … and \(order.count - PlanReport.mostListed) other reasons; --json tells that of each cell")
    }
  }

  private var estimateLine: String {
    if total.cells == 0 { return "nothing to run; the results take \(Bytes.text(total.diskBytes))" }
    let basis =
      standings.contains { $0.word == "finished" }
      ? "from the finished cells" : "from a measurement of this CPU; no cell is finished yet"
    return
      "a run takes about \(Scheduling.Progress.duration(total.seconds)) with \(PlanReport.told(total.jobs)) at once,"
      + " \(Bytes.text(total.memoryBytes)) of memory, and at the end \(Bytes.text(total.diskBytes)) of disk"
      + " (\(basis))"
  }

  func sayJSON() throws {
    for (index, cell) in cells.enumerated() {
      let standing = standings[index]
      var map: [String: Value] = [
        "key": .string(cell.key), "state": .string(standing.word), "parameters": .map(cell.parameters),
        "estimate": .map([
          "seconds": .canonical(estimates[index].seconds), "memory_bytes": .integer(estimates[index].memoryBytes),
          "disk_bytes": .integer(estimates[index].diskBytes),
        ]),
      ]
      switch standing {
      case .resumable(let round): map["round"] = .integer(round)
      case .failed(let end): map["end"] = .string(end)
      case .damaged(let reason): map["reason"] = .string(reason)
      case .finished, .unfinished, .new: break
      }
      if let reason = changes.reasons[cell.key] {
        map["against"] = .string(reason.against)
        map["differs"] = .map(
          Dictionary(
            reason.differences.map { ($0.parameter, .list([.string($0.before), .string($0.now)])) }
          ) { first, _ in first })
      }
      Output.say(.map(map))
    }
    var counts: [String: Value] = [:]
    for word in PlanReport.states { counts[word] = .integer(standings.count { $0.word == word }) }
    Output.say(
      .map([
        "name": .string(loaded.manifest.name), "cells": .integer(cells.count), "states": .map(counts),
        "no_longer_asked_for": .list(changes.dropped.map(Value.string)),
        "estimate": .map([
          "jobs": .integer(total.jobs), "seconds": .canonical(total.seconds),
          "memory_bytes": .integer(total.memoryBytes), "disk_bytes": .integer(total.diskBytes),
          "checkpoint_bytes": .integer(total.checkpointBytes),
        ]),
      ]))
  }

  private static func told(_ differences: [CellDifference]) -> String {
    differences.map { "\($0.parameter) \($0.before) → \($0.now)" }.joined(separator: ", ")
  }

  /// `1 cell`, `12 cells`.
  static func told(_ cells: Int) -> String { cells == 1 ? "1 cell" : "\(cells) cells" }
}

extension CellStanding {
  /// One of `PlanReport.states`.
  var word: String {
    switch self {
    case .finished: "finished"
    case .resumable: "resumable"
    case .unfinished: "unfinished"
    case .failed: "failed"
    case .damaged: "damaged"
    case .new: "new"
    }
  }
}

/// Sizes as text for people.
enum Bytes {
  /// Three digits at most: `512 bytes`, `35.1 MB`, `1.2 GB`.
  static func text(_ bytes: Int) -> String {
    if bytes < 1000 { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    var size = Double(bytes) / 1000
    var units = ["kB", "MB", "GB", "TB", "PB"][...]
    while size >= 999.5, units.count > 1 {
      size /= 1000
      units = units.dropFirst()
    }
    let tenths = (size * 10).rounded() / 10
    let text = tenths >= 100 || tenths == tenths.rounded() ? String(Int(size.rounded())) : "\(tenths)"
    return "\(text) \(units.first ?? "")"
  }
}
