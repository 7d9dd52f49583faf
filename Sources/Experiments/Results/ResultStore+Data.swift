package import Catalogue
internal import Foundation

extension ResultStore {
  /// The digest of a data set's content as the last plan has it, else as some cell on the disk has it; nil where none
  /// does. Results are read by it where the data set is not.
  ///
  /// - Parameter dataset: the cells' value of `dataset`.
  /// - Complexity: a search of `plan.jsonl`; only where that has no such cell, a look at each cell on the disk.
  package func recordedDigest(of dataset: Value) throws -> String? {
    guard try DataDigest.hasFiles(dataset) else { return nil }
    if let plan = try fileSystem.readIfPresent(folder + "/plan.jsonl"),
      let digest = ResultStore.digest(of: dataset, in: plan)
    {
      return digest
    }
    for key in try presentKeys().sorted() {
      if let cell = try knownCell(key: key), let digest = cell.digest(of: dataset) { return digest }
    }
    return nil
  }

  /// Only lines that have the value's bytes are parsed, since a plan may have 10,000 that have not.
  private static func digest(of dataset: Value, in plan: [UInt8]) -> String? {
    let plan = Data(plan)
    let wanted = Data((#""dataset":"# + dataset.canonicalJSON).utf8)
    var start = plan.startIndex
    while let found = plan[start...].range(of: wanted) {
      let first = plan[..<found.lowerBound].lastIndex(of: CSV.lf).map { $0 + 1 } ?? plan.startIndex
      let end = plan[found.upperBound...].firstIndex(of: CSV.lf) ?? plan.endIndex
      if let digest = KnownCell(json: Array(plan[first..<end]))?.digest(of: dataset) { return digest }
      start = end
    }
    return nil
  }
}

extension KnownCell {
  fileprivate func digest(of dataset: Value) -> String? { parameters["dataset"] == dataset ? dataDigest : nil }
}
