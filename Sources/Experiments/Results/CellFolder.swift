import Catalogue

/// The folder of one cell and the names of what is in it.
struct CellFolder: Sendable {
  let path: String
  let key: String

  init(root: String, name: String, key: String) {
    self.key = key
    path = "\(root)/\(name)/cells/\(key.prefix(2))/\(key)"
  }

  var cell: String { path + "/cell.json" }
  var checkpoints: [String] { [path + "/checkpoint.a", path + "/checkpoint.b"] }
  var partialRounds: String { path + "/rounds.partial.csv" }
  var rounds: String { path + "/rounds.csv" }
  var result: String { path + "/result.json" }
  var failure: String { path + "/failure.json" }
  var progress: String { path + "/progress.txt" }
  var log: String { path + "/log.txt" }
}

/// How far a cell is.
package enum CellState: Sendable, Equatable {
  /// Its record is there and every hash matches.
  case finished(ResultRecord)
  /// It was begun and not finished.
  case partial
  case absent
  /// There is a record, but it or a file of it is not what was committed; the cell must be run again.
  case damaged(reason: String)
}

extension FileSystem {
  /// - Throws: `StoreError.file` when the files cannot be read, which says nothing about the cell.
  func state(of folder: CellFolder) throws -> CellState {
    guard let json = try readIfPresent(folder.result) else {
      let begun = [folder.partialRounds] + folder.checkpoints
      return try begun.allSatisfy { try kind(of: $0) == nil } ? .absent : .partial
    }
    let record: ResultRecord
    do {
      record = try ResultRecord(json: json)
    } catch {
      if let format = ResultRecord.format(json), format != ResultRecord.currentFormat {
        return .damaged(reason: "result.json has format \(format), not \(ResultRecord.currentFormat)")
      }
      return .damaged(reason: "result.json cannot be read as a result")
    }
    if record.key != folder.key { return .damaged(reason: "result.json is that of cell \(record.key)") }
    let required = ["cell.json", "rounds.csv"]
    if let missing = required.first(where: { name in !record.files.contains { $0.name == name } }) {
      return .damaged(reason: "result.json does not list \(missing)")
    }
    for file in record.files {
      if let reason = try damage(of: file, in: folder) { return .damaged(reason: reason) }
    }
    return .finished(record)
  }

  private func damage(of file: CommittedFile, in folder: CellFolder) throws -> String? {
    if file.name.contains("/") { return "result.json lists a file of another folder" }
    guard let bytes = try readIfPresent(folder.path + "/" + file.name) else { return "\(file.name) is missing" }
    if bytes.count != file.size { return "\(file.name) has \(bytes.count) bytes, not \(file.size)" }
    if CommittedFile.digest(bytes) != file.sha256 { return "\(file.name) does not have the SHA-256 of its record" }
    return nil
  }
}
