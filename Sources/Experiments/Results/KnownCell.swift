package import Catalogue

/// A cell as some run wrote it down, perhaps by other numerics than this program's.
package struct KnownCell: Sendable, Equatable {
  package let key: String
  package let parameters: [String: Value]
  package let dataDigest: String?
  package let numericsVersion: Int

  package init(_ cell: Cell) {
    (key, parameters, dataDigest) = (cell.key, cell.parameters, cell.dataDigest)
    numericsVersion = Experiments.numericsVersion
  }

  /// Nil for anything but what `Cell.json` writes, of whatever version.
  package init?(json: [UInt8]) {
    guard let map = Value(json: json)?.asMap, let key = map["key"]?.asString,
      let version = map["numericsVersion"]?.asInt,
      let parameters = map["parameters"]?.asMap
    else { return nil }
    (self.key, self.parameters, dataDigest, numericsVersion) = (key, parameters, map["data"]?.asString, version)
  }
}

extension ResultStore {
  /// The cells of the last run's plan, in its order, each with the line that describes it; empty before the first run.
  ///
  /// A line that is damaged is left out: the plan is written anew by the next run, and nothing is computed from it.
  package func lastPlan() throws -> [(key: String, line: ArraySlice<UInt8>)] {
    guard let bytes = try fileSystem.readIfPresent(folder + "/plan.jsonl") else { return [] }
    return bytes.split(separator: CSV.lf).compactMap { line in
      ResultStore.key(of: line).map { ($0, line) }
    }
  }

  /// The description of a cell that is on the disk; nil when it is missing or damaged.
  package func knownCell(key: String) throws -> KnownCell? {
    let known = try fileSystem.readIfPresent(folder(of: key).cell).flatMap { KnownCell(json: $0) }
    return known?.key == key ? known : nil
  }

  /// The key of a line of `plan.jsonl`: behind the data digest it comes first, so that the rest need not be read.
  private static func key(of line: ArraySlice<UInt8>) -> String? {
    let name = Array(#""key":""#.utf8)
    let head = line.prefix(256)
    guard let quote = head.indices.first(where: { head[$0...].starts(with: name) }) else { return nil }
    let key = String(decoding: head[(quote + name.count)...].prefix(64), as: UTF8.self)
    return isKey(key) ? key : nil
  }
}
