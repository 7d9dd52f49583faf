import Catalogue
import Testing

@testable import Experiments

struct LabelsTests {
  private let labels: Labels

  init() throws { labels = try Labels(families: Toy.families) }

  private func rule(_ parameters: [String: Value]) -> Cell {
    Toy.cell(1, ["aggregator": .map(["toy-rule": .map(parameters)])])
  }

  @Test func namesAComponentAtItsDefaults() throws {
    let cell = rule(["threshold": .number(0.5), "steps": .integer(3), "limit": .null])
    #expect(try labels.text(of: "aggregator", in: cell) == "toy-rule")
  }

  @Test func showsOnlyParametersThatAreNotDefault() throws {
    let cell = rule(["threshold": .number(0.6), "steps": .integer(3), "limit": .number(0.25)])
    #expect(try labels.text(of: "aggregator", in: cell) == "toy-rule(threshold=0.6 limit=0.25)")
  }

  @Test func showsAllParametersOfAnUnknownComponent() throws {
    let cell = Toy.cell(1, ["attack": .map(["new": .map(["b": .bool(true), "a": .integer(1)])])])
    #expect(try labels.text(of: "attack", in: cell) == "new(a=1 b=true)")
  }

  @Test func reachesIntoAComponent() throws {
    let cell = rule(["threshold": .number(0.6)])
    #expect(try labels.text(of: "aggregator.threshold", in: cell) == "0.6")
    #expect(try labels.text(of: "aggregator.steps", in: cell) == "")
    #expect(try labels.text(of: "aggregator.threshold", in: Toy.cell(1)) == "")
  }

  @Test func writesPlainValues() throws {
    let cell = Toy.cell(
      1, ["a": .null, "b": .bool(false), "c": .number(1e-3), "d": .list([.string("x"), .string("y")]), "e": .list([])])
    let texts = try ["a", "b", "c", "d", "e", "f"].map { try labels.text(of: $0, in: cell) }
    #expect(texts == ["none", "false", "0.001", "x y", "none", ""])
  }
}
