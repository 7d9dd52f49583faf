/// A file of a result that `record` asks for, written as the rounds go and kept in checkpoints.
package enum SideFile: String, Sendable, CaseIterable {
  case selection
  case masks

  package var name: String { rawValue + ".csv" }

  var header: [String] {
    switch self {
    case .selection: ["round", "client", "malicious", "kept", "weight", "score"]
    case .masks: ["round", "client", "malicious", "root", "kept", "x", "y"]
    }
  }
}

/// A row of a side file, with as many fields as its header.
package protocol SideRow: Sendable {
  static var file: SideFile { get }
  var fields: [String] { get }
}

/// What a rule did with one client's update in one round: a row of `selection.csv`.
package struct SelectionRow: SideRow {
  package static let file = SideFile.selection

  package var round: Int
  package var client: Int
  package var malicious: Bool
  /// Nil where the rule does not select.
  package var kept: Bool?
  /// Its weight in the rule's update; nil where the rule does not weigh.
  package var weight: Double?
  /// The number that the rule judged it by, if there is one.
  package var score: Double?

  package init(
    round: Int, client: Int, malicious: Bool, kept: Bool? = nil, weight: Double? = nil, score: Double? = nil
  ) {
    self.round = round
    self.client = client
    self.malicious = malicious
    self.kept = kept
    self.weight = weight
    self.score = score
  }

  /// Flags are 1 and 0, which every plotting tool can average.
  package var fields: [String] {
    [
      String(round), String(client), malicious ? "1" : "0", kept.map { $0 ? "1" : "0" } ?? "", CSV.number(weight),
      CSV.number(score),
    ]
  }
}

/// Where SkyMask's clustering saw one mask in one round: a row of `masks.csv`.
package struct MaskRow: SideRow {
  package static let file = SideFile.masks

  package var round: Int
  /// Nil for the server's own update, the root.
  package var client: Int?
  package var malicious: Bool
  /// Nil for the root.
  package var kept: Bool?
  /// The first two principal components; nil for an update that took no part, as it is not finite.
  package var point: SIMD2<Double>?

  package init(
    round: Int, client: Int?, malicious: Bool = false, kept: Bool? = nil, point: SIMD2<Double>?
  ) {
    (self.round, self.client, self.malicious, self.kept, self.point) = (round, client, malicious, kept, point)
  }

  package var fields: [String] {
    [
      String(round), client.map(String.init) ?? "", malicious ? "1" : "0", client == nil ? "1" : "0",
      kept.map { $0 ? "1" : "0" } ?? "", CSV.number(point?.x), CSV.number(point?.y),
    ]
  }
}
