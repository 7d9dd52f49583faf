internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Foundation
internal import Scheduling

/// How far a sweep is; takes no lock, so it works while a run goes on.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell how far a sweep is, also while it runs.",
    discussion: """
      A cell counts as finished when its commit record, result.json, is there and whole. The files that it vouches for are \
      not read, so that 10,000 cells take a moment; plan, run and export verify every hash, and so does --verify.
      """)

  @OptionGroup var options: SweepOptions

  @Flag(
    help: "Show it again every second, or, if the output is no terminal, every 30 seconds, until the run has ended.")
  var watch = false

  @Flag(help: "Verify every hash of the finished cells.")
  var verify = false

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    if watch, json { throw ValidationError("--watch is for people and --json for programs; give one of them") }
  }

  func run() throws {
    let loaded = try options.load()
    var survey = StatusSurvey(cells: try loaded.cells(), store: loaded.store)
    try survey.look()
    if watch { try follow(&survey, of: loaded) }
    if verify { try survey.verify() }
    let holder = try LockHolder(of: loaded.store)
    if json { sayJSON(survey, holder, of: loaded) } else { try sayText(survey, holder, of: loaded) }
  }

  /// Shows how far it is until nobody runs it or nothing is left to run.
  private func follow(_ survey: inout StatusSurvey, of loaded: LoadedSweep) throws {
    let isTerminal = isatty(STDERR_FILENO) == 1
    let begun = ContinuousClock.now
    let first = survey.progress.fraction
    while survey.finished < survey.cells.count {
      let holder = try LockHolder(of: loaded.store)
      // What fails here is tried again by whom it is run; of another machine that cannot be told.
      if holder == .nobody { break }
      if case .elsewhere = holder, survey.isSettled { break }
      var progress = survey.progress
      let sinceStart = holder.started.map { Date.now.timeIntervalSince($0) } ?? 0
      let watched = (ContinuousClock.now - begun).rounded
      // What all that is done would have taken at the pace that was seen since.
      let seen = progress.fraction - first
      progress.elapsedSeconds = seen > 0 ? watched * progress.fraction / seen : sinceStart
      if isTerminal {
        Output.draw("\r\u{1B}[K" + progress.line(width: max(20, RunMonitor.terminalWidth - 1)))
      } else {
        Output.say(progress.summary)
        try Output.flush()
      }
      // The end of the run is seen within a second, whoever reads.
      for _ in 0..<(isTerminal ? 1 : 30) {
        Thread.sleep(forTimeInterval: 1)
        try survey.look()
        if try survey.finished == survey.cells.count || LockHolder(of: loaded.store) == .nobody { break }
      }
    }
    if isTerminal { Output.draw("\r\u{1B}[K") }
  }

  private func sayText(_ survey: StatusSurvey, _ holder: LockHolder, of loaded: LoadedSweep) throws {
    // A failed cell has no result, and the next run tries it again: it is no part of what is done.
    let progress = Scheduling.Progress(
      total: survey.cells.count, finished: survey.finished, running: survey.begun.map(\.share))
    Output.say(
      "\(loaded.manifest.name): \(survey.finished) of \(survey.cells.count) cells finished"
        + " (\(Int(progress.fraction * 100)) %), \(survey.failed.count) failed, \(survey.begun.count) begun,"
        + " \(survey.damaged.count) damaged, \(survey.diverged) diverged")
    if let text = holder.text { Output.say(text) }
    for (cell, share) in survey.begun { try say(cell, "begun, \(Int(share * 100)) % done", of: loaded) }
    for (cell, end) in survey.failed { try say(cell, "failed, \(end)", of: loaded) }
    for (cell, reason) in survey.damaged { try say(cell, "damaged, \(reason)", of: loaded) }
  }

  private func say(_ cell: Cell, _ standing: String, of loaded: LoadedSweep) throws {
    Output.say("  \(cell.key.prefix(12))  \(standing)   \(try loaded.label(cell))")
  }

  private func sayJSON(_ survey: StatusSurvey, _ holder: LockHolder, of loaded: LoadedSweep) {
    var runBy = Value.null
    if case .running(let owner) = holder {
      runBy = .map([
        "host": .string(owner.host), "process": .integer(owner.process), "started": .string(owner.started),
      ])
    }
    Output.say(
      .map([
        "name": .string(loaded.manifest.name), "cells": .integer(survey.cells.count),
        "finished": .integer(survey.finished), "diverged": .integer(survey.diverged),
        "failed": .integer(survey.failed.count), "damaged": .integer(survey.damaged.count),
        "begun": .integer(survey.begun.count), "run_by": runBy,
      ]))
  }
}

/// Where the cells of a sweep stand at a glance, kept up to date by looking again at those that are not finished.
struct StatusSurvey {
  let cells: [Cell]
  private let store: ResultStore
  private var glances: [CellGlance]

  init(cells: [Cell], store: ResultStore) {
    self.cells = cells
    self.store = store
    glances = Array(repeating: .new, count: cells.count)
  }

  /// Looks at the cells that were not finished the last time and have a folder.
  mutating func look() throws {
    let present = try store.presentKeys()
    for (index, cell) in cells.enumerated() {
      if case .finished = glances[index] { continue }
      glances[index] = present.contains(cell.key) ? try store.glance(at: cell) : .new
    }
  }

  /// Reads every file of the finished cells.
  mutating func verify() throws {
    for (index, cell) in cells.enumerated() {
      guard case .finished = glances[index], case .damaged(let reason) = try store.state(of: cell) else { continue }
      glances[index] = .damaged(reason: reason)
    }
  }

  var finished: Int { glances.count { if case .finished = $0 { true } else { false } } }
  var diverged: Int { glances.count { $0 == .finished(diverged: true) } }

  var begun: [(cell: Cell, share: Double)] {
    zip(cells, glances).compactMap { if case .begun(let share) = $1 { ($0, share) } else { nil } }
  }

  var failed: [(cell: Cell, end: String)] {
    zip(cells, glances).compactMap { if case .failed(let end) = $1 { ($0, end) } else { nil } }
  }

  var damaged: [(cell: Cell, reason: String)] {
    zip(cells, glances).compactMap { if case .damaged(let reason) = $1 { ($0, reason) } else { nil } }
  }

  /// Whether nothing is left that a run could be at.
  var isSettled: Bool {
    glances.allSatisfy {
      switch $0 {
      case .finished, .failed: true
      case .begun, .damaged, .new: false
      }
    }
  }

  var progress: Scheduling.Progress {
    Scheduling.Progress(
      total: cells.count, finished: finished, failed: failed.count, running: begun.map(\.share))
  }
}
