import Testing

@testable import Federated

@Suite struct RandomSourceTests {
  /// The known answers that Random123 publishes (kat_vectors, philox4x32 10).
  @Test func philoxGivesThePublishedAnswers() {
    let zeros = Philox.block(key: (0, 0), counter: SIMD4(repeating: 0))
    #expect(zeros == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.block(key: (.max, .max), counter: SIMD4(repeating: .max))
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox.block(
      key: (0xa409_3822, 0x299f_31d0), counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func wordsAreTheBlocksOfSeedStreamRoundAndClient() {
    var source = RandomSource(seed: 0x0000_0002_0000_0001, stream: .attack, round: 7, client: 9)
    let first = Philox.block(key: (1, 2), counter: SIMD4(RandomSource.Stream.attack.rawValue, 7, 9, 0))
    let second = Philox.block(key: (1, 2), counter: SIMD4(RandomSource.Stream.attack.rawValue, 7, 9, 1))
    let words: [UInt32] = (0..<8).map { _ in source.next() }
    #expect(words == (0..<4).map { first[$0] } + (0..<4).map { second[$0] })
  }

  @Test func streamsRoundsClientsAndSeedsDiffer() {
    var sources = [
      RandomSource(seed: 1, stream: .shuffle), RandomSource(seed: 1, stream: .attack),
      RandomSource(seed: 1, stream: .shuffle, round: 1), RandomSource(seed: 1, stream: .shuffle, client: 1),
      RandomSource(seed: 2, stream: .shuffle), RandomSource(seed: 1 << 32 | 1, stream: .shuffle),
    ]
    let firsts = Set(sources.indices.map { sources[$0].next64() })
    #expect(firsts.count == sources.count)
  }

  @Test(arguments: [0, 1, 2, 3]) func fillingGivesTheSameNumbersAsDrawing(alreadyDrawn: Int) {
    for count in [0, 1, 3, 4, 5, 63, 64, 65, 1001] {
      var filled = RandomSource(seed: 3, stream: .attack, round: 5)
      for _ in 0..<alreadyDrawn { _ = filled.uniformFloat() }
      var drawn = filled
      var values = [Float](repeating: -1, count: count)
      filled.fillUniform(&values)
      #expect(values == (0..<count).map { _ in drawn.uniformFloat() })
      #expect(filled.next64() == drawn.next64())
    }
  }

  @Test func uniformsFillTheUnitInterval() {
    var source = RandomSource(seed: 11, stream: .rule)
    let values = (0..<20_000).map { _ in source.uniform() }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = values.reduce(0, +) / 20_000
    // Five standard errors of the mean of 20,000 uniforms.
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / 20_000).squareRoot())
  }

  @Test func gaussiansHaveMeanZeroAndVarianceOne() {
    var source = RandomSource(seed: 11, stream: .rule)
    let values = (0..<20_000).map { _ in source.gaussian() }
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 5 / 20_000.0.squareRoot())
    #expect(abs(variance - 1) < 5 * (2 / 20_000.0).squareRoot())
  }

  @Test func integersAreEquallyLikely() {
    var source = RandomSource(seed: 4, stream: .participants)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[source.integer(below: 7)] += 1 }
    // Five standard deviations of a count.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 465 })
    #expect(source.integer(below: 1) == 0)
  }

  @Test func shufflingPermutesAndRepeats() {
    var source = RandomSource(seed: 4, stream: .shuffle)
    var again = source
    var array = Array(0..<100)
    var other = array
    source.shuffle(&array)
    again.shuffle(&other)
    #expect(array == other)
    #expect(array != Array(0..<100))
    #expect(array.sorted() == Array(0..<100))
  }

  @Test func everyOrderOfThreeIsEquallyLikely() {
    var source = RandomSource(seed: 8, stream: .shuffle)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var array = [0, 1, 2]
      source.shuffle(&array)
      counts[array, default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }

  @Test func anotherNumberStartsItsOwnStream() {
    var source = RandomSource(seed: 5, stream: .attack, round: 3)
    _ = source.next()
    var (numbered, made) = (source.numbered(7), RandomSource(seed: 5, stream: .attack, round: 3, client: 7))
    #expect((0..<9).map { _ in numbered.next() } == (0..<9).map { _ in made.next() })
  }
}
