internal import Foundation

/// A data set that its makers have published as files of known names.
///
/// It lies in the data folder under its own name.
package protocol PublishedDataset: FileDataset {
  /// The sets of files any of which is the data set, the preferred one first: paths inside its folder.
  static var layouts: [[String]] { get }
  static var origin: Origin { get }
  /// Where the system's package puts it, and that package's name; nil where there is none.
  static var package: (name: String, folder: String)? { get }
}

/// Where a data set comes from.
package struct Origin: Sendable {
  /// What to read before using it.
  package let page: String
  /// Each with the same files, in the order in which they are tried; the name of a file follows.
  package let mirrors: [String]
  /// What `skymask data fetch` gets, one of the layouts; empty where nobody publishes a checksum.
  package let files: [PublishedFile]
  /// Other forms of the same data, for what the user gets.
  package let otherFiles: [PublishedFile]
  /// The digest of the right content, where it is known.
  package let digest: String?

  init(
    page: String, mirrors: [String] = [], files: [PublishedFile] = [], otherFiles: [PublishedFile] = [],
    digest: String? = nil
  ) {
    (self.page, self.mirrors, self.files) = (page, mirrors, files)
    (self.otherFiles, self.digest) = (otherFiles, digest)
  }
}

/// A file as its makers have published it.
package struct PublishedFile: Sendable, Equatable {
  package let name: String
  /// In bytes.
  package let size: Int
  package let md5: String
  /// Nil where it is not known.
  package let sha256: String?

  package init(_ name: String, size: Int, md5: String, sha256: String? = nil) {
    (self.name, self.size, self.md5, self.sha256) = (name, size, md5, sha256)
  }
}

extension PublishedDataset {
  package static var package: (name: String, folder: String)? { nil }

  /// The folder of the user's own files.
  package static func ownFolder(in folder: DataFolder) -> String { folder.path + "/" + name }

  /// The files of the first layout that is all in `folder`; nil when none is.
  package static func files(at folder: String) -> [String]? {
    layouts.first { lacking($0, in: folder).isEmpty }?.map { folder + "/" + $0 }
  }

  package func missing(in folder: DataFolder) -> String? {
    Self.missing(in: folder, or: Self.package?.folder)
  }

  package func files(in folder: DataFolder) throws -> [String] {
    try Self.files(in: folder, or: Self.package?.folder)
  }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    Samples(inputShape: inputShape, classes: classes, train: stored.train, test: stored.test)
  }

  static func files(in folder: DataFolder, or packageFolder: String?) throws -> [String] {
    if let files = files(at: ownFolder(in: folder)) ?? packageFolder.flatMap({ files(at: $0) }) { return files }
    throw DatasetError.missing(missing(in: folder, or: packageFolder) ?? "")
  }

  static func missing(in folder: DataFolder, or packageFolder: String?) -> String? {
    let own = ownFolder(in: folder)
    if files(at: own) != nil || packageFolder.flatMap({ files(at: $0) }) != nil { return nil }
    let option = folder.path == "data" ? "" : " --data \(folder.path)"
    let ways =
      origin.files.isEmpty
      ? "get it from \(origin.page), then run 'skymask data import PATH\(option)'"
      : "run 'skymask data fetch \(name)\(option)'" + (package.map { " or 'apt-get install \($0.name)'" } ?? "")
    return "\(name): \(told(own)); \(ways)"
  }

  /// What of it is in its folder.
  private static func told(_ own: String) -> String {
    let begun = layouts.map { layout in (lacking(layout, in: own), layout.count) }
      .filter { $0.0.count < $0.1 }.min { $0.0.count < $1.0.count }
    guard let begun else { return "is not in \(own)" }
    return "\(own) lacks \(begun.0.joined(separator: ", "))"
  }

  private static func lacking(_ layout: [String], in folder: String) -> [String] {
    layout.filter { !FileManager.default.fileExists(atPath: folder + "/" + $0) }
  }
}
