internal import Catalogue
internal import Experiments
internal import Federated
internal import Foundation

/// A cell of some experiment, found by the first digits of its key.
struct FoundCell {
  let store: ResultStore
  let cell: KnownCell

  /// Looks through all experiments of a folder of results.
  ///
  /// - Throws: `CommandError` for none or several; `StoreError.damaged` for one whose description cannot be read.
  static func find(_ prefix: String, in root: String) throws -> FoundCell {
    try check(prefix)
    var found: [(store: ResultStore, key: String)] = []
    for name in try ResultStore.experiments(in: root) {
      let store = ResultStore(root: root, name: name)
      found += try store.presentKeys(beginningWith: prefix).map { (store, $0) }
    }
    if found.count > 1 {
      throw CommandError.severalCells(prefix, found.map { "\($0.store.folder) \($0.key)" })
    }
    guard let (store, key) = found.first else { throw CommandError.noSuchCell(prefix, in: root) }
    return FoundCell(store: store, cell: try read(key, of: store))
  }

  /// Looks through the cells of a manifest, those that were never run too.
  static func find(_ prefix: String, of loaded: LoadedSweep, manifest: String) throws -> FoundCell {
    try check(prefix)
    let found = try loaded.cells().filter { $0.key.hasPrefix(prefix) }
    if found.count > 1 { throw CommandError.severalCells(prefix, found.map(\.key)) }
    guard let cell = found.first else { throw CommandError.noSuchCell(prefix, in: manifest) }
    return FoundCell(store: loaded.store, cell: KnownCell(cell))
  }

  /// The cell whose folder this is; nil for any other folder.
  static func at(_ folder: String) throws -> FoundCell? {
    let path = URL(filePath: folder).standardizedFileURL.path
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 4, let key = parts.last, ResultStore.isKeyPrefix(key), parts[parts.count - 3] == "cells" else {
      return nil
    }
    let root = parts.dropLast(4).joined(separator: "/")
    let store = ResultStore(root: root.isEmpty ? "/" : root, name: parts[parts.count - 4])
    return FoundCell(store: store, cell: try read(key, of: store))
  }

  private static func check(_ prefix: String) throws {
    guard ResultStore.isKeyPrefix(prefix) else { throw CommandError.notAKey(prefix) }
  }

  private static func read(_ key: String, of store: ResultStore) throws -> KnownCell {
    guard let cell = try store.knownCell(key: key) else {
      throw StoreError.damaged(
        path: store.path(of: key) + "/cell.json", reason: "it is missing or is not the description of the cell")
    }
    return cell
  }
}

/// Text as a shell takes it as one word.
enum ShellWord {
  static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || "_=./,:+-".unicodeScalars.contains(scalar))
    }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
