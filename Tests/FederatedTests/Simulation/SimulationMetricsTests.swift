import Catalogue
import Testing

@testable import Federated

@Suite struct SimulationMetricsTests {
  @Test func countsWhomTheRuleKept() throws {
    var settings = try smallSettings(["rounds": .integer(1)])
    settings.aggregator = OddRows()
    settings.attack = SendsZeros()
    let metrics = try run(settings).metrics[0]
    // Rows 1, 3, 5 of 6 are kept; rows 0 and 1 are malicious.
    #expect(metrics.kept == 3)
    #expect(metrics.maliciousRejected == 0.5)
    #expect(metrics.maliciousAccepted == 0.5)
    #expect(metrics.benignRejected == 0.5)
  }

  @Test func theShareOfAcceptedMaliciousUpdatesIsThatOfTheCount() {
    let rows = (0..<6).map { Selection.Row(client: $0, malicious: $0 < 5, kept: $0 >= 4) }
    var metrics = RoundMetrics(round: 0)
    Selection(round: 0, rows: rows).measure(into: &metrics)
    #expect(metrics.maliciousRejected == 0.8)
    // 1 - 0.8 is 0.19999999999999996.
    #expect(metrics.maliciousAccepted == 0.2)
    #expect(metrics.benignRejected == 0)
  }

