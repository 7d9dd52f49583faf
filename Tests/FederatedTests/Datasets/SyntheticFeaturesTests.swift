import Catalogue
import Testing

@testable import Federated

private let nowhere = DataFolder("/nowhere")

@Suite struct SyntheticFeaturesTests {
  private func floats(_ split: Samples.Split) -> [Float] {
    if case .floats(let values) = split.inputs { Array(values) } else { [] }
  }

  @Test func hasTheShapeThatWasAskedFor() throws {
    let dataset = try SyntheticFeatures.make([
      "features": .integer(5), "classes": .integer(2), "owners": .integer(3), "train": .integer(9), "test": .integer(4),
    ])
    let samples = try dataset.load(from: nowhere, seed: 1)
    #expect(samples.inputShape == [5] && samples.classes == 2)
    #expect(samples.train.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0])
    #expect(samples.train.owners == [0, 0, 1, 1, 2, 2, 0, 0, 1])
    #expect(samples.test.owners == [0, 0, 1, 1])
    #expect(floats(samples.train).count == 45 && floats(samples.test).count == 20)
  }

  @Test func dependsOnTheSeedAloneAndGrowsAtTheEnd() throws {
    let few = try SyntheticFeatures.make(["train": .integer(10)])
    let many = try SyntheticFeatures.make(["train": .integer(30), "samples": .integer(10)])
    let samples = try few.load(from: nowhere, seed: 3)
    #expect(try floats(many.load(from: nowhere, seed: 3).train) == floats(samples.train))
    #expect(try many.load(from: nowhere, seed: 3).train.owners == samples.train.owners)
    #expect(try floats(few.load(from: nowhere, seed: 4).train) != floats(samples.train))
    #expect(Array(floats(samples.test).prefix(60)) != Array(floats(samples.train).prefix(60)))
  }

  @Test func withoutNoiseAnOwnersClassIsOneVector() throws {
    let dataset = try SyntheticFeatures.make([
      "features": .integer(3), "classes": .integer(2), "owners": .integer(2), "train": .integer(8),
      "noise": .integer(0),
    ])
    let values = floats(try dataset.load(from: nowhere, seed: 1).train)
    #expect(values[0..<3] == values[12..<15] && values[0..<3] != values[6..<9] && values[0..<3] != values[3..<6])
    // The shift is the owner's, whatever the class.
    let shifts = (0..<6).map { values[6 + $0] - values[$0] }
    #expect((0..<3).allSatisfy { abs(shifts[$0] - shifts[$0 + 3]) < 1e-6 })
  }

  @Test func aModelLearnsIt() throws {
    let settings = try smallSettings([
      "dataset": .string("synthetic-features"), "partition": .string("natural"), "clients": .integer(10),
      "rounds": .integer(5),
    ])
    let metrics = try run(settings).metrics
    #expect(try #require(metrics.last?.testAccuracy) > 0.6)
  }
}
