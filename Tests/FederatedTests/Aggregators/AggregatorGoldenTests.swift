import Catalogue
import TestSupport
import Testing

@testable import Federated

/// The published implementations' own answers.
@Suite struct AggregatorGoldenTests {
  /// What the model is after a rule: parameters − global_lr · aggregate.
  private func parameters(
    _ name: String, _ rule: any Aggregator, rootIsLast: Bool = false, quirks: Set<Quirk> = []
  ) throws -> (actual: [Float], expected: [Float]) {
    let settings = try Golden.settings(name)
    var updates = try Matrix.golden(name, "updates.npy")
    var root: [Float]?
    if rootIsLast {
      root = updates.row(updates.rows - 1)
      updates = Matrix(
        rows: updates.rows - 1, columns: updates.columns, values: Array(updates.values.dropLast(updates.columns)))
    }
    let byzantine = try #require(settings["byzantine"] as? Int)
    let rate = Float(try #require(settings["global_lr"] as? Double))
    var memory = RuleMemory()
    let aggregate = try rule.aggregate(
      .example(updates, byzantine: byzantine, root: root, quirks: quirks), memory: &memory)
    let before = try Golden.array(name, "params.npy").values
    return (zip(before, aggregate.update).map { $0 - rate * $1 }, try Golden.array(name, "expected_params.npy").values)
  }

  @Test func fedAvgAgrees() throws {
    let (actual, expected) = try parameters("official/aggregator-fedavg", FedAvg())
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test(arguments: ["", "_close", "_mixed"]) func trimmedMeanAgrees(variant: String) throws {
    let (actual, expected) = try parameters("official/aggregator-trimmed_mean" + variant, TrimmedMean())
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test(arguments: ["", "_close", "_mixed"]) func krumAgrees(variant: String) throws {
    let (actual, expected) = try parameters(
      "official/aggregator-krum" + variant, Krum(), quirks: [.selfInKrumScore])
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test func flTrustAgrees() throws {
    let (actual, expected) = try parameters("official/aggregator-fltrust", FLTrust(), rootIsLast: true)
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test func krumOfNMinusFMinusOneNeighboursAgreesWithByzFL() throws {
    let name = "byzfl/aggregator-krum"
    let byzantine = try #require(try Golden.settings(name)["byzantine"] as? Int)
    let updates = try Matrix.golden(name, "updates.npy")
    var krum = Krum()
    krum.neighbours = updates.rows - byzantine - 1
    var memory = RuleMemory()
    let aggregate = try krum.aggregate(.example(updates, byzantine: byzantine), memory: &memory)
    #expect(aggregate.update == (try Golden.array(name, "expected.npy").values))
  }

  @Test func trimmedMeanAgreesWithByzFL() throws {
    let name = "byzfl/aggregator-trimmed_mean"
    let byzantine = try #require(try Golden.settings(name)["trim"] as? Int)
    let updates = try Matrix.golden(name, "updates.npy")
    var memory = RuleMemory()
    let aggregate = try TrimmedMean().aggregate(.example(updates, byzantine: byzantine), memory: &memory)
    #expect(relativeError(aggregate.update, try Golden.array(name, "expected.npy").values) < 1e-5)
  }

  @Test(arguments: ["", "_close", "_mixed"]) func multiKrumAgrees(variant: String) throws {
    let (actual, expected) = try parameters(
      "official/aggregator-multi_krum" + variant, MultiKrum(), quirks: [.selfInKrumScore])
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test func bulyanAgrees() throws {
    let (actual, expected) = try parameters(
      "official/aggregator-bulyan", Bulyan(), quirks: [.selfInKrumScore, .trimmedBulyan])
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test(arguments: ["", "_close", "_mixed", "_tight"]) func flameAgrees(variant: String) throws {
    var rule = Flame()
    rule.noise = false
    let (actual, expected) = try parameters("official/aggregator-flame" + variant, rule)
    #expect(relativeError(actual, expected) < 1e-5)
  }

  @Test func tolpeginAgreesAndKeepsTheSame() throws {
    let name = "official/aggregator-tolpegin"
    let (actual, expected) = try parameters(name, Tolpegin())
    #expect(relativeError(actual, expected) < 1e-5)
    var memory = RuleMemory()
    let kept = try Tolpegin().aggregate(.example(try .golden(name, "updates.npy")), memory: &memory).kept
    #expect(kept?.map { $0 ? 1 : 0 } == (try #require(try Golden.settings(name)["kept"] as? [Int])))
  }

  @Test func medianAgreesWithByzFL() throws {
    let name = "byzfl/aggregator-median"
    var memory = RuleMemory()
    let aggregate = try Median().aggregate(.example(try .golden(name, "updates.npy")), memory: &memory)
    #expect(relativeError(aggregate.update, try Golden.array(name, "expected.npy").values) < 1e-5)
  }

  @Test func multiKrumInASinglePassAgreesWithByzFL() throws {
    let name = "byzfl/aggregator-multi_krum"
    let byzantine = try #require(try Golden.settings(name)["byzantine"] as? Int)
    let updates = try Matrix.golden(name, "updates.npy")
    var rule = MultiKrum()
    (rule.selection, rule.neighbours) = (.singlePass, updates.rows - byzantine - 1)
    var memory = RuleMemory()
    let aggregate = try rule.aggregate(.example(updates, byzantine: byzantine), memory: &memory)
    #expect(relativeError(aggregate.update, try Golden.array(name, "expected.npy").values) < 1e-5)
  }
}
