import Foundation
import Testing

@testable import Federated

@Suite struct NPYDatasetTests {
  /// Four samples of 1 × 2 × 3 for training, two for the test.
  private static let arrays: [String: NPY] = [
    "x.npy": NPY(shape: [4, 1, 2, 3], floats: (0..<24).map { Float($0) / 2 }),
    "y.npy": NPY(shape: [4], integers: [0, 2, 1, 2]),
    "tx.npy": NPY(shape: [2, 1, 2, 3], floats: (0..<12).map { -Float($0) }),
    "ty.npy": NPY(shape: [2], integers: [1, 0]),
    "who.npy": NPY(shape: [4], integers: [5, 5, 900, -1]),
  ]

  private var dataset: NPYDataset {
    var dataset = NPYDataset()
    (dataset.shape, dataset.classes) = ([1, 2, 3], 3)
    (dataset.trainX, dataset.trainY, dataset.testX, dataset.testY) = ("x.npy", "y.npy", "tx.npy", "ty.npy")
    return dataset
  }

  private func withArrays(
    _ changed: [String: NPY] = [:], _ body: (DataFolder) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      for (name, array) in Self.arrays.merging(changed, uniquingKeysWith: { $1 }) {
        try write(array.bytes, to: folder + "/" + name)
      }
      try body(DataFolder(folder))
    }
  }

  @Test func loadsInputsLabelsAndOwners() throws {
    try withArrays { folder in
      var owned = dataset
      owned.owners = "who.npy"
      let samples = try owned.load(from: folder, seed: 1)
      #expect(samples.inputShape == [1, 2, 3] && samples.classes == 3)
      #expect(samples.train.labels == [0, 2, 1, 2] && samples.test.labels == [1, 0])
      #expect(samples.train.owners == [5, 5, 900, -1])
      guard case .floats(let train) = samples.train.inputs, case .floats(let test) = samples.test.inputs else {
        Issue.record("float32 stays float32")
        return
      }
      #expect(Array(train) == (0..<24).map { Float($0) / 2 } && Array(test) == (0..<12).map { -Float($0) })
      #expect(try dataset.load(from: folder, seed: 1).train.owners == nil)
      // The owners are a part of the content.
      #expect(try owned.digest(in: folder) != dataset.digest(in: folder))
    }
  }

  @Test func bytesStayBytesAndOtherNumbersAreTakenAsTheyAre() throws {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 1, 2, 3), }\n"
    let pixels = try NPY(NPYTests.file(header, Array(0..<24)), name: "x.npy")
    try withArrays(["x.npy": pixels, "tx.npy": NPY(shape: [2, 1, 2, 3], integers: Array(0..<12))]) { folder in
      let samples = try dataset.load(from: folder, seed: 1)
      guard case .bytes(let train) = samples.train.inputs, case .floats(let test) = samples.test.inputs else {
        Issue.record("uint8 stays bytes, int64 becomes floats")
        return
      }
      #expect(Array(train) == Array(0..<24) && Array(test) == (0..<12).map { Float($0) })
    }
  }

  @Test func keepsTheFirstSamplesAndTheirOwners() throws {
    try withArrays { folder in
      var few = dataset
      (few.samples, few.owners) = (3, "who.npy")
      let samples = try few.load(from: folder, seed: 1)
      #expect(samples.train.labels == [0, 2, 1] && samples.train.owners == [5, 5, 900])
      few.samples = 5
      let error = #expect(throws: DatasetError.self) { try few.load(from: folder, seed: 1) }
      #expect(error?.description == "npy has 4 training samples, but 'samples' asks for 5")
    }
  }

  @Test func absolutePathsAreOutsideTheDataFolder() throws {
    try withArrays { folder in
      var absolute = dataset
      absolute.trainX = folder.path + "/x.npy"
      try withTemporaryFolder { other in
        for name in ["y.npy", "tx.npy", "ty.npy"] { try write(Self.arrays[name]?.bytes ?? [], to: other + "/" + name) }
        #expect(try absolute.load(from: DataFolder(other), seed: 1).train.labels == [0, 2, 1, 2])
      }
    }
  }

  @Test func saysBeforeARunWhatIsMissing() throws {
    #expect(
      NPYDataset().missing(in: DataFolder("data")) == "npy: name the .npy files of train_x, train_y, test_x, test_y")
    try withArrays { folder in
      #expect(dataset.missing(in: folder) == nil)
      var other = dataset
      other.owners = "nobody.npy"
      #expect(other.missing(in: folder) == "npy: there is no file \(folder.path)/nobody.npy")
      other = dataset
      other.shape = []
      #expect(other.missing(in: folder) == "npy: 'shape' has 0 numbers; it is [channels, height, width] or [features]")
      other.shape = [6]
      #expect(
        other.missing(in: folder)
          == "npy: \(folder.path)/x.npy: has the shape (4, 1, 2, 3), but 'shape' asks for (samples, 6)")
      try write([1, 2, 3], to: folder.path + "/tx.npy")
      #expect(
        dataset.missing(in: folder)
          == "npy: \(folder.path)/tx.npy: is no NPY file: it does not start with \\x93NUMPY")
    }
  }

  @Test(arguments: [
    ("y.npy", NPY(shape: [3], integers: [0, 1, 2]), "y.npy: holds 3 labels for the 4 samples of x.npy"),
    (
      "y.npy", NPY(shape: [4], integers: [0, 1, 3, 2]),
      "y.npy: sample 2 has the label 3, but labels go from 0 to 2 ('classes')"
    ),
    (
      "ty.npy", NPY(shape: [2], integers: [0, -1]),
      "ty.npy: sample 1 has the label -1, but labels go from 0 to 2 ('classes')"
    ),
    ("y.npy", NPY(shape: [4, 1], integers: [0, 1, 1, 2]), "y.npy: has 2 dimensions, but labels have one"),
    ("y.npy", NPY(shape: [4], floats: [0, 1, 1, 2]), "y.npy: holds fractions, but labels are uint8, int32 or int64"),
    ("who.npy", NPY(shape: [5], integers: [0, 1, 1, 2, 2]), "who.npy: holds 5 owners for the 4 samples of x.npy"),
    (
      "x.npy",
      NPY(shape: [4, 1, 2, 3], floats: [Float](repeating: 0, count: 17) + [.nan] + [Float](repeating: 0, count: 6)),
      "x.npy: sample 2 holds nan, which is no number to train on"
    ),
    ("tx.npy", NPY(shape: [0, 1, 2, 3], floats: []), "ty.npy: holds 2 labels for the 0 samples of tx.npy"),
  ])
  func saysWhichArrayIsWrong(name: String, array: NPY, problem: String) throws {
    try withArrays([name: array]) { folder in
      var owned = dataset
      owned.owners = "who.npy"
      let error = #expect(throws: DatasetError.self) { try owned.load(from: folder, seed: 1) }
      #expect(error?.description.replacingOccurrences(of: folder.path + "/", with: "") == problem)
    }
  }

  @Test func theLabelsAreCheckedAgainstTheManifestNotTheCache() throws {
    try withArrays { folder in
      _ = try dataset.load(from: folder, seed: 1)
      var fewer = dataset
      fewer.classes = 2
      #expect(throws: DatasetError.self) { try fewer.load(from: folder, seed: 1) }
    }
  }
}
