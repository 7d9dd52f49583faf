import Testing

@testable import Reporting

struct HeatScaleTests {
  private func channels(_ colour: String) throws -> [Int] {
    try stride(from: 1, to: 7, by: 2).map { offset in
      let start = colour.index(colour.startIndex, offsetBy: offset)
      return try #require(Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16))
    }
  }

  private func luminance(at place: Double) throws -> Double {
    HeatScale.relativeLuminance(try channels(HeatScale.colours(at: place).fill))
  }

  @Test func runsFromDarkBlueToLightYellow() {
    #expect(HeatScale.colours(at: 0).fill == "#002051")
    #expect(HeatScale.colours(at: 1).fill == "#fdea45")
    #expect(HeatScale.colours(at: -3) == HeatScale.colours(at: 0))
    #expect(HeatScale.colours(at: 3) == HeatScale.colours(at: 1))
  }

  @Test func getsLighterAllTheWaySoThatItIsReadWithoutColour() throws {
    let luminances = try (0...50).map { try luminance(at: Double($0) / 50) }
    #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func numbersAreReadOnEveryColour() throws {
    for step in 0...100 {
      let luminance = try luminance(at: Double(step) / 100)
      let text = HeatScale.colours(at: Double(step) / 100).text == "#000000" ? 0.0 : 1.0
      let contrast = (max(text, luminance) + 0.05) / (min(text, luminance) + 0.05)
      // What WCAG 2 asks of text at level AA.
      #expect(contrast >= 4.5)
    }
  }

  @Test func goesFromTheLeastToTheMostThatIsFinite() throws {
    let scale = try #require(HeatScale([0.5, .nan, 0.1, .infinity]))
    #expect(scale.lowest == 0.1 && scale.highest == 0.5)
    #expect(scale.colours(of: 0.1) == HeatScale.colours(at: 0))
    #expect(scale.colours(of: 0.5) == HeatScale.colours(at: 1))
    #expect(HeatScale([.nan]) == nil)
    // A single value is no division by nothing.
    #expect(HeatScale([0.5])?.colours(of: 0.5).fill == "#fdea45")
  }
}
