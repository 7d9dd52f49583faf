internal import Foundation

/// A data set's samples as they lie in memory, in a file that is made once and that every process maps.
///
/// It lies in `.cache/` of the data folder and may be deleted at any time. It serves as long as the data set's files
/// are the ones that it was made from, by `FileState`, and its own content has its checksum; else it is made again.
/// Files that changed less than `settling` before they were read are not trusted to be told by their state, since a
/// second change within the grain of the file system's clock would not show; such a cache serves its maker alone.
///
/// Two makers at once do no harm: each writes a file of its own and puts it in place whole.
struct SampleCache {
  private let folder: String
  private let path: String
  private let files: [(path: String, name: String)]
  /// Nanoseconds.
  var settling: Int64 = 2_000_000_000

  /// - Parameter files: what the data set is read from, inside `folder` or elsewhere.
  init(folder: DataFolder, dataset: String, files: [String]) {
    let start = folder.path + "/"
    self.files = files.map { ($0, $0.hasPrefix(start) ? String($0.dropFirst(start.count)) : $0) }
    var hash = ContentHash()
    hash.update(Array(self.files.map(\.name).joined(separator: "\n").utf8))
    self.folder = start + ".cache"
    path = "\(self.folder)/\(dataset)-\(hash.text.prefix(12)).samples"
  }

  /// The samples from the cache, else as `read` gives them and from then on in the cache.
  ///
  /// - Throws: `DatasetError.unreadable` when a file is not there; what `read` throws.
  func samples(_ read: () throws -> StoredSamples) throws -> StoredSamples {
    let sources = try states()
    if let known = opened(sources) { return known }
    // The cache only saves time and memory: where it cannot be written, what was read serves as well.
    guard let draft = CacheDraft(for: path, in: folder) else { return try read() }
    let samples: StoredSamples
    do {
      samples = try read()
    } catch {
      draft.discard()
      throw error
    }
    let isSettled = sources.allSatisfy { max($0.changed, $0.modified) + settling <= draft.created }
    let content = CacheContent(samples, sources: sources, isSettled: isSettled)
    guard draft.commit(content) else { return samples }
    return opened(sources, evenUnsettled: true) ?? samples
  }

  /// The digest of the content, from the cache where it can say so, else of the samples that `read` gives.
  ///
  /// The header is enough for that: a cell that takes the samples looks at the rest.
  func digest(_ read: () throws -> StoredSamples) throws -> String {
    let sources = try states()
    return try header(sources)?.header.digest ?? samples(read).digest
  }

  /// Who has mapped it keeps it.
  func remove() {
    // One that cannot be removed is replaced, or does not serve.
    _ = unlink(path)
  }

  /// What the cache holds; nil unless it is whole and of these sources.
  private func opened(_ sources: [FileState], evenUnsettled: Bool = false) -> StoredSamples? {
    header(sources, evenUnsettled: evenUnsettled).flatMap { $0.header.samples(in: $0.file) }
  }

  private func header(_ sources: [FileState], evenUnsettled: Bool = false) -> (header: CacheHeader, file: MappedFile)? {
    // A cache that is not there or cannot be mapped is made anew, whatever the reason.
    guard let file = try? MappedFile(path: path), let header = CacheHeader(of: file), header.sources == sources,
      header.isSettled || evenUnsettled
    else { return nil }
    return (header, file)
  }

  private func states() throws -> [FileState] { try files.map { try FileState(of: $0.path, as: $0.name) } }
}
