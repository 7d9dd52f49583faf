import Catalogue
import Testing

@testable import Federated

private let nowhere = DataFolder("/nowhere")

@Suite struct SyntheticImagesTests {
  @Test func hasTheShapeThatWasAskedFor() throws {
    let dataset = try SyntheticImages.make([
      "height": .integer(5), "width": .integer(7), "channels": .integer(3), "classes": .integer(4),
      "train": .integer(10), "test": .integer(6),
    ])
    let samples = try dataset.load(from: nowhere, seed: 1)
    #expect(samples.inputShape == [3, 5, 7])
    #expect(samples.train.labels == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    #expect(samples.test.labels == [0, 1, 2, 3, 0, 1])
    #expect(pixels(samples.train).count == 10 * 3 * 5 * 7)
    #expect(pixels(samples.test).count == 6 * 3 * 5 * 7)
  }

  @Test func dependsOnTheSeedAlone() throws {
    let dataset = try SyntheticImages.make(["train": .integer(20), "test": .integer(20)])
    let first = try dataset.load(from: nowhere, seed: 1)
    #expect(try pixels(dataset.load(from: nowhere, seed: 1).train) == pixels(first.train))
    #expect(try pixels(dataset.load(from: nowhere, seed: 2).train) != pixels(first.train))
    #expect(pixels(first.train) != pixels(first.test))
  }

  @Test func moreSamplesLeaveTheFirstAsTheyAre() throws {
    let few = try SyntheticImages.make(["train": .integer(10)]).load(from: nowhere, seed: 3)
    let many = try SyntheticImages.make(["train": .integer(30), "samples": .integer(10)]).load(from: nowhere, seed: 3)
    #expect(pixels(few.train) == pixels(many.train))
    #expect(few.train.labels == many.train.labels)
  }

  @Test func withoutNoiseAClassIsOnePictureOfPatches() throws {
    let dataset = try SyntheticImages.make([
      "noise": .integer(0), "classes": .integer(2), "height": .integer(4), "width": .integer(8), "train": .integer(4),
    ])
    let train = pixels(try dataset.load(from: nowhere, seed: 1).train)
    #expect(Array(train[0..<32]) == Array(train[64..<96]))
    #expect(Array(train[0..<32]) != Array(train[32..<64]))
    #expect(Set(train[0..<4]).count == 1)
    #expect(Array(train[0..<8]) == Array(train[8..<16]))
  }

  @Test func refusesMoreSamplesThanThereAre() throws {
    let dataset = try SyntheticImages.make(["train": .integer(10), "samples": .integer(11)])
    let error = #expect(throws: DatasetError.self) { try dataset.load(from: nowhere, seed: 1) }
    #expect(error?.description == "synthetic-images has 10 training samples, but 'samples' asks for 11")
  }

  private func pixels(_ split: Samples.Split) -> [UInt8] {
    if case .bytes(let bytes) = split.inputs { Array(bytes) } else { [] }
  }
}
