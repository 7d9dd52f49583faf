import Experiments
import Testing

@testable import Reporting

struct DimensionsTests {
  private func dimensions(_ names: [String], _ rows: [String]) -> Dimensions {
    Dimensions(names, in: Fixture.plan(names, rows))
  }

  private func titles(_ plan: CSVTable, _ request: TableRequest = TableRequest()) throws -> [String] {
    try Table.tables(from: plan, request).map {
      "\($0.rowName) × \($0.columnName)" + ($0.shared.isEmpty ? "" : "; " + $0.sharedText)
    }
  }

  private let zipped = [
    "none fedavg 10 2", "none krum 10 2", "none fedavg 20 4", "none krum 20 4", "alie fedavg 10 2", "alie krum 10 2",
    "alie fedavg 20 4", "alie krum 20 4",
  ]
  private let names = ["attack", "aggregator", "clients", "byzantine"]

  @Test func zippedAxesAreOneDimension() throws {
    let plan = Fixture.plan(names, zipped)
    // One of the two along the side: the other does not split the table into stacks of one row.
    #expect(
      try titles(plan, TableRequest(rows: "clients", columns: "aggregator"))
        == ["clients × aggregator; attack none", "clients × aggregator; attack alie"])
    // Neither: both name the dimension.
    #expect(
      try titles(plan)
        == ["attack × aggregator; clients 10, byzantine 2", "attack × aggregator; clients 20, byzantine 4"])
    let table = try #require(try Table.tables(from: plan, TableRequest(rows: "byzantine")).first)
    #expect(table.rowNames == ["2", "4"])
  }

  @Test func zippedAxesAreOneDimensionOfAPlot() throws {
    var summary = CSVTable(
      header: names + ["n", "test_accuracy_final_mean", "test_accuracy_final_std"])
    for row in zipped { summary.append(row.split(separator: " ").map(String.init) + ["1", "0.5", ""]) }
    let curves = try Curves(
      rounds: CSVTable(header: []), summary: summary.completed, CurveRequest(x: "clients", series: "aggregator"))
    #expect(curves.panels.map(\.shared.text) == ["attack none", "attack alie"])
    #expect(curves.panels.allSatisfy { $0.lines.allSatisfy { $0.points.map(\.x) == [10, 20] } })
  }

  @Test func aFixedAttackMakesNoStacksOfOneRow() throws {
    let plan = Fixture.plan(names, ["alie fedavg 10 1", "alie krum 10 1", "alie fedavg 10 2", "alie krum 10 2"])
    #expect(try titles(plan) == ["byzantine × aggregator"])
    #expect(
      try titles(plan, TableRequest(rows: "attack")) == [
        "attack × aggregator; byzantine 1", "attack × aggregator; byzantine 2",
      ])
  }

  @Test func aFixedRuleMakesNoTablesOfOneColumn() throws {
    let plan = Fixture.plan(names, ["none fedavg 10 1", "alie fedavg 10 1", "none fedavg 10 2", "alie fedavg 10 2"])
    #expect(try titles(plan) == ["attack × byzantine"])
    let dimensions = Dimensions(names, in: plan)
    #expect(dimensions.series(beside: "round") == "attack")
    #expect(dimensions.series(beside: "byzantine") == "attack")
  }

  @Test func whatSplitsStandsAlongNoAxis() throws {
    let plan = Fixture.plan(names, zipped)
    #expect(
      try titles(plan, TableRequest(split: ["attack"]))
        == ["clients × aggregator; attack none", "clients × aggregator; attack alie"])
    #expect(Dimensions(names, in: plan).series(beside: "round", split: ["aggregator"]) == "attack")
  }

  @Test func whereNothingVariesThereIsOneTable() throws {
    let plan = Fixture.plan(names, ["alie fedavg 10 1"])
    #expect(try titles(plan) == ["attack × aggregator"])
    #expect(try titles(plan, TableRequest(rows: "aggregator")) == ["aggregator × attack"])
    #expect(try titles(plan, TableRequest(columns: "attack")) == ["aggregator × attack"])
  }

  @Test func whatComesWithAnAttackDoesNotSplit() throws {
    let plan = Fixture.plan(names, ["none fedavg 10 0", "none krum 10 0", "alie fedavg 10 2", "alie krum 10 2"])
    #expect(try titles(plan) == ["attack × aggregator"])
  }

  /// The loss and the quirks come with a profile, a threshold stands in its rule's label, a model comes with a data set.
  @Test func derivedNamesDoNotSplit() throws {
    let profiles = Fixture.plan(
      ["attack", "aggregator", "loss", "profile", "quirks"],
      ["none krum ce paper none", "none krum bs official all", "alie krum ce paper none", "alie krum bs official all"])
    #expect(
      try titles(profiles, TableRequest(rows: "attack", columns: "aggregator")) == [
        "attack × aggregator; profile paper", "attack × aggregator; profile official",
      ])
    #expect(try titles(profiles) == ["attack × profile"])
    let thresholds = Fixture.plan(
      ["attack", "aggregator", "bias", "aggregator.threshold"],
      ["none sky(0.4) 0.1 0.4", "none sky(0.5) 0.1 0.5", "none sky(0.4) 0.5 0.4", "none sky(0.5) 0.5 0.5"])
    #expect(
      try titles(thresholds, TableRequest(rows: "attack", columns: "bias"))
        == ["attack × bias; aggregator sky(0.4)", "attack × bias; aggregator sky(0.5)"])
    #expect(
      try titles(thresholds, TableRequest(rows: "bias", columns: "aggregator.threshold"))
        == ["bias × aggregator.threshold"])
    let sets = Fixture.plan(["dataset", "model", "attack", "aggregator"], ["a cnn none krum", "b lr none krum"])
    #expect(
      try titles(sets, TableRequest(rows: "attack", columns: "aggregator")) == [
        "attack × aggregator; dataset a", "attack × aggregator; dataset b",
      ])
  }

  @Test func attacksThatAreZippedWithSomethingStandAlongTheSide() throws {
    let plan = Fixture.plan(
      ["dataset", "attack", "aggregator"], ["a none krum", "a none fedavg", "b alie krum", "b alie fedavg"])
    #expect(try titles(plan) == ["attack × aggregator"])
  }

  @Test func whatOnlySomeCellsDifferInSplits() throws {
    let dimensions = dimensions(
      ["attack", "aggregator", "bias"], ["none krum 0.1", "none krum 0.5", "alie krum 0.5", "none fedavg 0.5"])
    #expect(dimensions.beside(["attack", "aggregator"]) == ["bias"])
    #expect(dimensions.beside(["bias"]) == ["attack", "aggregator"])
  }

  @Test func theLinesAreTheRulesUnlessARulesParameterIsTheX() {
    let rows = ["none sky(0.4) 0.1 0.4", "none sky(0.5) 0.1 0.5", "alie sky(0.4) 0.1 0.4", "alie sky(0.5) 0.1 0.5"]
    let dimensions = dimensions(["attack", "aggregator", "bias", "aggregator.threshold"], rows)
    #expect(dimensions.series(beside: "round") == "aggregator")
    #expect(dimensions.series(beside: "aggregator.threshold") == "attack")
  }
}
