extension ResultStore {
  /// The names of the experiments in a folder of all results, sorted; none where there is no such folder.
  package static func experiments(in root: String, fileSystem: any FileSystem = Disk()) throws -> [String] {
    guard try fileSystem.kindNotingFiles(of: root) == .folder else { return [] }
    return try fileSystem.names(in: root).filter { name in
      try fileSystem.kind(of: "\(root)/\(name)") == .folder && fileSystem.kind(of: "\(root)/\(name)/cells") == .folder
    }
  }

  /// The keys of the cells that have a folder and begin so, sorted.
  package func presentKeys(beginningWith prefix: String) throws -> [String] {
    let folder = folder + "/cells/" + prefix.prefix(2)
    guard prefix.count >= 2, try fileSystem.kind(of: folder) == .folder else { return [] }
    return try fileSystem.names(in: folder).filter { $0.hasPrefix(prefix) && ResultStore.isKey($0) }
  }

  /// Whether a text can be the beginning of a key that is long enough to look for.
  package static func isKeyPrefix(_ text: String) -> Bool {
    (4...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// What a finished cell measured.
  package func measured(_ key: String) throws -> CSVTable {
    let path = folder(of: key).rounds
    return try CSVTable(try fileSystem.read(path), name: path)
  }

  /// The folder of a cell.
  package func path(of key: String) -> String { folder(of: key).path }
}

extension Provenance {
  /// What is known, as the columns of `provenance.csv` have it.
  package var texts: [(name: String, text: String)] {
    Provenance.columns.map { ($0.name, $0.text(self)) }.filter { !$0.1.isEmpty }
  }
}

extension KnownCell {
  /// The cell under the key that it was written with.
  package var cell: Cell { Cell(parameters: parameters, dataDigest: dataDigest, key: key) }
}

extension ResultRecord {
  /// Names of the files in which two results differ; a difference that is in no file is that of `result.json`.
  package func differingFiles(from other: ResultRecord) -> [String] {
    var names: [String] = []
    for file in files where !other.files.contains(file) { names.append(file.name) }
    for file in other.files where !files.contains(where: { $0.name == file.name }) { names.append(file.name) }
    if names.isEmpty, !agrees(with: other) { names.append("result.json") }
    return names
  }
}
