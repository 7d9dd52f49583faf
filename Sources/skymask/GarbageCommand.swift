internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation

/// Removes what no manifest asks for.
struct GarbageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract:
      "Show the results that none of these manifests asks for, and what interrupted writes left; --yes removes it.",
    discussion: """
      Only the results folders of the manifests are looked at; manifests of one name are taken together. What was run with \
      other --seeds than the manifest's is not in the manifest, and so is shown; what was run with --set has a folder of \
      its own, to be named in place of a manifest. Takes the lock: it refuses while a run goes on (exit 73). \
      The CSV files stay as they are until the next run or export.
      """)

  @Argument(help: "Manifests, YAML files, or results folders.", completion: .file(extensions: ["yaml", "yml"]))
  var manifests: [String]

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Remove it.")
  var yes = false

  func validate() throws {
    if manifests.isEmpty { throw ValidationError("give at least one manifest") }
  }

  func run() throws {
    var asked: [String: [Cell]] = [:]
    var stores: [ResultStore] = []
    // All of them are read before anything is removed.
    for path in manifests {
      let loaded = try LoadedSweep(path, folders: folders)
      let folder = GarbageCommand.identity(of: loaded.store)
      if asked[folder] == nil { stores.append(loaded.store) }
      asked[folder, default: []] += try loaded.cells()
    }
    for store in stores { try clean(store, asked: asked[GarbageCommand.identity(of: store)] ?? []) }
  }

  /// What names one folder however it is spelled.
  private static func identity(of store: ResultStore) -> String {
    URL(filePath: store.folder).resolvingSymlinksInPath().standardizedFileURL.path
  }

  private func clean(_ store: ResultStore, asked: [Cell]) throws {
    guard try store.exists() else {
      Output.say("\(store.folder): nothing there")
      return
    }
    let lock = try store.lock(as: .thisProcess)
    let garbage = try Garbage(in: store, asked: Set(asked.map(\.key)))
    if garbage.isEmpty {
      Output.say("\(store.folder): nothing to remove")
      try lock.release()
      return
    }
    let known = try garbage.cells.map { try store.knownCell(key: $0.key) }
    let names = CellNames(
      known.compactMap { $0 } + asked.map { KnownCell($0) }, labels: try Labels(families: CellParameters.families))
    for (cell, known) in zip(garbage.cells, known) { Output.say(try row(cell, known, of: store, names)) }
    for temporary in garbage.temporaries { Output.say("\(temporary.path)  \(Bytes.text(temporary.bytes))") }
    let parts = [
      GarbageCommand.told(garbage.cells.count, "cell", "cells"),
      GarbageCommand.told(garbage.temporaries.count, "temporary file", "temporary files"),
    ].compactMap { $0 }
    let told = parts.joined(separator: " and ") + ", \(Bytes.text(garbage.bytes))"
    if yes {
      try garbage.remove()
      Output.say("\(store.folder): removed \(told)")
    } else {
      Output.say("\(store.folder): \(told); nothing was removed, --yes removes it")
    }
    try lock.release()
  }

  private func row(
    _ cell: Garbage.AbandonedCell, _ known: KnownCell?, of store: ResultStore, _ names: CellNames
  ) throws -> String {
    let row = "\(cell.key.prefix(12))  "
    guard let known else { return row + "no cell.json  \(Bytes.text(cell.bytes))" }
    let word = try store.standing(of: known.cell).word
    let padding = String(repeating: " ", count: max(1, 12 - word.count))
    return "\(row)\(word)\(padding)\(try names.text(of: known))  \(Bytes.text(cell.bytes))"
  }

  private static func told(_ count: Int, _ one: String, _ several: String) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? one : several)"
  }
}

extension LockOwner {
  static var thisProcess: LockOwner {
    LockOwner(
      host: ProcessInfo.processInfo.hostName, process: Int(ProcessInfo.processInfo.processIdentifier),
      started: Date.now.formatted(.iso8601))
  }
}
