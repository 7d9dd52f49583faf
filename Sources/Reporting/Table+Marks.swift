extension Table {
  /// What keeps an entry from being all that was asked for.
  enum Mark: Character, CaseIterable {
    case incomplete = "†"
    case failed = "!"
    case diverged = "~"
    case fewerSeeds = "§"
    case fallback = "‡"

    var meaning: String {
      switch self {
      case .incomplete: "not all seeds are finished"
      case .failed: "seeds that failed"
      case .diverged: "seeds that diverged"
      case .fewerSeeds: "the mean is over fewer seeds, as the others have no such measurement"
      case .fallback: "rounds in which the rule used no update and fell back on something else"
      }
    }

    /// How many of how many it is about in an entry; nil for an entry that it is not about.
    func count(of entry: Entry) -> (marked: Int, all: Int)? {
      switch self {
      case .incomplete: entry.isComplete ? nil : (entry.finished, entry.expected)
      case .failed: entry.failed > 0 ? (entry.failed, entry.expected) : nil
      case .diverged: entry.diverged > 0 ? (entry.diverged, entry.expected) : nil
      case .fewerSeeds:
        entry.measured > 0 && entry.measured < entry.finished ? (entry.measured, entry.finished) : nil
      case .fallback: entry.fallbackRounds > 0 ? (entry.fallbackRounds, entry.playedRounds) : nil
      }
    }
  }
}
