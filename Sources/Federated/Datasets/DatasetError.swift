/// What is wrong with a data set: its files, or what a manifest asks of it.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
  case missing(String)
  case unreadable(path: String, reason: String)
  case damaged(path: String, Damage)
  case tooFewSamples(dataset: String, available: Int, asked: Int)
  /// Since the cell's key was made.
  case changed(dataset: String)
  /// An array of the user's own that is not what the manifest says; the words name the file.
  case wrongArray(path: String, String)

  /// What is wrong with a file of a data set.
  package enum Damage: Equatable, Sendable {
    case notGzip
    /// zlib's own words.
    case badGzip(String)
    case truncatedGzip
    /// Bytes after the end of the compressed data.
    case trailingGzip(Int)
    case wrongMagic(UInt32, expected: UInt32)
    case wrongDimensions([Int], expected: [Int])
    /// The file ends before its header's samples do.
    case tooShort(Int, expected: Int)
    /// There are more bytes than the header's samples take.
    case tooLong(expected: Int)
    case labelOutOfRange(UInt8, sample: Int, classes: Int)
    case labelNumberOutOfRange(Int, sample: Int, classes: Int)
    /// The bytes of a file of records that are all of one size.
    case wrongSize(Int, expected: Int)
    /// A tar archive, with the place of the header, unpacked.
    case badArchive(Int)
    case endsWithin(String)
    case missingMember(String)
    case badPickle(String, place: Int)
    case missingKey(String)
    case wrongKey(String, expected: String)
    /// Text files; lines count from 1.
    case noSamples
    case missingColumn(String)
    case wrongFieldCount(Int, expected: Int, line: Int)
    case wrongLineCount(Int, expected: Int)
    case notANumber(String, line: Int)
    /// Not a whole number of at least 1.
    case notACount(String, line: Int)
    case unknownActivity(String, line: Int, known: [String])
  }

  package var description: String {
    switch self {
    case .missing(let text): text
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .damaged(let path, let damage): "\(path): \(damage.description); get the file again"
    case .changed(let dataset):
      "the files of \(dataset) have changed since the run began; give the same command again"
    case .wrongArray(let path, let problem): "\(path): \(problem)"
    case .tooFewSamples(let dataset, let available, let asked):
      "\(dataset) has \(available) training samples, but 'samples' asks for \(asked)"
    }
  }
}

extension DatasetError {
  /// - Throws: `damaged` for the first label that is no class.
  static func check(_ labels: [UInt8], classes: Int, of path: String) throws {
    if let sample = labels.firstIndex(where: { $0 >= classes }) {
      throw damaged(path: path, .labelOutOfRange(labels[sample], sample: sample, classes: classes))
    }
  }
}

extension DatasetError.Damage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notGzip: "not a gzip file"
    case .badGzip(let reason): "damaged gzip data: \(reason)"
    case .truncatedGzip: "the gzip data end too early"
    case .trailingGzip(let count): "\(count) bytes follow the gzip data"
    case .wrongMagic(let magic, let expected):
      "not the IDX file that it should be: it starts with \(hex(magic)), not \(hex(expected))"
    case .wrongDimensions(let dimensions, let expected):
      "the header says \(times(dimensions)), but it should be \(times(expected))"
    case .tooShort(let count, let expected): "\(count) bytes where the header and its samples take \(expected)"
    case .tooLong(let expected): "more bytes than the \(expected) that the header and its samples take"
    case .labelOutOfRange(let label, let sample, let classes):
      "sample \(sample) has the label \(label), but labels go from 0 to \(classes - 1)"
    case .labelNumberOutOfRange(let label, let sample, let classes):
      "sample \(sample) has the label \(label), but labels go from 0 to \(classes - 1)"
    case .wrongSize(let count, let expected): "\(count) bytes where its samples take \(expected)"
    case .badArchive(let offset): "not a tar archive from byte \(offset) of the unpacked data on"
    case .endsWithin(let name): "the archive ends within '\(name)'"
    case .missingMember(let name): "the archive has no file '\(name)'"
    case .badPickle(let problem, let place): "damaged pickle at byte \(place): \(problem)"
    case .missingKey(let key): "there is no '\(key)' in it"
    case .wrongKey(let key, let expected): "its '\(key)' should be \(expected)"
    case .noSamples: "there are no samples in it"
    case .missingColumn(let name): "line 1 names no column '\(name)'"
    case .wrongFieldCount(let count, let expected, let line):
      "line \(line) has \(count) fields where there should be \(expected)"
    case .wrongLineCount(let count, let expected): "\(count) lines for \(expected) samples"
    case .notANumber(let text, let line): "line \(line): '\(text)' is not a number"
    case .notACount(let text, let line): "line \(line): '\(text)' is not a whole number of at least 1"
    case .unknownActivity(let text, let line, let known):
      "line \(line): unknown activity '\(text)'; known: " + known.joined(separator: ", ")
    }
  }

  private func hex(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func times(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: " × ") }
}
