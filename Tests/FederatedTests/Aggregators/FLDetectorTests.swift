import TestSupport
import Testing

@testable import Federated

@Suite struct FLDetectorTests {
  /// Updates of clients that go down bowls of their own, and of two that send what they like from round 8 on.
  private func updates(_ round: Int, at model: [Float], clients: Int = 8) -> Matrix {
    var noise = RandomSource(seed: 5, stream: .dataset, round: round)
    return Matrix(
      (0..<clients).map { client in
        model.indices.map { k in
          let goal = Float(client % 3) * 0.25 + Float(k)
          let pull = 0.125 * Float(1 + k % 3) * (model[k] - goal) + 0.001 * Float(noise.gaussian())
          return client < 2 && round >= 8 ? 0.5 * Float(noise.gaussian()) : pull
        }
      })
  }

  private func rule(window: Int = 4, warmUp: Int = 6) -> FLDetector {
    var rule = FLDetector()
    (rule.window, rule.warmUp) = (window, warmUp)
    return rule
  }

  private func question(_ updates: Matrix, _ model: [Float], round: Int) -> AggregatorRound {
    var question = AggregatorRound.example(updates)
    question.parameters = model
    question.clusteringRandom = RandomSource(seed: 3, stream: .clustering, round: round)
    return question
  }

  /// Plays rounds from where `model` and `memory` stand.
  private func play(
    _ rounds: Range<Int>, _ rule: FLDetector, _ model: inout [Float], _ memory: inout RuleMemory
  ) throws -> [Aggregate] {
    try rounds.map { round in
      let aggregate = try rule.aggregate(
        question(updates(round, at: model), model, round: round), memory: &memory)
      for k in model.indices { model[k] -= aggregate.update[k] }
      return aggregate
    }
  }

  @Test func isTheMedianBeforeItKnowsTheClients() throws {
    var memory = RuleMemory()
    let aggregate = try FLDetector().aggregate(
      .example(Matrix([[1, 2, 3], [3, 2, 1], [2, 5, -1]])), memory: &memory)
    #expect(aggregate.update == [2, 2, 1])
    #expect(aggregate.kept == [true, true, true])
    #expect(aggregate.scores == nil)
  }

