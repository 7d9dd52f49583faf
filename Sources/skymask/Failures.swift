internal import ArgumentParser
internal import Catalogue
internal import Downloads
internal import Experiments
internal import Federated
internal import Foundation
internal import NeuralNet
internal import Reporting
internal import Scheduling
internal import YAML

/// What the exit codes mean.
enum Exit: Int32 {
  case finished = 0
  case someFailed = 1
  case usage = 64
  case manifest = 65
  case bug = 70
  case locked = 73
  case disk = 74
  case interrupted = 75
  case nondeterminism = 76
}

/// Turns errors into words on standard error and an exit code.
enum Failures {
  /// Ends the process; help and version texts end it with 0.
  static func end(with error: any Error) -> Never {
    // What did not get out is told beside the error, whose exit code says more.
    do {
      try Output.flush()
    } catch let lost {
      if !(error is OutputError) { Output.complain("error: \(lost)") }
    }
    if error is CleanExit || error is ValidationError || isParserError(error) { Skymask.exit(withError: error) }
    if let code = error as? ExitCode { Skymask.exit(withError: code) }
    let (text, exit) = describe(error)
    Output.complain(text)
    Foundation.exit(exit.rawValue)
  }

  /// The message for people, and the code for programs.
  static func describe(_ error: any Error) -> (text: String, exit: Exit) {
    switch error {
    case let error as Failure: (error.description, .manifest)
    case let error as StoreError:
      switch error.kind {
      case .disk: ("error: \(error)", .disk)
      case .locked: ("error: \(error)", .locked)
      case .nondeterminism: ("error: \(error)", .nondeterminism)
      case .data: ("error: \(error)", .manifest)
      }
    case let error as DatasetError: ("error: \(error)", .manifest)
    case let error as DataCommandError: ("error: \(error)", error.exit)
    case let error as DownloadError: ("error: \(error)", error.exit)
    case let error as PartitionError: ("error: \(error)", .manifest)
    case let error as CatalogueError: ("error: \(error)", .usage)
    case let error as CommandError: ("error: \(error)", .usage)
    case let error as FailPointError: ("error: \(error)", .usage)
    case let error as NPYError: ("error: \(error)", .manifest)
    case let error as StandaloneError: ("error: \(error)", .manifest)
    case let error as ClusteringError: ("error: \(error)", .manifest)
    case let error as NetworkError: ("error: \(error)", .manifest)
    case let error as ReportError: ("error: \(error)", .usage)
    case let error as PlotError: ("error: \(error)", error.exit)
    case let error as CellFileError: ("error: \(error)", .nondeterminism)
    case let error as SimulationError: ("error: \(error)", .manifest)
    case let error as AggregationError: ("error: \(error)", .manifest)
    case let error as SchedulingError: ("error: \(error)", .disk)
    case let error as OutputError: ("error: \(error)", .disk)
    default: ("error: \(error)\nThis is a bug of skymask; please report it with the command and the manifest.", .bug)
    }
  }

  /// ArgumentParser keeps its own error types to itself; what it has words for is one of them.
  private static func isParserError(_ error: any Error) -> Bool {
    let name = String(reflecting: type(of: error))
    return name.hasPrefix("ArgumentParser.")
  }
}

extension PlotError {
  fileprivate var exit: Exit {
    switch self {
    case .notInstalled: .manifest
    case .gnuplot: .disk
    }
  }
}

extension DownloadError {
  fileprivate var exit: Exit {
    switch self {
    case .noCurl, .badList: .manifest
    case .failed: isTemporary ? .interrupted : .manifest
    case .busy: .locked
    case .disk: .disk
    }
  }
}

/// A flag that is well-formed and makes no sense here.
enum CommandError: Error, CustomStringConvertible {
  case unknownName(String, known: [String])
  case notInCatalogue(String, nearest: String?)
  case noCells
  case notFinished(String)
  case needs(String, String)
  case notAKey(String)
  case noSuchCell(String, in: String)
  case severalCells(String, [String])
  case nothingToCompare(String)
  case differentKinds(String, String)
  case instructionSet(String)

  var description: String {
    switch self {
    case .unknownName(let name, let known):
      "nothing is called '\(name)'" + Suggestion.hint(for: name, among: known)
    case .notInCatalogue(let name, let nearest):
      "nothing is called '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        + "  skymask list tells all names"
    case .instructionSet(let complaint): complaint
    case .needs(let option, let other): "\(option) goes with \(other)"
    case .notAKey(let text):
      "'\(text)' is no cell's key: give four or more of its digits 0-9 and a-f, as plan shows them"
    case .noSuchCell(let prefix, let place): "no cell of \(place) has a key that begins with \(prefix)"
    case .severalCells(let prefix, let cells):
      "\(cells.count) cells have keys that begin with \(prefix); give more digits, or --manifest or the cell's folder:"
        + cells.prefix(10).map { "\n  " + $0 }.joined() + (cells.count > 10 ? "\n  …" : "")
    case .nothingToCompare(let text): "'\(text)' is no cell's key, no results folder and no manifest"
    case .differentKinds(let first, let second):
      "'\(first)' and '\(second)' cannot be compared: one is a cell, the other an experiment"
    case .noCells: "no cell of the manifest passes --only"
    case .notFinished(let name): "no cell of '\(name)' is finished yet; run it first"
    }
  }
}
