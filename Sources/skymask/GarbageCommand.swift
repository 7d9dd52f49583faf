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
      --set or --seeds is not in the manifest, and so is shown. Takes the lock: it refuses while a run goes on (exit 73). \
      The CSV files stay as they are until the next run or export.
      """)

  @Argument(help: "Manifests, YAML files.", completion: .file(extensions: ["yaml", "yml"]))
  var manifests: [String]

  @OptionGroup var folders: FolderOptions

  @Flag(help: "Remove it.")
  var yes = false

  func validate() throws {
    if manifests.isEmpty { throw ValidationError("give at least one manifest") }
  }

  func run() throws {
    var asked: [String: Set<String>] = [:]
    var stores: [ResultStore] = []
    // All of them are read before anything is removed.
    for path in manifests {
      let loaded = try LoadedSweep(manifest: path, folders: folders)
      if asked[loaded.store.name] == nil { stores.append(loaded.store) }
      asked[loaded.store.name, default: []].formUnion(try loaded.cells().map(\.key))
    }
    for store in stores { try clean(store, asked: asked[store.name] ?? []) }
  }

  private func clean(_ store: ResultStore, asked: Set<String>) throws {
    guard try store.exists() else {
      Output.say("\(store.folder): nothing there")
      return
    }
    let lock = try store.lock(as: .thisProcess)
    let garbage = try Garbage(in: store, asked: asked)
    if garbage.isEmpty {
      Output.say("\(store.folder): nothing to remove")
      try lock.release()
      return
    }
    let labels = try Labels(families: CellParameters.families)
    for cell in garbage.cells { Output.say(try row(cell, of: store, labels)) }
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

  private func row(_ cell: Garbage.AbandonedCell, of store: ResultStore, _ labels: Labels) throws -> String {
    let row = "\(cell.key.prefix(12))  "
    guard let known = try store.knownCell(key: cell.key) else { return row + "no cell.json  \(Bytes.text(cell.bytes))" }
    let word = try store.standing(of: known.cell).word
    let parameters = try ["dataset", "attack", "aggregator", "bias", "seed"].map { name in
      "\(name)=\(try labels.text(of: name, in: known.cell))"
    }
    return row + word + String(repeating: " ", count: max(1, 12 - word.count)) + parameters.joined(separator: " ")
      + "  \(Bytes.text(cell.bytes))"
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
