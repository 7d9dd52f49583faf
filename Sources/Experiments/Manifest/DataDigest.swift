package import Catalogue
internal import Crypto
package import Federated

/// The identity of a data set's content, a part of the cell key.
package enum DataDigest {
  /// SHA-256 over the content of a data set's files in order, unpacked, so that it does not matter who compressed them;
  /// nil for one that its parameters and the seed make.
  ///
  /// - Parameter dataset: the cell's value: a name, or a map of the name to its parameters.
  /// - Throws: `DatasetError` when files are missing, damaged or cannot be read.
  package static func of(_ dataset: Value, in folder: DataFolder) throws -> String? {
    guard let chosen = Chosen(dataset), let member = try Datasets.family.make(chosen) as? any Dataset else {
      preconditionFailure("a resolved cell names a data set")
    }
    let files = try member.files(in: folder)
    if files.isEmpty { return nil }
    var hash = SHA256()
    for file in files { try DataContent.forEachPiece(of: file) { hash.update(data: $0) } }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
