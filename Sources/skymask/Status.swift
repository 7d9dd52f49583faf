internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Scheduling

/// How far a sweep is; takes no lock, so it works while a run goes on.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell how far a sweep is, also while it runs.")

  @OptionGroup var options: SweepOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let loaded = try options.load()
    var finished = 0
    var diverged = 0
    var failed: [(Cell, String)] = []
    var damaged: [(Cell, String)] = []
    var running: [(Cell, Double)] = []
    let cells = try loaded.cells()
    for cell in cells {
      switch try loaded.store.state(of: cell) {
      case .finished(let record):
        finished += 1
        if record.divergedAt != nil { diverged += 1 }
      case .damaged(let reason): damaged.append((cell, reason))
      case .partial, .absent:
        if let failure = try loaded.store.failure(of: cell) {
          failed.append((cell, failure.end))
        } else if let share = loaded.store.progress(of: cell) {
          running.append((cell, share))
        }
      }
    }
    if json {
      Output.say(
        .map([
          "name": .string(loaded.manifest.name), "cells": .integer(cells.count), "finished": .integer(finished),
          "diverged": .integer(diverged), "failed": .integer(failed.count), "damaged": .integer(damaged.count),
          "begun": .integer(running.count),
        ]))
      return
    }
    // A failed cell has no result, and the next run tries it again: it is no part of what is done.
    let progress = Scheduling.Progress(total: cells.count, finished: finished, running: running.map(\.1))
    let share = Int(progress.fraction * 100)
    Output.say(
      "\(loaded.manifest.name): \(finished) of \(cells.count) cells finished (\(share) %), \(failed.count) failed, "
        + "\(running.count) begun, \(damaged.count) damaged, \(diverged) diverged")
    for (cell, share) in running {
      Output.say("  begun, \(Int(share * 100)) % done   \(try loaded.label(cell))")
    }
    for (cell, end) in failed { Output.say("  failed, \(end)   \(try loaded.label(cell))") }
    for (cell, reason) in damaged { Output.say("  damaged, \(reason)   \(try loaded.label(cell))") }
  }
}
