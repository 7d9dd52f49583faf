package import Catalogue
internal import Foundation

/// The user's own arrays, in NumPy's format.
///
/// The paths are inside the data folder, or absolute. Inputs are of the shape (samples, then `shape`): bytes are pixels,
/// divided by 255; other numbers are taken as they are. Labels, and owners where they are given, are whole numbers, one
/// for each sample. The digest is over the files' bytes: training inputs and labels, those of the test, owners.
package struct NPYDataset: FileDataset {
  package static let name = "npy"
  package static let summary = "your own arrays: .npy files of inputs and labels, and of owners for 'natural'"
  package static let parameters = [
    Parameter("shape", .list(.integer(1...1_000_000)), "a sample's shape: [channels, height, width] or [features]"),
    Parameter("classes", .integer(2...256), "number of classes; labels go from 0"),
    Parameter("train_x", .optional(.text), "the file of the training inputs"),
    Parameter("train_y", .optional(.text), "the file of the training labels"),
    Parameter("test_x", .optional(.text), "the file of the test inputs"),
    Parameter("test_y", .optional(.text), "the file of the test labels"),
    Parameter("owners", .optional(.text), "the file of the training samples' owners; none = nobody's"),
    Parameter("samples", .optional(.integer(1...10_000_000)), "only the first so many for training; none = all"),
  ]

  package var shape = [1, 28, 28]
  package var classes = 10
  package var trainX: String?
  package var trainY: String?
  package var testX: String?
  package var testY: String?
  package var owners: String?
  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { shape }
  package var ownership: Ownership { owners == nil ? .nobody : .unknown }

  private var needed: [(key: String, file: String?)] {
    [("train_x", trainX), ("train_y", trainY), ("test_x", testX), ("test_y", testY)]
  }

  package func missing(in folder: DataFolder) -> String? {
    let unset = needed.filter { $0.file == nil }.map(\.key)
    if !unset.isEmpty { return "npy: name the .npy files of \(unset.joined(separator: ", "))" }
    guard shape.count == 1 || shape.count == 3 else {
      return "npy: 'shape' has \(shape.count) numbers; it is [channels, height, width] or [features]"
    }
    let paths = paths(in: folder)
    if let path = paths.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
      return "npy: there is no file \(path)"
    }
    do {
      for inputs in [paths[0], paths[2]] { try checkShape(try Self.header(of: inputs).shape, inputs) }
    } catch {
      return "npy: \(error)"
    }
    return nil
  }

  package func files(in folder: DataFolder) throws -> [String] {
    if let text = missing(in: folder) { throw DatasetError.missing(text) }
    return paths(in: folder)
  }

  private func paths(in folder: DataFolder) -> [String] {
    (needed.map(\.file) + [owners]).compactMap { $0 }.map { $0.hasPrefix("/") ? $0 : folder.path + "/" + $0 }
  }

  package func read(_ files: [String]) throws -> StoredSamples {
    var hash = ContentHash()
    let arrays = try files.map { path in
      let bytes = try FileBytes.read(path)
      hash.update(bytes)
      return try NPY(bytes, name: path)
    }
    let owners = try arrays.count > 4 ? Self.numbers(arrays[4], files[4], what: "owners") : nil
    let train = try split(arrays[0], arrays[1], owners, Array(files.prefix(2)))
    if let owners, owners.count != train.labels.count {
      throw DatasetError.wrongArray(
        path: files[4], "holds \(owners.count) owners for the \(train.labels.count) samples of \(files[0])")
    }
    let test = try split(arrays[2], arrays[3], nil, Array(files[2..<4]))
    return StoredSamples(digest: hash.text, train: train, test: test)
  }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    // The cache knows the files, not what this manifest says of them.
    for (split, file) in [(stored.train, trainY), (stored.test, testY)] {
      try checkLabels(split.labels.lazy.map { Int($0) }, file ?? "")
    }
    let whole = Samples(inputShape: shape, classes: classes, train: stored.train, test: stored.test)
    return try whole.keepingFirst(samples, of: Self.name)
  }

  private func split(_ inputs: NPY, _ labels: NPY, _ owners: [Int]?, _ paths: [String]) throws -> Samples.Split {
    try checkShape(inputs.shape, paths[0])
    let numbers = try Self.numbers(labels, paths[1], what: "labels")
    guard numbers.count == inputs.shape[0] else {
      throw DatasetError.wrongArray(
        path: paths[1], "holds \(numbers.count) labels for the \(inputs.shape[0]) samples of \(paths[0])")
    }
    guard !numbers.isEmpty else { throw DatasetError.wrongArray(path: paths[0], "holds no samples") }
    try checkLabels(numbers, paths[1])
    let values: Samples.Inputs
    if case .bytes(let bytes) = inputs.values {
      values = .bytes(SampleValues(bytes))
    } else {
      let floats = inputs.floats
      if let place = floats.firstIndex(where: { !$0.isFinite }) {
        throw DatasetError.wrongArray(
          path: paths[0], "sample \(place / shape.reduce(1, *)) holds \(floats[place]), which is no number to train on")
      }
      values = .floats(SampleValues(floats))
    }
    return Samples.Split(inputs: values, labels: numbers.map { UInt8($0) }, owners: owners)
  }

  private func checkShape(_ found: [Int], _ path: String) throws {
    guard found.count == shape.count + 1, Array(found.dropFirst()) == shape else {
      let told = { (sizes: [String]) in "(" + sizes.joined(separator: ", ") + ")" }
      throw DatasetError.wrongArray(
        path: path,
        "has the shape \(told(found.map(String.init))), but 'shape' asks for \(told(["samples"] + shape.map(String.init)))"
      )
    }
  }

  private func checkLabels(_ labels: some Collection<Int>, _ path: String) throws {
    for (sample, label) in labels.enumerated() where !(0..<classes).contains(label) {
      throw DatasetError.wrongArray(
        path: path, "sample \(sample) has the label \(label), but labels go from 0 to \(classes - 1) ('classes')")
    }
  }

  private static func numbers(_ array: NPY, _ path: String, what: String) throws -> [Int] {
    guard array.shape.count == 1 else {
      throw DatasetError.wrongArray(path: path, "has \(array.shape.count) dimensions, but \(what) have one")
    }
    switch array.values {
    case .bytes(let values): return values.map { Int($0) }
    case .integers(let values): return values
    case .floats, .doubles:
      throw DatasetError.wrongArray(path: path, "holds fractions, but \(what) are uint8, int32 or int64")
    }
  }

  /// The header alone, which takes no time however large the array.
  private static func header(of path: String) throws -> NPYHeader {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw DatasetError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    let start = try file.read(upToCount: 1 << 17) ?? Data()
    return try NPYHeader.read([UInt8](start), name: path).0
  }
}
