internal import Catalogue

/// Whose honest updates the malicious clients know.
package enum Knowledge: String, Codable, Sendable, CaseIterable {
  /// Everybody's.
  case all
  /// The benign clients'.
  case benign
  /// The malicious clients' own.
  case own

  static let parameter = Parameter(
    "knowledge", .choice(allCases.map(\.rawValue)), "whose honest updates the attackers know")

  /// The rows that are known, in order.
  func rows(clients: Int, byzantine: Int) -> [Int] {
    switch self {
    case .all: Array(0..<clients)
    case .benign: Array(byzantine..<clients)
    case .own: Array(0..<byzantine)
    }
  }

  /// What an attack says of a cell in which these are nobody.
  func objection(attack: String, clients: Int, byzantine: Int) -> String? {
    guard byzantine > 0, rows(clients: clients, byzantine: byzantine).isEmpty else { return nil }
    return "\(attack) with knowledge \(rawValue) needs a benign client: all \(clients) are malicious"
  }
}

extension AttackRound {
  /// The updates that an attack's statistics are over: those it knows, and under `attack-sees-root` the root update.
  func known(_ knowledge: Knowledge) -> Rows {
    updates(knownBy: knowledge, and: quirks.contains(.attackSeesRoot) ? rootUpdate : nil)
  }

  /// The clients' updates that it knows, and perhaps one more.
  func updates(knownBy knowledge: Knowledge, and extra: [Float]? = nil) -> Rows {
    Rows(updates, knowledge.rows(clients: updates.rows, byzantine: byzantine), extra: extra)
  }

  /// The honest updates that a rule would see beside crafted ones, as far as they are known.
  ///
  /// Who knows all knows that the crafted ones stand in place of the attackers' own, unless they are `added`.
  func known(_ knowledge: Knowledge, beside added: Bool) -> Rows {
    known(knowledge == .all && !added ? .benign : knowledge)
  }
}
