internal import ArgumentParser
internal import Downloads
internal import Federated
internal import Foundation

/// Reads data sets anew and compares them with their checksums.
struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read a data set anew, or all that are here, and compare with the checksums.",
    discussion: "Exit code 65 when something is wrong or missing.")

  @Argument(help: "The data set; all that are here when none is named.")
  var name: String?

  @OptionGroup var data: DataOptions

  func run() throws {
    let folder = data.folder
    let types =
      try name.map { [try DataCommand.published($0)] }
      ?? Datasets.published.filter {
        $0.init().missing(in: folder) == nil
      }
    if types.isEmpty { Output.say("there is no data set in \(folder.path)") }
    var bad = false
    for type in types {
      do {
        Output.say("\(type.name): \(try DataVerify.verify(type, in: folder))")
      } catch {
        let (text, _) = Failures.describe(error)
        Output.complain(text)
        bad = true
      }
    }
    if bad { throw ExitCode(Exit.manifest.rawValue) }
  }

  /// What is right with it.
  ///
  /// - Throws: `DatasetError`, `DataCommandError` or `DownloadError`: what is wrong with it.
  static func verify(_ type: any PublishedDataset.Type, in folder: DataFolder) throws -> String {
    let own = type.ownFolder(in: folder)
    let files = try type.init().files(in: folder)
    let list = try ChecksumList(in: own)
    var (recorded, published) = (0, 0)
    var objection: DataCommandError?
    for path in files {
      let sums = try Checksums(of: path)
      if path.hasPrefix(own + "/"), let sum = list.sums[String(path.dropFirst(own.count + 1))] {
        guard sum == sums.sha256 else {
          throw DataCommandError.changed(path: path, recorded: sum, found: sums.sha256)
        }
        recorded += 1
      }
      if let file = type.publishedFile(at: path) {
        if let reason = RemoteFile(file).objection(to: sums) {
          objection = objection ?? .wrongFile(path: path, reason: reason)
        } else {
          published += 1
        }
      }
    }
    let digest = try type.init().digestAnew(in: folder)
    let isKnown = digest == type.origin.digest
    if let objection, !isKnown { throw objection }
    let count = files.count == 1 ? "1 file" : "\(files.count) files"
    let reason =
      if published == files.count {
        "as published"
      } else if isKnown {
        "compressed anew, the content as published"
      } else if recorded == files.count {
        "as when they came"
      } else {
        "whole; there is no checksum of this form to compare with"
      }
    return "\(count), \(reason); content \(digest)"
  }
}

extension PublishedDataset {
  /// What has been published under a file's name.
  static func publishedFile(at path: String) -> PublishedFile? {
    let name = (path as NSString).lastPathComponent
    return (origin.files + origin.otherFiles).first { $0.name == name }
  }
}
