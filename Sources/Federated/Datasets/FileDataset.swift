/// A data set that is read from files.
///
/// Contract: what `read` gives is a function of the files' content alone.
package protocol FileDataset: Dataset {
  /// The files that it is read from.
  ///
  /// - Throws: `DatasetError.missing`.
  func files(in folder: DataFolder) throws -> [String]
  /// Reads and checks all samples, and takes their digest from the very bytes that were read.
  ///
  /// - Throws: `DatasetError` that names the file and what is wrong with it.
  func read(_ files: [String]) throws -> StoredSamples
  /// What a cell gets of them.
  func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples
}

extension FileDataset {
  package func digest(in folder: DataFolder) throws -> String? {
    let files = try files(in: folder)
    return try SampleCache(folder: folder, dataset: Self.name, files: files).digest { try read(files) }
  }

  package func load(from folder: DataFolder, seed: UInt64) throws -> Samples {
    try load(from: folder, seed: seed, quirks: [])
  }

  package func load(from folder: DataFolder, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    try samples(of: stored(in: folder), seed: seed, quirks: quirks)
  }

  /// The digest of the content read anew, whatever the cache says; the cache is made again.
  package func digestAnew(in folder: DataFolder) throws -> String {
    let files = try files(in: folder)
    let cache = SampleCache(folder: folder, dataset: Self.name, files: files)
    cache.remove()
    return try cache.samples { try read(files) }.digest
  }

  /// All samples, by way of the cache.
  func stored(in folder: DataFolder) throws -> StoredSamples {
    let files = try files(in: folder)
    return try SampleCache(folder: folder, dataset: Self.name, files: files).samples { try read(files) }
  }
}

/// Samples as a data set's files have them.
package struct StoredSamples: Sendable {
  /// The SHA-256 of the content, 64 hex digits; what exactly it is taken over is each data set's own to say.
  package var digest: String
  package var train: Samples.Split
  package var test: Samples.Split
}
