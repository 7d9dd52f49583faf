internal import ArgumentParser
internal import Downloads
internal import Federated
internal import Foundation

/// Gets a data set from the network.
struct DataFetch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Get a data set from the network into data/NAME, by way of curl.",
    discussion: """
      What is there already is kept. A file that broke off goes on where it ended, and has its name only when its size \
      and its checksums are right. Exit codes: 65 when what came is not the right file or nobody has it, 75 when the \
      connection failed and the same command goes on, 73 when another fetch is at it, 74 for the disk.
      """)

  @Argument(help: "The data set, such as cifar-10.")
  var name: String

  @Option(help: ArgumentHelp("Another place that has the same files; the name of each follows.", valueName: "url"))
  var from: String?

  @OptionGroup var data: DataOptions

  func run() async throws {
    let type = try DataCommand.published(name)
    let origin = type.origin
    if origin.files.isEmpty { throw DataCommandError.notFetched(type.name, page: origin.page) }
    let downloader = Downloader(
      folder: type.ownFolder(in: data.folder), curl: Curl(showsProgress: isatty(STDERR_FILENO) == 1),
      note: { Output.complain($0) })
    try await downloader.fetch(origin.files.map { RemoteFile($0) }, from: from.map { [$0] } ?? origin.mirrors)
    // Reads it all once, which checks the samples and makes the cache that the cells use.
    _ = try type.init().digest(in: data.folder)
    Output.say("\(type.name) is in \(type.ownFolder(in: data.folder))")
  }
}

extension RemoteFile {
  init(_ file: PublishedFile) {
    self.init(name: file.name, size: file.size, md5: file.md5, sha256: file.sha256)
  }
}
