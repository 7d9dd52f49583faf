import TestSupport
import Testing

@testable import Federated

/// The published code's own answers.
@Suite struct AttackGoldenTests {
  @Test func labelFlipAgrees() throws {
    let settings = try Golden.settings("official/attack-label_flip")
    var labels = try #require(settings["labels"] as? [Int]).map { UInt8($0) }
    let expected = try #require(settings["expected"] as? [Int]).map { UInt8($0) }
    LabelFlip().poison(labels: &labels, classes: 10)
    #expect(labels == expected)
  }

  @Test(arguments: [("trim", false), ("trim_partial", true)]) func fangTrimAgrees(name: String, partial: Bool) throws {
    let name = "official/attack-" + name
    var attack = FangTrim()
    attack.partial = partial
    let byzantine = try #require(try Golden.settings(name)["byzantine"] as? Int)
    let crafted = attack.craft(.example(try .golden(name, "updates.npy"), byzantine: byzantine)) { uniform in
      for k in uniform.indices { uniform[k] = 0.25 }
    }
    let expected = try Matrix.golden(name, "expected_updates.npy")
    #expect(crafted.rows == expected.rows)
    #expect(relativeError(crafted.values, expected.values) < 1e-5)
  }

  @Test(arguments: ["", "_close", "_mixed"]) func minMaxAgrees(variant: String) throws {
    try expectAgreement(MinMax(), "official/attack-min_max" + variant, quirks: [.addedAttackers])
  }

  @Test(arguments: ["", "_close", "_mixed"]) func minSumAgrees(variant: String) throws {
    try expectAgreement(MinSum(), "official/attack-min_sum" + variant, quirks: [.addedAttackers, .minSumLeast])
  }

  @Test(arguments: ["", "_close", "_mixed"]) func fangKrumAgrees(variant: String) throws {
    try expectAgreement(
      FangKrum(), "official/attack-krum" + variant, quirks: [.addedAttackers, .selfInKrumScore])
  }

  @Test func theClampOfLIEBackdoorAgrees() throws {
    try expectAgreement(LIEBackdoor(), "official/attack-lie_drift", quirks: [])
  }

  @Test func theWholeProfileAgreesToo() throws {
    let quirks = Set(Quirk.allCases)
    try expectAgreement(MinMax(), "official/attack-min_max", quirks: quirks)
    try expectAgreement(MinSum(), "official/attack-min_sum", quirks: quirks)
    try expectAgreement(FangKrum(), "official/attack-krum_mixed", quirks: quirks)
    try expectAgreement(LIEBackdoor(), "official/attack-lie_drift", quirks: quirks)
  }

  private func expectAgreement(_ attack: any Attack, _ name: String, quirks: Set<Quirk>) throws {
    let byzantine = try #require(try Golden.settings(name)["byzantine"] as? Int)
    let crafted = try attack.craft(
      .example(try .golden(name, "updates.npy"), byzantine: byzantine, quirks: quirks))
    let expected = try Matrix.golden(name, "expected_updates.npy")
    #expect(crafted.rows == expected.rows)
    #expect(relativeError(crafted.values, expected.values) < 1e-5)
    // The crafted rows by themselves, which are small beside the others in some cases.
    let count = byzantine * crafted.columns
    #expect(relativeError(Array(crafted.values.prefix(count)), Array(expected.values.prefix(count))) < 1e-5)
  }
}
