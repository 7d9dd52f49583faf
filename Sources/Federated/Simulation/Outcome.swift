/// How a cell ended.
package struct Outcome: Sendable, Equatable {
  /// A rule's remark, such as that nobody was kept and the root update stands in.
  package struct Remark: Sendable, Equatable, Codable {
    package let text: String
    package let firstRound: Int
    /// How many rounds it was made in.
    package var rounds: Int
    /// Whether the rule used none of the received updates in these rounds.
    package let isFallback: Bool

    package init(text: String, firstRound: Int, rounds: Int, isFallback: Bool = false) {
      self.text = text
      self.firstRound = firstRound
      self.rounds = rounds
      self.isFallback = isFallback
    }
  }

  /// The round after which a parameter of the model was not finite; nil when all stayed finite.
  package var divergedAt: Int?
  /// Each remark once, in the order of their first rounds.
  package var remarks: [Remark] = []

  package init() {}

  mutating func remark(_ text: String, round: Int, isFallback: Bool) {
    if let index = remarks.firstIndex(where: { $0.text == text && $0.isFallback == isFallback }) {
      remarks[index].rounds += 1
    } else {
      remarks.append(Remark(text: text, firstRound: round, rounds: 1, isFallback: isFallback))
    }
  }
}