  @Test func rejectsClientsWhoseUpdatesDoNotFollow() throws {
    var (model, memory) = ([Float](repeating: 4, count: 12), RuleMemory())
    let answers = try play(0..<20, rule(), &model, &memory)
    // Rounds 7 to 10 are scored, and round 10 is the first that is judged.
    #expect(answers[..<10].allSatisfy { $0.scores == nil && $0.kept?.contains(false) == false })
    #expect(answers[10].scores != nil)
    #expect(rule().reservation(rounds: 11, clients: 8, participants: 8) == nil)
    #expect(
      rule().reservation(rounds: 10, clients: 8, participants: 8)
        == "fldetector rejects nobody before round 11, which is warm_up + window + 1: in 10 rounds it is the median; "
        + "give it a smaller warm_up or window")
    for answer in answers[11...] {
      #expect(answer.kept == [false, false, true, true, true, true, true, true])
      #expect(abs((answer.scores ?? []).reduce(0) { $0 + ($1 ?? 0) } - 4) < 1e-9)
    }
  }

  @Test func goesOnFromItsMemoryAlone() throws {
    var (model, memory) = ([Float](repeating: 4, count: 12), RuleMemory())
    let whole = try play(0..<16, rule(), &model, &memory)
    var (again, checkpoint) = ([Float](repeating: 4, count: 12), RuleMemory())
    _ = try play(0..<12, rule(), &again, &checkpoint)
    var resumed = RuleMemory()
    resumed.matrices = checkpoint.matrices
    resumed.numbers = checkpoint.numbers
    let rest = try play(12..<16, rule(), &again, &resumed)
    for (a, b) in zip(whole[12...], rest) { #expect(a.update == b.update && a.kept == b.kept && a.scores == b.scores) }
    #expect(resumed.matrices == memory.matrices && resumed.numbers == memory.numbers)
  }

  @Test func scoresAreSharesOfTheDistancesToThePredictions() throws {
    // Each parameter's Hessian is 3: the model's step of 2 changes every update by 6, and the last client sends 8 more.
    var memory = RuleMemory()
    let detector = rule(window: 1, warmUp: 1)
    for (model, updates) in [([0], [[1], [2], [3]]), ([1], [[4], [5], [6]]), ([3], [[10], [13], [20]])]
      as [([Float], [[Float]])]
    {
      let aggregate = try detector.aggregate(question(Matrix(updates), model, round: 0), memory: &memory)
      if model == [3] {
        for (score, share) in zip(aggregate.scores ?? [], [0, 0.2, 0.8]) { #expect(abs((score ?? 9) - share) < 1e-6) }
        #expect(aggregate.scores?.count == 3)
      }
    }
  }

  // MARK: few take part

  @Test func aClientIsPredictedFromItsOwnLastUpdate() throws {
    // By hand: the Hessian is 3 in round 2, where clients 0 and 1 are predicted to send 10 and 11. Then the median went
    // from 5 to 11.5 over a step of 2: 3.25. Client 1 sent 13 a step of 1 ago and client 2 sent 6 a step of 3 ago:
    // predictions 16.25 and 15.75.
    let rounds: [(model: Float, senders: [Int], updates: [Float])] = [
      (0, [0, 1, 2], [1, 2, 3]), (1, [0, 1, 2], [4, 5, 6]), (3, [0, 1], [10, 13]), (4, [1, 2], [18.25, 16.75]),
    ]
    var memory = RuleMemory()
    var scores: [[Double]] = []
    for (model, senders, updates) in rounds {
      var question = question(Matrix(updates.map { [$0] }), [model], round: 0)
      question.senders = senders
      let aggregate = try rule(window: 1, warmUp: 1).aggregate(question, memory: &memory)
      scores.append((aggregate.scores ?? []).compactMap { $0 })
    }
    #expect(scores[2] == [0, 1])
    #expect(scores[3].count == 2 && zip(scores[3], [2.0 / 3, 1.0 / 3]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func rejectsClientsWhoseUpdatesDoNotFollowWhenFewTakePart() throws {
    var (model, memory) = ([Float](repeating: 4, count: 12), RuleMemory())
    var (rejected, judged) = ([0, 0], [0, 0])
    for round in 0..<60 {
      var clients = Array(0..<12)
      var random = RandomSource(seed: 9, stream: .participants, round: round)
      random.shuffle(&clients)
      let senders = clients.prefix(7).sorted()
      let all = updates(round, at: model, clients: 12)
      var question = question(Matrix(senders.map { all.row($0) }), model, round: round)
      question.senders = senders
      let aggregate = try rule().aggregate(question, memory: &memory)
      for k in model.indices { model[k] -= aggregate.update[k] }
      if round >= 30 {
        for (client, kept) in zip(senders, aggregate.kept ?? []) {
          judged[client < 2 ? 0 : 1] += 1
          if !kept { rejected[client < 2 ? 0 : 1] += 1 }
        }
      }
    }
    #expect(10 * rejected[0] >= 9 * judged[0] && judged[0] > 20)
    #expect(rejected[1] == 0 && judged[1] > 150)
  }

  @Test func saysFromWhenOnItCanJudgeWhereFewTakePart() {
    // Four rounds of history take a client that is one of two drawn out of eight sixteen rounds.
    #expect(rule().reservation(rounds: 23, clients: 8, participants: 2) == nil)
    #expect(
      rule().reservation(rounds: 22, clients: 8, participants: 2)
        == "fldetector judges a client from its history of 4 rounds ('window'), which most of 8 clients have from about "
        + "round 23 on when 2 take part in each; in 22 rounds it rejects hardly anybody; give it a smaller warm_up or window"
    )
  }

  @Test func whoHasNoHistoryYetIsKeptAndNotScored() throws {
    var (model, memory) = ([Float](repeating: 4, count: 12), RuleMemory())
    _ = try play(0..<16, rule(), &model, &memory)
    let all = updates(16, at: model, clients: 10)
    var question = question(Matrix((1..<10).map { all.row($0) }), model, round: 16)
    question.senders = Array(1..<10)
    let aggregate = try rule().aggregate(question, memory: &memory)
    #expect(aggregate.kept == [false] + [Bool](repeating: true, count: 8))
    #expect(aggregate.scores?.map { $0 == nil } == [Bool](repeating: false, count: 7) + [true, true])
    #expect(memory.matrices["updates"]?.rows == 10 && memory.numbers["clients"]?.count == 10)
    // Client 0 was last seen a round earlier: two models are kept.
    #expect(memory.matrices["models"]?.rows == 2)
  }

  @Test func clientsThatSendTwiceAreTwo() {
    #expect(FLDetectorHistory.clients(senders: [0, 1, 0, 1, 2], rows: 5) == [0, 1, 0x1p32, 0x1p32 + 1, 2])
    #expect(FLDetectorHistory.clients(senders: nil, rows: 3) == [0, 1, 2])
  }

  @Test func rejectsWhoIsNotFiniteAndForgetsTheSpoiltUpdate() throws {
    var (model, memory) = ([Float](repeating: 4, count: 12), RuleMemory())
    _ = try play(0..<12, rule(), &model, &memory)
    var spoilt = updates(12, at: model)
    spoilt[5, 3] = .nan
    let aggregate = try rule().aggregate(question(spoilt, model, round: 12), memory: &memory)
    #expect(aggregate.kept?[5] == false)
    #expect(aggregate.scores?.allSatisfy { $0?.isFinite == true } == true)
    #expect(memory.matrices["updates"]?.values.allSatisfy { $0.isFinite } == true)
    #expect(throws: AggregationError.notFinite(rule: "fldetector")) {
      let nothing = Matrix(rows: 8, columns: 12, values: [Float](repeating: .nan, count: 96))
      _ = try rule().aggregate(question(nothing, model, round: 13), memory: &memory)
    }
  }

  @Test(arguments: [1, 2, 3, 8], [1, 12]) func answersThroughAllRoundsWhateverComes(clients: Int, parameters: Int)
    throws
  {
    for kind in 0..<4 {
      var (model, memory) = ([Float](repeating: 1, count: parameters), RuleMemory())
      for round in 0..<12 {
        var sent = Matrix.random(rows: clients, columns: parameters, seed: UInt64(round))
        if kind == 1 { for k in sent.values.indices { sent.values[k] = 0 } }
        if kind == 2 { for k in sent.values.indices { sent.values[k] = 2 } }
        if kind == 3, clients > 1 { sent[round % clients, 0] = .nan }
        let aggregate = try rule(window: 3, warmUp: 2).aggregate(question(sent, model, round: round), memory: &memory)
        #expect(aggregate.update.allSatisfy { $0.isFinite })
        for k in model.indices { model[k] -= 0.1 * aggregate.update[k] }
      }
    }
  }

  // MARK: golden

  @Test func everyRoundAgreesWithThePublishedCode() throws {
    let name = "official/aggregator-fldetector"
    let settings = try Golden.settings(name)
    let (values, shape) = try Golden.array(name, "updates.npy")
    let expected = try Golden.array(name, "expected_params.npy").values
    let rate = Float(try #require(settings["global_lr"] as? Double))
    let (clients, columns) = (shape[1], shape[2])
    var model = try Golden.array(name, "params.npy").values
    var memory = RuleMemory()
    var rejected: Set<Int> = []
    for round in 0..<shape[0] {
      let first = round * clients * columns
      let updates = Matrix(
        rows: clients, columns: columns, values: Array(values[first..<(first + clients * columns)]))
      let aggregate = try FLDetector().aggregate(question(updates, model, round: round), memory: &memory)
      for k in model.indices { model[k] -= rate * aggregate.update[k] }
      let error = relativeError(model, Array(expected[(round * columns)..<((round + 1) * columns)]))
      #expect(error < 1e-5, "round \(round)")
      for (client, kept) in (aggregate.kept ?? []).enumerated() where !kept { rejected.insert(client) }
    }
    #expect(rejected == [0, 1, 2, 3])
  }
}

@Suite struct CurvaturePredictionTests {
  @Test func ofOneParameterIsTheSlope() throws {
    let change = try #require(
      CurvaturePrediction.change(for: [5], steps: Matrix([[2]]), changes: Matrix([[6]])))
    #expect(abs(change[0] - 15) < 1e-5)
  }

  @Test func ofTheLastStepIsWhatItChanged() throws {
    let steps = Matrix.random(rows: 3, columns: 6)
    var changes = steps
    for k in changes.values.indices { changes.values[k] *= Float(1 + k % 6) }
    let change = try #require(CurvaturePrediction.change(for: steps.row(2), steps: steps, changes: changes))
    #expect(relativeError(change, changes.row(2)) < 1e-5)
  }

  @Test func isNotToldByRecordsThatAreZeroOrNotFinite() {
    for value in [0, .nan, .infinity] as [Float] {
      let records = Matrix(rows: 2, columns: 3, values: [Float](repeating: value, count: 6))
      #expect(CurvaturePrediction.change(for: [1, 2, 3], steps: records, changes: records) == nil)
    }
    let none = Matrix(rows: 0, columns: 3)
    #expect(CurvaturePrediction.change(for: [1, 2, 3], steps: none, changes: none) == nil)
  }
}
