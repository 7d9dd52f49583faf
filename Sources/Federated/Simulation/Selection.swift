/// What the rule made of each received update in one round.
package struct Selection: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    /// The client that the update is from; nil for one that the quirk `added-attackers` put in front.
    package var client: Int?
    package var malicious: Bool
    /// Nil where the rule does not select.
    package var kept: Bool?
    /// Nil where the rule does not weigh.
    package var weight: Double?
    /// The number that the rule judged the update by, if there is one.
    package var score: Double?
    /// Whether the update counts in the rule's answer: a weight of 0 rejects it; nil where the rule does neither select
    /// nor weigh.
    var isAccepted: Bool? { kept ?? weight.map { $0 != 0 } }
    /// Where the rule's clustering saw the update's mask; nil where it did not.
    package var point: SIMD2<Double>?
  }

  package let round: Int
  /// In the order of the received updates.
  package let rows: [Row]
  /// Where the rule's clustering saw the root update's mask; nil where the rule trains no masks, or had none to train.
  package var rootPoint: SIMD2<Double>?

  /// Whether the rule said anything of single updates.
  var tellsAnything: Bool {
    rows.contains { $0.kept != nil || $0.weight != nil || $0.score != nil }
  }

  /// Whether the rule used none of the updates, so that it fell back on something else.
  var usesNone: Bool { !rows.isEmpty && rows.allSatisfy { $0.isAccepted == false } }

  /// Sets the counts and shares of kept updates; they stay nil where the rule does neither select nor weigh, and the shares
  /// of malicious ones where nobody is malicious.
  func measure(into metrics: inout RoundMetrics) {
    guard rows.allSatisfy({ $0.isAccepted != nil }) else { return }
    metrics.kept = rows.count { $0.isAccepted == true }
    metrics.maliciousRejected = share(malicious: true, accepted: false)
    metrics.benignRejected = share(malicious: false, accepted: false)
    // Counted, not 1 minus the other: 1 - 0.8 is not 0.2 but the number below it.
    metrics.maliciousAccepted = share(malicious: true, accepted: true)
  }

  /// The share of the malicious, or of the benign, updates that were accepted, or rejected; nil where there are none.
  private func share(malicious: Bool, accepted: Bool) -> Double? {
    let counted = rows.filter { $0.malicious == malicious }
    guard !counted.isEmpty else { return nil }
    return Double(counted.count { $0.isAccepted == accepted }) / Double(counted.count)
  }
}
