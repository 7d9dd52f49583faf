internal import CKernels

/// A counted stream of Philox4x32-10 numbers: a pure function of (seed, stream, round, client, block).
///
/// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The seed is the key, lower word first; the
/// counter's four words are stream, round, client and block. Nothing is shared: two sources of equal arguments give
/// equal numbers, whatever ran before. A copy goes on from where the original stood, on its own.
package struct RandomSource: Sendable {
  package enum Stream: UInt32, Sendable {
    case partition = 1
    case rootSet, initialParameters, shuffle, participants, attack, rule, clustering, dataset, clientOrder, poison
    case maskBatch
  }

  private let key: (UInt32, UInt32)
  private var counter: (UInt32, UInt32, UInt32)
  /// The block that is drawn next.
  private var block: UInt32 = 0
  private var words: SIMD4<UInt32> = .zero
  /// How many of `words` are used up.
  private var used = 4
  /// What every uniform draw is when it is set, to compare with a run whose draws are known.
  package var constant: Double?

  /// - Precondition: `round` and `client` fit in 32 bits.
  package init(seed: UInt64, stream: Stream, round: Int = 0, client: Int = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (stream.rawValue, UInt32(round), UInt32(client))
  }

  /// The numbers of another client, attacker or sample of the same seed, stream and round, from the first on.
  package func numbered(_ client: Int) -> RandomSource {
    var other = self
    other.counter.2 = UInt32(client)
    (other.block, other.used) = (0, 4)
    return other
  }

  /// The next 32 bits; a stream has 2^34 words.
  package mutating func next() -> UInt32 {
    if used == 4 {
      words = Philox.block(key: key, counter: SIMD4(counter.0, counter.1, counter.2, block))
      block += 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  /// The next 64 bits: two words, the lower one first.
  package mutating func next64() -> UInt64 {
    let lower = next()
    let upper = next()
    return UInt64(upper) << 32 | UInt64(lower)
  }

  /// A multiple of 2^-53 in [0, 1), from 64 bits.
  package mutating func uniform() -> Double { constant ?? Double(next64() >> 11) * 0x1p-53 }

  /// A multiple of 2^-24 in [0, 1), from 32 bits.
  package mutating func uniformFloat() -> Float {
    constant.map { Float($0) } ?? Float(next() >> 8) * 0x1p-24
  }

  /// A whole number in 0..<`bound`, each as likely as the others (Lemire, TOMACS 2019).
  ///
  /// - Precondition: 0 < `bound` ≤ 2^32.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= 1 << 32, "no whole number below \(bound)")
    let width = UInt64(bound)
    // The 2^32 mod bound lowest products of each result are drawn again: what remains divides evenly.
    let threshold = (1 << 32) % width
    while true {
      let product = UInt64(next()) * width
      if product & 0xffff_ffff >= threshold { return Int(product >> 32) }
    }
  }

  /// A normal number of mean 0 and variance 1: the cosine branch of Box and Muller's transform.
  ///
  /// √(−2 ln(1−u))·cos(2πv) from two `uniform` draws; the sine branch is thrown away, so that each number takes two
  /// draws wherever it stands.
  package mutating func gaussian() -> Double {
    let radius = (-2 * Functions.log(1 - uniform())).squareRoot()
    return radius * Functions.cosineOfTurns(uniform())
  }

  /// Fisher and Yates' shuffle, from the last place to the second.
  package mutating func shuffle<Element>(_ array: inout [Element]) {
    for last in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(last, integer(below: last + 1))
    }
  }

  /// Puts into `values` what as many calls of `uniformFloat` would give, several times faster.
  package mutating func fillUniform(_ values: inout [Float]) {
    values.withUnsafeMutableBufferPointer { fillUniform($0) }
  }

  package mutating func fillUniform(_ values: UnsafeMutableBufferPointer<Float>) {
    if let constant { return values.update(repeating: Float(constant)) }
    var index = 0
    while index < values.count, used < 4 {
      values[index] = uniformFloat()
      index += 1
    }
    let blocks = (values.count - index) / 4
    if blocks > 0, let start = values.baseAddress {
      precondition(UInt64(block) + UInt64(blocks) <= UInt64(UInt32.max), "a stream of random numbers ran out")
      skm_philox_uniform([key.0, key.1], [counter.0, counter.1, counter.2], block, blocks, start + index)
      block += UInt32(blocks)
      index += 4 * blocks
    }
    while index < values.count {
      values[index] = uniformFloat()
      index += 1
    }
  }
}

/// The Philox4x32-10 function itself.
enum Philox {
  static func block(key: (UInt32, UInt32), counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (k0, k1) = key
    var c = counter
    for _ in 0..<10 {
      let product0 = UInt64(c[0]) * 0xD251_1F53
      let product1 = UInt64(c[2]) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: product1 >> 32) ^ c[1] ^ k0, UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 >> 32) ^ c[3] ^ k1, UInt32(truncatingIfNeeded: product0))
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }
}
