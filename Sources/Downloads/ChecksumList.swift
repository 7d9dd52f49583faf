internal import Foundation

/// The SHA-256 of the files in a folder as they were first got, in the form that `sha256sum --check` reads.
package struct ChecksumList: Sendable, Equatable {
  package static let fileName = "SHA256SUMS"

  /// By file name.
  package private(set) var sums: [String: String] = [:]
  private let path: String

  /// What is recorded in `folder`; nothing where there is no list yet.
  ///
  /// - Throws: `DownloadError.badList` for a line that is none of such a list.
  package init(in folder: String) throws {
    path = folder + "/" + ChecksumList.fileName
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw DownloadError.disk(path: path, reason: error.localizedDescription)
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where line != "" {
      let (sum, rest) = (line.prefix(64), line.dropFirst(64))
      guard sum.count == 64, sum.allSatisfy(\.isHexDigit), rest.hasPrefix("  "), rest.count > 2 else {
        throw DownloadError.badList(path: path, line: number + 1)
      }
      sums[String(rest.dropFirst(2))] = sum.lowercased()
    }
  }

  /// Adds or replaces entries and writes the list, by way of a temporary file.
  ///
  /// - Throws: `DownloadError.disk`.
  package mutating func record(_ new: [String: String]) throws {
    sums.merge(new) { $1 }
    let text = sums.keys.sorted().map { "\(sums[$0] ?? "")  \($0)\n" }.joined()
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw DownloadError.disk(path: path, reason: error.localizedDescription)
    }
  }
}
