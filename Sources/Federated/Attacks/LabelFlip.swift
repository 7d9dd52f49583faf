package import Catalogue

/// Malicious clients train honestly on false labels.
///
/// Tolpegin et al., "Data poisoning attacks against federated learning systems", ESORICS 2020; without `pairs` every
/// label y becomes C − 1 − y, as in Fang et al., USENIX Security 2020. Pairs are read from the true labels, so that 3-7
/// and 7-3 together swap the two.
package struct LabelFlip: Attack {
  package static let name = "label-flip"
  package static let aliases = ["label_flipped"]
  package static let summary = "malicious clients train on false labels"
  package static let source =
    "Tolpegin et al., Data poisoning attacks against federated learning systems, ESORICS 2020"
  package static let parameters = [
    Parameter("pairs", .list(.text), "which labels become which, such as 3-7; empty: every y becomes C - 1 - y")
  ]

  package var pairs: [String] = []

  package init() {}

  package var poisonsData: Bool { true }

  package func objection(clients: Int, byzantine: Int, inputShape: [Int], classes: Int) -> String? {
    var seen: [Int] = []
    for pair in pairs {
      guard let (from, to) = Self.labels(of: pair) else {
        return "'\(pair)' is not a pair of labels such as 3-7"
      }
      for label in [from, to] where label >= classes {
        return "'\(pair)': there is no label \(label) among \(classes) classes"
      }
      if seen.contains(from) { return "'\(pair)': label \(from) becomes two things" }
      seen.append(from)
    }
    return nil
  }

  /// - Precondition: `objection` has none to the pairs.
  package func poison(labels: inout [UInt8], classes: Int) {
    var flipped = Array(0..<classes)
    if pairs.isEmpty {
      flipped.reverse()
    } else {
      for pair in pairs {
        guard let (from, to) = Self.labels(of: pair), from < classes, to < classes else {
          preconditionFailure("'\(pair)' passed the check of pairs")
        }
        flipped[from] = to
      }
    }
    for index in labels.indices where Int(labels[index]) < classes {
      labels[index] = UInt8(flipped[Int(labels[index])])
    }
  }

  /// The two labels of a text such as `3-7`.
  static func labels(of pair: String) -> (from: Int, to: Int)? {
    let parts = pair.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let from = UInt8(parts[0]), let to = UInt8(parts[1]) else { return nil }
    return (Int(from), Int(to))
  }
}
