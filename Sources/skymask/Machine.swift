internal import BuildCommit
internal import Experiments
internal import Foundation
internal import NeuralNet
internal import Scheduling

/// What a result's provenance says of the machine and the program.
enum Machine {
  static var provenance: Provenance {
    var provenance = Provenance()
    provenance.version = Skymask.version
    provenance.commit = BuildCommit.hash
    provenance.commitClean = BuildCommit.isClean
    provenance.host = ProcessInfo.processInfo.hostName
    provenance.cpu = cpu
    provenance.isa = InstructionSet.inUse.rawValue
    return provenance
  }

  /// The most memory that this process held at once.
  static var peakMemoryBytes: Int? {
    ResourceUsage.peakMemoryBytes
  }

  static var cpu: String? {
    // Not there on macOS, and then not known.
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
