internal import ArgumentParser
internal import Catalogue
internal import Federated

/// The data sets: what there is, getting it, checking it.
struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List the data sets, fetch one, check what is here, or take over files that you have.",
    discussion: """
      A data set lies in data/NAME (or in --data DIR, or in the folder that SKYMASK_DATA names), as its makers publish \
      it. What is unpacked from it is kept in data/.cache, which may be deleted at any time.
      """,
    subcommands: [DataList.self, DataFetch.self, DataVerify.self, DataImport.self])

  /// - Throws: `DataCommandError.unknown`, or `notPublished` for a data set without files of its own.
  static func published(_ name: String) throws -> any PublishedDataset.Type {
    let known = Datasets.published
    if let type = known.first(where: { $0.name == name || $0.aliases.contains(name) }) { return type }
    if let other = Datasets.family.member(name) { throw DataCommandError.notPublished(other.name) }
    throw CommandError.unknownName(name, known: known.map { $0.name })
  }
}

/// What is wrong with a data set's files or with what is asked of them.
enum DataCommandError: Error, Equatable, CustomStringConvertible {
  /// The data set has no files that somebody publishes.
  case notPublished(String)
  case notFetched(String, page: String)
  case nowhere(String)
  case notRecognised(String)
  case ambiguous(String, candidates: [String])
  case isAnother(String, found: String, asked: String)
  case taken(folder: String, name: String)
  case changed(path: String, recorded: String, found: String)
  case wrongFile(path: String, reason: String)
  case cannotCopy(path: String, reason: String)

  var exit: Exit {
    switch self {
    case .notPublished, .nowhere, .ambiguous, .isAnother, .taken: .usage
    case .notFetched, .notRecognised, .changed, .wrongFile: .manifest
    case .cannotCopy: .disk
    }
  }

  var description: String {
    switch self {
    case .notPublished("npy"): "npy is your own arrays; name their files in the manifest"
    case .notPublished(let name): "\(name) is made from the seed; there is nothing to fetch or to check"
    case .notFetched(let name, let page):
      "\(name) cannot be fetched, since nobody publishes a checksum of it; get it from \(page), unpack it, then run"
        + " 'skymask data import PATH'"
    case .nowhere(let path): "\(path): no such file or folder"
    case .notRecognised(let path):
      "\(path): is no data set that is known: none of the files that skymask data list names are there"
    case .ambiguous(let path, let candidates):
      "\(path): may be \(candidates.joined(separator: " or ")), and is as neither has been published; say which with --as"
    case .isAnother(let path, let found, let asked): "\(path): is \(found), not \(asked)"
    case .taken(let folder, let name):
      "\(folder): holds \(name) already, and its content differs; move it away first"
    case .changed(let path, let recorded, let found):
      "\(path): has changed: its SHA-256 is \(found), but was \(recorded) when it came; get the file again"
    case .wrongFile(let path, let reason): "\(path): is not as published: \(reason); get the file again"
    case .cannotCopy(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

extension Int {
  /// Bytes for people: `170 MB`.
  var asBytes: String {
    switch self {
    case ..<1000: "\(self) B"
    case ..<1_000_000: "\((self + 500) / 1000) kB"
    default: "\((self + 500_000) / 1_000_000) MB"
    }
  }
}
