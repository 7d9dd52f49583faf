internal import Experiments
internal import Foundation
internal import Reporting
internal import Subprocess

#if canImport(System)
  internal import System
#else
  internal import SystemPackage
#endif

/// Figures in a folder: scripts, data, and where gnuplot is installed, pictures.
struct PrintedFigures {
  let folder: String
  let format: PlotFormat

  private static let mostOutput = 1 << 16

  /// Writes the scripts and the data, and has gnuplot draw them.
  ///
  /// - Throws: `PlotError.notInstalled` once all of them are written, or `PlotError.gnuplot` with what it said when it
  ///   does not draw one.
  func draw(_ figures: [Figure]) async throws {
    let disk = Disk()
    try disk.makeFolders(folder)
    for figure in figures {
      try disk.replace("\(folder)/\(figure.dataFile)", with: Array(figure.data.utf8))
      try disk.replace("\(folder)/\(figure.scriptFile)", with: Array(figure.script(format).utf8))
    }
    guard let program = PrintedFigures.gnuplot else {
      for figure in figures { Output.say("\(folder)/\(figure.scriptFile)") }
      throw PlotError.notInstalled(folder: folder)
    }
    for figure in figures {
      try await draw(figure, by: program)
      Output.say("\(folder)/\(figure.pictureFile(format))")
    }
  }

  private func draw(_ figure: Figure, by program: String) async throws {
    let ended = try await Subprocess.run(
      // The user's own settings are not read: they would change the picture.
      .path(FilePath(program)), arguments: ["--default-settings", figure.scriptFile],
      workingDirectory: FilePath(folder), input: .none, output: .discarded,
      error: .string(limit: PrintedFigures.mostOutput))
    let picture = "\(folder)/\(figure.pictureFile(format))"
    guard ended.terminationStatus.isSuccess, try Disk().kind(of: picture) != nil else {
      throw PlotError.gnuplot(
        script: "\(folder)/\(figure.scriptFile)",
        said: ended.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// Where the program is; nil where it is not installed.
  private static var gnuplot: String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

enum PlotError: Error, CustomStringConvertible {
  case notInstalled(folder: String)
  case gnuplot(script: String, said: String)

  var description: String {
    switch self {
    case .notInstalled(let folder):
      """
      gnuplot is not installed, so no picture is drawn; the scripts and their data are in \(folder). Install it with \
      'sudo apt-get install gnuplot-nox' or 'brew install gnuplot' and rerun the command. --out FILE.svg draws curves \
      without it.
      """
    case .gnuplot(let script, let said):
      "gnuplot could not draw \(script)" + (said.isEmpty ? "" : "; it said:\n\(said)")
    }
  }
}
