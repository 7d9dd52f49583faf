import Foundation
import TestSupport
import Testing

@testable import Federated

private let names = [
  "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
]

/// The checkout's `data` folder.
private let data = DataFolder(
  Golden.folder.deletingLastPathComponent().deletingLastPathComponent().appending(path: "data").path())

@Suite struct FashionMNISTTests {
  @Test func loadsTheRealPictures() throws {
    let samples = try FashionMNIST().load(from: data, seed: 1)
    #expect(samples.train.labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    #expect(samples.test.labels.prefix(10) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
    #expect(counts(samples.train.labels) == [Int](repeating: 6000, count: 10))
    #expect(counts(samples.test.labels) == [Int](repeating: 1000, count: 10))
    guard case .bytes(let pixels) = samples.train.inputs else {
      Issue.record("pictures are bytes")
      return
    }
    #expect(pixels.count == 60_000 * 28 * 28)
  }

  @Test func keepsTheFirstSamplesForTraining() throws {
    let first = try FashionMNIST.make(["samples": .integer(12)]).load(from: data, seed: 1)
    #expect(first.train.labels == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9])
    guard case .bytes(let pixels) = first.train.inputs else {
      Issue.record("pictures are bytes")
      return
    }
    #expect(pixels.count == 12 * 28 * 28)
    #expect(first.test.labels.count == 10_000)
  }

  @Test func prefersTheUsersFolderWhenAllFourFilesLieThere() throws {
    try withTemporaryFolder { folder in
      let package = folder + "/package"
      let own = folder + "/fashion-mnist"
      for place in [package, own] {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      }
      for name in names { try write([], to: package + "/" + name) }
      for name in names.dropLast() { try write([], to: own + "/" + name) }
      let data = DataFolder(folder)
      #expect(try FashionMNIST.files(in: data, or: package) == names.map { package + "/" + $0 })
      try write([], to: own + "/" + names[3])
      #expect(try FashionMNIST.files(in: data, or: package) == names.map { own + "/" + $0 })
    }
  }

  @Test func saysWhatIsMissingAndHowToGetIt() throws {
    try withTemporaryFolder { folder in
      let own = folder + "/fashion-mnist"
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
      for name in names.dropLast(2) { try write([], to: own + "/" + name) }
      let text =
        "fashion-mnist: \(own) lacks t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz; run 'skymask data fetch"
        + " fashion-mnist --data \(folder)' or 'apt-get install dataset-fashion-mnist'"
      #expect(FashionMNIST.missing(in: DataFolder(folder), or: folder + "/nowhere") == text)
      let error = #expect(throws: DatasetError.self) {
        try FashionMNIST.files(in: DataFolder(folder), or: folder + "/nowhere")
      }
      #expect(error?.description == text)
    }
  }

  private func counts(_ labels: [UInt8]) -> [Int] {
    labels.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1)] += 1 }
  }
}
