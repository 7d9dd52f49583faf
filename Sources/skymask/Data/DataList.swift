internal import ArgumentParser
internal import Catalogue
internal import Federated
internal import Foundation

/// The data sets, and which of them are here.
struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the data sets: what each is, whether it is here, how large, from where.")

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object a line: name, summary, source, here, folder, bytes, fetch, page.")
  var json = false

  func run() throws {
    for type in Datasets.all {
      let row = try Row(type, in: data.folder)
      if json {
        Output.say(row.value)
        continue
      }
      Output.say("\(row.name): \(row.summary)")
      Output.say("  \(row.state)")
      if !row.source.isEmpty { Output.say("  source: \(row.source)") }
      if let page = row.page { Output.say("  page: \(page)") }
    }
  }

  struct Row {
    var name: String
    var summary: String
    var source: String
    var page: String?
    /// Nil for what is made from the seed, and for the user's own arrays.
    var isHere: Bool?
    var folder: String?
    /// On disk when it is here, else to fetch.
    var bytes: Int?
    var canBeFetched = false

    init(_ type: any Dataset.Type, in folder: DataFolder) throws {
      (name, summary, source) = (type.name, type.summary, type.source)
      guard let type = type as? any PublishedDataset.Type else { return }
      let origin = type.origin
      (page, canBeFetched) = (origin.page, !origin.files.isEmpty)
      let isHere = type.init().missing(in: folder) == nil
      self.isHere = isHere
      if isHere {
        let files = try type.init().files(in: folder)
        self.folder =
          type.files(at: type.ownFolder(in: folder)) == nil ? type.package?.folder : type.ownFolder(in: folder)
        bytes = try files.reduce(0) { sum, path in
          // That of a link would be the length of its text.
          let file = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
          let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
          return sum + (size?.intValue ?? 0)
        }
      } else if canBeFetched {
        bytes = origin.files.reduce(0) { $0 + $1.size }
      }
    }

    var state: String {
      guard let isHere else { return name == NPYDataset.name ? "your own files" : "made from the seed" }
      let size = bytes.map { ", \($0.asBytes)" } ?? ""
      if isHere { return "here: \(folder ?? "")\(size)" }
      return canBeFetched ? "not here: skymask data fetch \(name)\(size)" : "not here: skymask data import PATH"
    }

    var value: Value {
      .map([
        "name": .string(name), "summary": .string(summary), "source": .string(source),
        "page": page.map(Value.string) ?? .null, "here": isHere.map(Value.bool) ?? .null,
        "folder": folder.map(Value.string) ?? .null, "bytes": bytes.map(Value.integer) ?? .null,
        "fetch": .bool(canBeFetched),
      ])
    }
  }
}
