/// "Did you mean": the known name nearest to a misspelt one.
package enum Suggestion {
  /// The nearest of `known` by edit distance, if near enough to be what was meant; ties go to the first.
  package static func nearest(to name: String, among known: [String]) -> String? {
    let limit = max(1, min(3, (name.count + 1) / 3))
    var best: (name: String, distance: Int)?
    for candidate in known {
      let distance = distance(Array(name.lowercased()), Array(candidate.lowercased()))
      // A name of which no letter is right was not meant.
      if distance <= limit, distance < candidate.count, distance < (best?.distance ?? .max) {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// `; did you mean 'alie'?` and the known names, or just the known names.
  package static func hint(for name: String, among known: [String]) -> String {
    let list = "known: " + known.joined(separator: ", ")
    guard let nearest = nearest(to: name, among: known) else { return "; " + list }
    return "; did you mean '\(nearest)'?  \(list)"
  }

  /// The hint line below a diagnostic: `did you mean 'alie'?  known: alie, dba, …`, the names cut short past 100
  /// characters.
  ///
  /// - Parameter spellings: what `name` is compared with; `known` and other spellings of the same things.
  package static func line(for name: String, among known: [String], spellings: [String] = []) -> String {
    var list = ""
    for (index, candidate) in known.enumerated() {
      if !list.isEmpty, list.count + candidate.count > 100 {
        list += ", …"
        break
      }
      list += (index > 0 ? ", " : "") + candidate
    }
    guard let nearest = nearest(to: name, among: known + spellings) else { return "known: " + list }
    return "did you mean '\(nearest)'?  known: \(list)"
  }

  /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours count 1 each.
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { rows[i][0] = i }
    for j in 0...b.count { rows[0][j] = j }
    for i in stride(from: 1, through: a.count, by: 1) {
      for j in stride(from: 1, through: b.count, by: 1) {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        var least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { least = min(least, rows[i - 2][j - 2] + 1) }
        rows[i][j] = least
      }
    }
    return rows[a.count][b.count]
  }
}
