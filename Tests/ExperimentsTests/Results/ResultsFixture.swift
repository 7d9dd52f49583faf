import Catalogue
import Federated
import Foundation
import Testing

@testable import Experiments

/// A folder that is gone when the test ends.
final class ScratchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "skymask-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ file: String) throws -> String { try String(contentsOfFile: path + "/" + file, encoding: .utf8) }

  func write(_ text: String, _ file: String) throws {
    try text.write(toFile: path + "/" + file, atomically: false, encoding: .utf8)
  }

  /// Every file below, by its path from here, sorted.
  func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }
}

struct ToyRule: Component {
  static let name = "toy-rule"
  static let summary = "for tests"
  static let parameters = [
    Parameter("threshold", .number(.fraction), "a number"),
    Parameter("steps", .integer(1...9), "a count"),
    Parameter("limit", .optional(.number(.positive)), "a number or none"),
  ]
  var threshold = 0.5
  var steps = 3
  var limit: Double?
}

struct PlainRule: Component {
  static let name = "plain"
  static let summary = "for tests"
}

enum Toy {
  static let families = [Family("aggregator", [ToyRule.self, PlainRule.self])]

  /// A cell of its own for each `number`.
  static func cell(_ number: Int, _ changes: [String: Value] = [:]) -> Cell {
    var parameters: [String: Value] = [
      "dataset": .string("toy-data"), "model": .string("lr"), "attack": .string("none"),
      "aggregator": .string("plain"), "bias": .number(0.5), "clients": .integer(10), "byzantine": .integer(2),
      "seed": .integer(1),
    ]
    parameters.merge(changes) { $1 }
    return Cell(parameters: parameters, dataDigest: "digest \(number)")
  }

  static func metrics(_ round: Int, accuracy: Double?, loss: Double? = nil) -> RoundMetrics {
    var metrics = RoundMetrics(round: round)
    metrics.testAccuracy = accuracy
    metrics.testLoss = loss
    return metrics
  }

  static func outcome(divergedAt: Int?, _ remarks: [Outcome.Remark] = []) -> Outcome {
    var outcome = Outcome()
    (outcome.divergedAt, outcome.remarks) = (divergedAt, remarks)
    return outcome
  }

  /// Runs a cell to its end with these accuracies, one a round.
  @discardableResult
  static func finish(
    _ cell: Cell, in root: String, _ accuracies: [Double], divergedAt: Int? = nil, remarks: [Outcome.Remark] = [],
    fileSystem: any FileSystem = Disk()
  ) throws -> CellWriter.Commit {
    let writer = try CellWriter(cell: cell, root: root, name: "t", fileSystem: fileSystem)
    for (round, accuracy) in accuracies.enumerated() {
      try writer.append(metrics(round, accuracy: accuracy))
      try writer.advance(to: round + 1, of: accuracies.count)
    }
    try writer.log("done")
    return try writer.finish(outcome(divergedAt: divergedAt, remarks), provenance: Provenance())
  }
}
