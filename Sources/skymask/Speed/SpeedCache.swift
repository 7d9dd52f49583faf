internal import Catalogue
internal import Experiments
internal import Foundation
internal import NeuralNet

/// The measured speed of this machine, kept between runs of the program.
///
/// It is a file in `$XDG_CACHE_HOME/skymask`, or `~/.cache/skymask`, one for each CPU, instruction set, version and
/// numerics version. A file that is missing, damaged or cannot be written is never an error: the speed is then measured
/// anew. Estimates alone depend on it, no result does.
struct SpeedCache {
  /// Nil where there is no home folder.
  private let file: URL?

  init(environment: [String: String]) {
    file = SpeedCache.folder(environment)?.appending(path: SpeedCache.name)
  }

  /// The speed for these cells: what is known, and what is measured of the rest within a second.
  func speed(for cells: [Cell]) throws -> MachineSpeed {
    var seen: Set<[Value]> = []
    let subjects = cells.compactMap { cell -> SpeedMeasurement.Subject? in
      guard let dataset = cell.parameters["dataset"], let model = cell.parameters["model"],
        seen.insert([dataset, model]).inserted
      else { return nil }
      return SpeedMeasurement.Subject(dataset: dataset, model: model)
    }
    let known = read()
    if subjects.isEmpty { return known ?? MachineSpeed() }
    if let known, SpeedMeasurement.isComplete(known, subjects) { return known }
    let measured = try SpeedMeasurement(known, subjects).speed
    if measured != known { write(measured) }
    return measured
  }

  private func read() -> MachineSpeed? {
    // Why a file cannot be read or understood does not matter: its content is measured anew.
    guard let file, let data = try? Data(contentsOf: file),
      let speed = try? JSONDecoder().decode(MachineSpeed.self, from: data), speed.isPlausible
    else { return nil }
    return speed
  }

  private func write(_ speed: MachineSpeed) {
    guard let file else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Without the file the next command measures again, which is no harm.
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? encoder.encode(speed).write(to: file, options: .atomic)
  }

  private static func folder(_ environment: [String: String]) -> URL? {
    // The XDG base directory specification asks to ignore a relative path.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return URL(filePath: cache).appending(path: "skymask")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return URL(filePath: home).appending(path: ".cache/skymask")
  }

  /// `speed-AMD-EPYC-avx2-0.1.0-2.json`
  private static var name: String {
    let parts = [Machine.cpu ?? "unknown", InstructionSet.inUse.rawValue, Skymask.version, String(numericsVersion)]
    let words = parts.joined(separator: " ").split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
    return "speed-" + words.joined(separator: "-") + ".json"
  }
}
