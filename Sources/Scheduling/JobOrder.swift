/// The order in which jobs start. It changes no result.
package enum JobOrder {
  /// By turn, so that the first of every group comes before the second of any and each group has a result early; within
  /// a turn the longest first, so that none is left to run alone at the end.
  ///
  /// A job of unknown length counts as longest. Jobs that are alike in both keep their order.
  package static func longestFirst(_ jobs: [Job]) -> [Job] {
    let ranked = jobs.enumerated().sorted { one, other in
      if one.element.turn != other.element.turn { return one.element.turn < other.element.turn }
      let (length, otherLength) = (one.element.estimatedSeconds, other.element.estimatedSeconds)
      if length != otherLength { return (length ?? .infinity) > (otherLength ?? .infinity) }
      return one.offset < other.offset
    }
    return ranked.map(\.element)
  }

  /// A random order, the same for the same jobs and seed.
  package static func shuffled(_ jobs: [Job], seed: UInt64) -> [Job] {
    var generator = SplitMix64(state: seed)
    return jobs.shuffled(using: &generator)
  }
}

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
