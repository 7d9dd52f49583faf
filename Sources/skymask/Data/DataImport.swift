internal import ArgumentParser
internal import Downloads
internal import Federated
internal import Foundation

/// Takes over files that the user has.
struct DataImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Copy a data set that you have into data/NAME, after reading it.",
    discussion: """
      PATH is an archive as published (cifar-10-binary.tar.gz), or a folder with the files: of the archive unpacked, of \
      Kaggle's train.csv and test.csv, of UCI's folder, of the Debian package.
      """)

  @Argument(help: "The file or folder.", completion: .file())
  var path: String

  @Option(name: .customLong("as"), help: "The data set, where the files do not say which it is.")
  var name: String?

  @Flag(help: "Make links to the files instead of copies.")
  var link = false

  @OptionGroup var data: DataOptions

  func run() throws {
    let asked = try name.map { try DataCommand.published($0) }
    let found = try FoundData.recognise(path, as: asked)
    let own = found.type.ownFolder(in: data.folder)
    if let there = found.type.files(at: own) {
      guard try found.type.init().digest(of: there) == found.digest else {
        throw DataCommandError.taken(folder: own, name: found.type.name)
      }
      Output.say("\(found.type.name) is in \(own) already")
      return
    }
    var sums: [String: String] = [:]
    for name in found.names {
      let (source, target) = (found.folder + "/" + name, own + "/" + name)
      try put(source, at: target)
      sums[name] = try Checksums(of: target).sha256
    }
    var list = try ChecksumList(in: own)
    try list.record(sums)
    // Reads what is there now, as every run will, and makes the cache.
    _ = try found.type.init().digest(in: data.folder)
    Output.say("\(found.type.name) is in \(own)")
  }

  /// Under a temporary name first, so that the name never stands for less than the whole.
  private func put(_ source: String, at target: String) throws {
    let manager = FileManager.default
    do {
      try manager.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      let part = target + ".part"
      if manager.fileExists(atPath: part) { try manager.removeItem(atPath: part) }
      let whole = URL(filePath: source).resolvingSymlinksInPath().path(percentEncoded: false)
      if link {
        try manager.createSymbolicLink(atPath: part, withDestinationPath: whole)
      } else {
        try manager.copyItem(atPath: whole, toPath: part)
      }
      guard rename(part, target) == 0 else {
        throw DataCommandError.cannotCopy(path: target, reason: String(cString: strerror(errno)))
      }
    } catch let error as DataCommandError {
      throw error
    } catch {
      throw DataCommandError.cannotCopy(path: target, reason: error.localizedDescription)
    }
  }
}

/// A data set among the user's files.
struct FoundData {
  let type: any PublishedDataset.Type
  let folder: String
  /// Its files inside `folder`.
  let names: [String]
  let digest: String

  /// Looks for the files of each data set, then reads those that are there.
  ///
  /// - Throws: `DataCommandError`; `DatasetError` when the files are damaged.
  static func recognise(_ path: String, as asked: (any PublishedDataset.Type)?) throws -> FoundData {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataCommandError.nowhere(path)
    }
    let whole = path as NSString
    let folder =
      isFolder.boolValue ? path : (whole.deletingLastPathComponent.isEmpty ? "." : whole.deletingLastPathComponent)
    var candidates: [(found: FoundData, isKnown: Bool)] = []
    // Sets in one form of file are read once.
    var digests: [[String]: String] = [:]
    for type in Datasets.published {
      let layouts = isFolder.boolValue ? type.layouts : type.layouts.filter { $0 == [whole.lastPathComponent] }
      let layout = layouts.first { names in
        names.allSatisfy { FileManager.default.fileExists(atPath: folder + "/" + $0) }
      }
      guard let layout else { continue }
      let files = layout.map { folder + "/" + $0 }
      let digest = try digests[files] ?? type.init().digest(of: files)
      digests[files] = digest
      candidates.append(
        (
          FoundData(type: type, folder: folder, names: layout, digest: digest),
          try digest == type.origin.digest || type.hasPublished(files)
        ))
    }
    guard let first = candidates.first else { throw DataCommandError.notRecognised(path) }
    let known = candidates.filter(\.isKnown).map(\.found)
    guard let asked else {
      if let sole = candidates.count == 1 ? first.found : known.first { return sole }
      throw DataCommandError.ambiguous(path, candidates: candidates.map { $0.found.type.name })
    }
    if let chosen = candidates.first(where: { $0.found.type.name == asked.name }), chosen.isKnown || known.isEmpty {
      return chosen.found
    }
    throw DataCommandError.isAnother(path, found: (known.first ?? first.found).type.name, asked: asked.name)
  }
}

extension PublishedDataset {
  /// The digest of these files' content, read to the end.
  func digest(of files: [String]) throws -> String { try read(files).digest }

  /// Whether all these files are as published.
  fileprivate static func hasPublished(_ files: [String]) throws -> Bool {
    try files.allSatisfy { path in
      guard let file = publishedFile(at: path) else { return false }
      return RemoteFile(file).objection(to: try Checksums(of: path)) == nil
    }
  }
}