  @Test(arguments: [KeepsNobody.How.rejects, .weighsNothing, .rejectsSilently])
  func aRoundInWhichNoUpdateIsUsedIsAFallback(_ how: KeepsNobody.How) throws {
    var settings = try smallSettings(["rounds": .integer(3)])
    settings.aggregator = KeepsNobody(how: how)
    let text = how == .rejectsSilently ? "no update is used" : "nobody is kept"
    #expect(
      try run(settings).outcome.remarks == [
        // All but the last round.
        Outcome.Remark(text: text, firstRound: 0, rounds: 2, isFallback: true),
        Outcome.Remark(text: "nobody is missed", firstRound: 2, rounds: 1),
      ])
  }

  @Test func nobodyIsMaliciousWhereNobodyAttacks() throws {
    var settings = try smallSettings(["rounds": .integer(1), "clients": .integer(5)])
    settings.aggregator = OddRows()
    let metrics = try run(settings).metrics[0]
    #expect(metrics.kept == 2)
    #expect(metrics.maliciousRejected == nil)
    #expect(metrics.maliciousAccepted == nil)
    #expect(metrics.benignRejected == 0.6)
  }

  @Test func aRuleThatDoesNotSelectLeavesThemEmpty() throws {
    let metrics = try run(smallSettings(["rounds": .integer(1)])).metrics[0]
    #expect(metrics.kept == nil)
    #expect(metrics.benignRejected == nil)
    #expect(metrics.attackSuccessRate == nil)
  }

  @Test func addedAttackersStandInFrontOfAll() throws {
    var settings = try smallSettings([
      "rounds": .integer(1), "quirks": .list([.string("added-attackers")]), "record": .list([.string("selection")]),
    ])
    settings.aggregator = OddRows()
    settings.attack = SendsZeros()
    let told = try run(settings)
    #expect(told.selections[0].rows.map(\.client) == [nil, nil, 0, 1, 2, 3, 4, 5])
    #expect(told.selections[0].rows.map(\.malicious) == [true, true] + [Bool](repeating: false, count: 6))
    #expect(told.selections[0].rows.map(\.kept) == [false, true, false, true, false, true, false, true])
    #expect(told.metrics[0].kept == 4)
    #expect(told.metrics[0].maliciousRejected == 0.5)
    #expect(told.metrics[0].benignRejected == 0.5)
  }

  @Test func recordsTheSelectionOfEveryRoundWhenAsked() throws {
    var settings = try smallSettings(["rounds": .integer(4), "evaluate_every": .integer(3)])
    settings.aggregator = OddRows()
    #expect(try run(settings).selections.isEmpty)
    settings.recordsSelection = true
    let told = try run(settings)
    #expect(told.metrics.map(\.round) == [0, 3])
    #expect(told.selections.map(\.round) == [0, 1, 2, 3])
    #expect(
      told.selections[2].rows[1] == Selection.Row(client: 1, malicious: false, kept: true, weight: nil, score: 1))
  }

  @Test func recordsTheMasksOfEvaluatedRoundsWhenAsked() throws {
    let changes: [String: Value] = [
      "rounds": .integer(5), "evaluate_every": .integer(3), "aggregator": .string("skymask"),
    ]
    var settings = try smallSettings(changes)
    #expect(try run(settings).masks.isEmpty)
    settings.recordsMasks = true
    let told = try run(settings)
    #expect(told.masks.map(\.round) == [0, 3, 4])
    #expect(told.selections.isEmpty)
    for masks in told.masks {
      #expect(masks.rootPoint != nil)
      #expect(masks.rows.allSatisfy { $0.point != nil && $0.kept != nil })
    }
    settings.aggregator = OddRows()
    #expect(try run(settings).masks.isEmpty)
  }

  @Test func aModelThatIsNotFiniteIsAResult() throws {
    for throwsInstead in [false, true] {
      var settings = try smallSettings(["rounds": .integer(5), "evaluate_every": .integer(2)])
      settings.aggregator = BreaksInRoundOne(throwsInstead: throwsInstead)
      let told = try run(settings)
      #expect(told.outcome.divergedAt == 1)
      #expect(told.metrics.map(\.round) == [0, 2, 4])
      #expect(told.metrics[0].testLoss != nil)
      #expect(told.metrics[0].kept == 6)
      for metrics in told.metrics.dropFirst() {
        var guess = RoundMetrics(round: metrics.round)
        guess.testAccuracy = 0.25
        #expect(metrics == guess)
      }
      #expect(told.outcome.remarks.map(\.rounds) == [throwsInstead ? 1 : 2])
    }
  }

  @Test func aRateOutOfAllBoundsEndsInDivergence() throws {
    let told = try run(smallSettings(["local_lr": .number(3e38), "local_epochs": .integer(5)]))
    #expect(told.outcome.divergedAt == 0)
    #expect(told.metrics.map(\.testAccuracy) == [0.25, 0.25, 0.25])
    #expect(told.metrics.map(\.testLoss) == [nil, nil, nil])
  }

  // MARK: measuring

  /// Batch norm under a global step of 3: 1 − 3 · (1 − v) makes running variances negative for some rounds.
  private func normed(evaluateEvery: Int) throws -> Settings {
    let layers: [Value] = [
      .map(["conv": .map(["out": .integer(3)])]), .string("batch-norm"), .string("relu"), .string("flatten"),
      .string("linear"),
    ]
    return try smallSettings([
      "model": .map(["layers": .map(["layers": .list(layers)])]), "global_lr": .integer(3), "rounds": .integer(21),
      "evaluate_every": .integer(evaluateEvery), "local_lr": .number(0.02),
    ])
  }

  @Test func aLossThatIsNotFiniteIsAnEmptyField() throws {
    let told = try run(normed(evaluateEvery: 1))
    let empty = told.metrics.filter { $0.testLoss == nil }
    #expect(!empty.isEmpty && empty.count < told.metrics.count)
    #expect(told.metrics.allSatisfy { $0.testAccuracy != nil && $0.updateNorm != nil })
    #expect(told.outcome == Outcome())
    #expect(told.parameters.allSatisfy { $0.isFinite })
  }

  @Test func measuringMoreOftenChangesNothing() throws {
    let (often, seldom) = (try run(normed(evaluateEvery: 1)), try run(normed(evaluateEvery: 5)))
    #expect(seldom.metrics.map(\.round) == [0, 5, 10, 15, 20])
    #expect(seldom.metrics == often.metrics.filter { $0.round % 5 == 0 })
    #expect(seldom.parameters == often.parameters && seldom.outcome == often.outcome)
  }

  @Test func aClientOfWeightZeroIsRejected() throws {
    var settings = try smallSettings(["rounds": .integer(1)])
    settings.aggregator = WeighsOddRows()
    settings.attack = SendsZeros()
    let metrics = try run(settings).metrics[0]
    #expect(metrics.kept == 3)
    #expect(metrics.maliciousRejected == 0.5 && metrics.maliciousAccepted == 0.5 && metrics.benignRejected == 0.5)
  }
}
