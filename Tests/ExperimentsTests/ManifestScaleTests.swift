import Testing

@testable import Experiments

@Suite struct ManifestScaleTests {
  /// Work that grew with the square of the cells would take minutes here, in a debug build too.
  @Test func tenThousandCellsAreResolvedAndKeyedInSeconds() throws {
    let list = { (range: ClosedRange<Int>) in range.map(String.init).joined(separator: ",") }
    let text = """
      name: t
      grid:
        attack: [none, min-max, fang-trim, {fang-trim: {partial: true}}]
        aggregator: [fedavg, krum, fltrust, {skymask: {threshold: 0.4}}, trimmed-mean]
        bias: [0.1, 0.2, 0.3, 0.4, 0.5]
        rounds: [\(list(1...10))]
      exclude: [{attack: none, rounds: 3}]
      override: [{when: {attack: min-max}, set: {batch_size: 8}}]
      seeds: [\(list(1...10))]
      """
    let clock = ContinuousClock()
    var keys: [String] = []
    let time = try clock.measure { keys = try manifest(text).cells { _ in "digest" }.map(\.key) }
    #expect(keys.count == 9_750)
    #expect(Set(keys).count == 9_750)
    #expect(time < .seconds(10), "took \(time)")
  }
}
