import Federated

/// What a row of `summary.csv` says about how far its rounds are the rule's own work.
struct SummaryRemarks {
  static let columns = ["played_rounds", "fallback_rounds", "remarks"]

  private var played = 0
  private var fallback = 0
  /// Each remark once, in the order of the cells, with the rounds in which it was made.
  private var remarks: [(text: String, rounds: Int)] = []
  /// Whether every record so far says in which rounds the rule fell back.
  private var isKnown = true
  private var isEmpty = true

  /// - Parameter rounds: those of the cell; none is played after the model diverged.
  mutating func add(_ record: ResultRecord, rounds: Int) {
    isEmpty = false
    played += min(rounds, record.divergedAt.map { $0 + 1 } ?? rounds)
    guard let made = record.remarks else {
      isKnown = false
      return
    }
    for remark in made {
      if remark.isFallback { fallback += remark.rounds }
      if let index = remarks.firstIndex(where: { $0.text == remark.text }) {
        remarks[index].rounds += remark.rounds
      } else {
        remarks.append((remark.text, remark.rounds))
      }
    }
  }

  /// One for each of `columns`; empty without a finished cell, or where a record lacks the number.
  var fields: [String] {
    if isEmpty { return ["", "", ""] }
    let text = remarks.map { "\($0.text) (\($0.rounds == 1 ? "1 round" : "\($0.rounds) rounds"))" }
    return [String(played), isKnown ? String(fallback) : "", text.joined(separator: "; ")]
  }
}
