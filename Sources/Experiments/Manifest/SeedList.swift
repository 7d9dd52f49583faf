/// Seeds as people write them: `7`, `1-5`, or several of these with commas between.
enum SeedList {
  /// What is wrong with a text that names no seeds.
  struct Refusal: Error {
    let message: String
  }

  /// The seeds in the order given, each once.
  static func read(_ text: String) throws(Refusal) -> [Int] {
    var seeds: [Int] = []
    var seen: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { text in
        text.allSatisfy { ("0"..."9").contains($0) } ? Int(text) : nil
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
        throw Refusal(message: "'\(text)' is not a list of seeds")
      }
      guard first <= last else { throw Refusal(message: "the range \(part) is empty") }
      guard last - first < Expansion.mostCells else { throw Refusal(message: "the range \(part) has too many seeds") }
      for seed in first...last where seen.insert(seed).inserted { seeds.append(seed) }
    }
    return seeds
  }

  /// The numbers and ranges that say the same, each a text: three or more in a row are a range.
  static func texts(of seeds: [Int]) -> [String] {
    var rows: [ClosedRange<Int>] = []
    for seed in seeds {
      if let last = rows.last, seed - 1 == last.upperBound {
        rows[rows.count - 1] = last.lowerBound...seed
      } else {
        rows.append(seed...seed)
      }
    }
    return rows.flatMap { row in
      row.count > 2 ? ["\(row.lowerBound)-\(row.upperBound)"] : row.map(String.init)
    }
  }

  /// Whether a text is meant to be a range.
  static func isRange(_ text: String) -> Bool { text.contains("-") && text.first != "-" }
}
