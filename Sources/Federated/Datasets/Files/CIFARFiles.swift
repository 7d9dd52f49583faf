/// What the two CIFAR sets have in common: their files, in the binary version or as Python's pickles.
struct CIFARFiles {
  static let shape = [3, 32, 32]
  private static let pixels = 3072

  /// One of the published versions.
  struct Form {
    let folder: String
    let archive: String
    /// Training files in order, then that of the test.
    let files: [String]
    let isPickle: Bool
  }

  let classes: Int
  /// Bytes before a binary record's pixels, the last of which is the label.
  let labelBytes: Int
  /// The labels' key in a pickle.
  let labelKey: String
  let trainFiles: Int
  /// Samples in each training file, and in that of the test.
  let trainCount: Int
  let testCount: Int
  let forms: [Form]

  /// Each form's files in their folder or right there, then the archives.
  var layouts: [[String]] {
    forms.flatMap { form in [form.files.map { form.folder + "/" + $0 }, form.files] } + forms.map { [$0.archive] }
  }

  /// The digest is over each file's labels, a byte each, and then its pixels, so that both versions have the same.
  ///
  /// - Parameter files: one of the layouts, found.
  func read(_ files: [String]) throws -> StoredSamples {
    var batches: [Batch] = []
    if files.count == 1 {
      guard let form = forms.first(where: { files[0].hasSuffix($0.archive) }) else {
        preconditionFailure("\(files[0]) is none of the archives")
      }
      let names = form.files.map { form.folder + "/" + $0 }
      var members = try TarArchive.read(names, from: files[0])
      for (number, name) in names.enumerated() {
        // Let go of as soon as it is read: an archive takes as much memory as all samples do.
        let bytes = members.removeValue(forKey: name) ?? []
        batches.append(try batch(bytes, number, path: "\(files[0]): \(name)", isPickle: form.isPickle))
      }
    } else {
      for (number, path) in files.enumerated() {
        batches.append(try batch(FileBytes.read(path), number, path: path, isPickle: !path.hasSuffix(".bin")))
      }
    }
    var hash = ContentHash()
    for batch in batches {
      hash.update(batch.labels)
      hash.update(batch.pixels)
    }
    return StoredSamples(
      digest: hash.text, train: split(Array(batches.prefix(trainFiles))), test: split(Array(batches.suffix(1))))
  }

  private struct Batch {
    var labels: [UInt8]
    var pixels: [UInt8]
  }

  private func split(_ batches: [Batch]) -> Samples.Split {
    var whole = Batch(labels: [], pixels: [])
    whole.pixels.reserveCapacity(batches.reduce(0) { $0 + $1.pixels.count })
    for batch in batches {
      whole.labels += batch.labels
      whole.pixels += batch.pixels
    }
    return Samples.Split(inputs: .bytes(SampleValues(whole.pixels)), labels: whole.labels)
  }

  private func batch(_ bytes: [UInt8], _ number: Int, path: String, isPickle: Bool) throws -> Batch {
    let count = number < trainFiles ? trainCount : testCount
    let batch = try isPickle ? pickled(bytes, count, path) : binary(bytes, count, path)
    try DatasetError.check(batch.labels, classes: classes, of: path)
    return batch
  }

  private func binary(_ bytes: [UInt8], _ count: Int, _ path: String) throws -> Batch {
    let record = labelBytes + Self.pixels
    guard bytes.count == count * record else {
      throw DatasetError.damaged(path: path, .wrongSize(bytes.count, expected: count * record))
    }
    var batch = Batch(labels: [], pixels: [])
    batch.pixels.reserveCapacity(count * Self.pixels)
    for start in stride(from: 0, to: bytes.count, by: record) {
      batch.labels.append(bytes[start + labelBytes - 1])
      batch.pixels += bytes[(start + labelBytes)..<(start + record)]
    }
    return batch
  }

  private func pickled(_ bytes: [UInt8], _ count: Int, _ path: String) throws -> Batch {
    let damaged = { (damage: DatasetError.Damage) in DatasetError.damaged(path: path, damage) }
    let map: [String: Pickle.Value]
    do {
      map = try Pickle.map(bytes)
    } catch {
      throw damaged(.badPickle(error.problem, place: error.place))
    }
    for key in [labelKey, "data"] where map[key] == nil { throw damaged(.missingKey(key)) }
    guard let labels = map[labelKey]?.integers else {
      throw damaged(.wrongKey(labelKey, expected: "a list of numbers"))
    }
    guard labels.count == count else {
      throw damaged(.wrongKey(labelKey, expected: "a list of \(count) numbers, not of \(labels.count)"))
    }
    if let sample = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw damaged(.labelNumberOutOfRange(labels[sample], sample: sample, classes: classes))
    }
    guard let array = map["data"]?.byteArray else { throw damaged(.wrongKey("data", expected: "an array of bytes")) }
    guard array.shape == [count, Self.pixels], array.bytes.count == count * Self.pixels else {
      let shape = array.shape.map(String.init).joined(separator: " × ")
      throw damaged(
        .wrongKey("data", expected: "\(count) × \(Self.pixels) bytes, not \(shape) in \(array.bytes.count) bytes"))
    }
    return Batch(labels: labels.map { UInt8($0) }, pixels: array.bytes)
  }
}
