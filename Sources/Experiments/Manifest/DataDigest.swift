package import Catalogue
package import Federated

/// The identity of a data set's content, a part of the cell key.
package enum DataDigest {
  /// The SHA-256 of a data set's content, unpacked, so that it does not matter who compressed it; nil for one that its
  /// parameters and the seed make.
  ///
  /// - Parameter dataset: the cell's value: a name, or a map of the name to its parameters.
  /// - Throws: `DatasetError` when files are missing, damaged or cannot be read.
  package static func of(_ dataset: Value, in folder: DataFolder) throws -> String? {
    try member(dataset).digest(in: folder)
  }

  /// The same; nil also for a data set whose files are missing.
  package static func ifPresent(_ dataset: Value, in folder: DataFolder) throws -> String? {
    let member = try member(dataset)
    return member.missing(in: folder) == nil ? try member.digest(in: folder) : nil
  }

  /// Whether a data set is read from files: any other has no digest.
  static func hasFiles(_ dataset: Value) throws -> Bool { try member(dataset) is any FileDataset }

  private static func member(_ dataset: Value) throws -> any Dataset {
    guard let chosen = Chosen(dataset), let member = try Datasets.family.make(chosen) as? any Dataset else {
      preconditionFailure("a resolved cell names a data set")
    }
    return member
  }

  /// - Throws: `DatasetError.changed` when the data are not those that the cell's key was made from.
  package static func check(_ cell: Cell, in folder: DataFolder) throws {
    guard let dataset = cell.parameters["dataset"], try of(dataset, in: folder) != cell.dataDigest else { return }
    throw DatasetError.changed(dataset: Chosen(dataset)?.name ?? "the data set")
  }
}
