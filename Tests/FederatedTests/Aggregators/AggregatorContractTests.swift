import Catalogue
import Foundation
import TestSupport
import Testing

@testable import Federated

/// What every aggregator promises.
@Suite struct AggregatorContractTests {
  /// Runs every aggregator on updates, with the last row as the root update.
  private func answers(_ updates: Matrix, byzantine: Int) -> [(rule: String, result: Result<Aggregate, any Error>)] {
    Aggregators.all.map { type in
      let root = (0..<updates.columns).map { _ in Float(-0.5) }
      let round = AggregatorRound.example(
        updates, byzantine: byzantine, root: root, loss: Bowl(goal: [Float](repeating: 1, count: updates.columns)))
      var memory = RuleMemory()
      return (type.name, Result { try type.init().aggregate(round, memory: &memory) })
    }
  }

  private func check(_ updates: Matrix, byzantine: Int, isFinite: Bool) {
    for (rule, result) in answers(updates, byzantine: byzantine) {
      switch result {
      case .success(let aggregate):
        let perRow = [aggregate.kept?.count, aggregate.weights?.count, aggregate.scores?.count].compactMap { $0 }
        #expect(aggregate.update.count == updates.columns, "\(rule)")
        #expect(perRow.allSatisfy { $0 == updates.rows }, "\(rule)")
        if isFinite { #expect(aggregate.update.allSatisfy { $0.isFinite }, "\(rule)") }
      case .failure(let error):
        #expect(error is AggregationError, "\(rule): \(error)")
        #expect("\(error)".hasPrefix(rule))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5], [1, 2, 33]) func fewClientsAndParametersGiveAnAnswerOrAnError(n: Int, d: Int) {
    for byzantine in 0...n { check(.random(rows: n, columns: d), byzantine: byzantine, isFinite: true) }
  }

  /// Random rows, one of them NaN, all equal, all zero.
  @Test(arguments: [(3, 3), (3, 1), (7, 1), (7, 3), (20, 3), (50, 1), (200, 1)])
  func manyClientsGiveAnAnswerOrAnError(n: Int, d: Int) {
    let random = Matrix.random(rows: n, columns: d)
    var spoilt = random
    for k in 0..<d { spoilt[n / 2, k] = .nan }
    let equal = Matrix(rows: n, columns: d, values: [Float](repeating: 1.5, count: n * d))
    for byzantine in n <= 7 ? Array(0...n) : [n / 5, n / 2, n] {
      check(random, byzantine: byzantine, isFinite: true)
      check(spoilt, byzantine: byzantine, isFinite: false)
      check(equal, byzantine: byzantine, isFinite: true)
      check(Matrix(rows: n, columns: d), byzantine: byzantine, isFinite: true)
    }
  }

  @Test func noClientGivesAnAnswerOrAnError() {
    check(Matrix(rows: 0, columns: 3), byzantine: 0, isFinite: true)
  }

  @Test func zerosAndEqualRowsGiveThemselves() {
    for value in [0, 1.5] as [Float] {
      let updates = Matrix(rows: 7, columns: 5, values: [Float](repeating: value, count: 35))
      check(updates, byzantine: 2, isFinite: true)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude]) func spoiltRowsNeverTrap(value: Float)
  {
    var updates = Matrix.random(rows: 7, columns: 5)
    updates[1, 3] = value
    check(updates, byzantine: 2, isFinite: false)
    check(Matrix(rows: 7, columns: 5, values: [Float](repeating: value, count: 35)), byzantine: 2, isFinite: false)
  }

  @Test func sameInputsGiveTheSameBits() {
    let updates = Matrix.random(rows: 11, columns: 40)
    for (first, second) in zip(answers(updates, byzantine: 2), answers(updates, byzantine: 2)) {
      guard case .success(let a) = first.result, case .success(let b) = second.result else {
        Issue.record("\(first.rule) gives no answer")
        continue
      }
      #expect(a.update.map(\.bitPattern) == b.update.map(\.bitPattern))
      #expect(a.kept == b.kept && a.weights == b.weights && a.scores == b.scores && a.note == b.note)
    }
  }

  @Test func anObjectionIsWhatTheRuleThrowsFor() {
    for type in Aggregators.all {
      for clients in 1...9 {
        for byzantine in 0..<clients where type.init().objection(clients: clients, byzantine: byzantine) == nil {
          let updates = Matrix.random(rows: clients, columns: 4)
          let result = answers(updates, byzantine: byzantine).first { $0.rule == type.name }?.result
          if case .failure(let error)? = result { Issue.record("\(type.name) \(clients) \(byzantine): \(error)") }
        }
      }
    }
  }

  @Test func whatIsTooFewIsObjectedToBefore() {
    for clients in 1...12 {
      let updates = Matrix.random(rows: clients, columns: 4)
      for byzantine in 0...clients {
        for (rule, result) in answers(updates, byzantine: byzantine) {
          guard case .failure(AggregationError.tooFewClients) = result else { continue }
          let type = Aggregators.all.first { $0.name == rule }
          let objection = type.flatMap { $0.init().objection(clients: clients, byzantine: byzantine) }
          #expect(objection != nil, "\(rule) of \(clients) with \(byzantine)")
        }
      }
    }
  }

  @Test func everyStoredPropertyIsAParameter() throws {
    for type in Aggregators.all { try expectParametersAreStoredProperties(type) }
  }

  @Test func familyListsEveryFileOfTheFolder() throws {
    try expectListed(Aggregators.all, of: "Aggregator", in: "Aggregators")
  }
}

/// Parameters and stored properties are the same, and values survive the way through a manifest.
func expectParametersAreStoredProperties<Member: Component>(_ type: Member.Type) throws {
  let properties = Mirror(reflecting: type.init()).children.compactMap(\.label).map(snakeCase)
  #expect(properties == type.parameters.map(\.name), "\(type.name)")
  let again = try type.make(try type.init().parameterValues())
  #expect(try again.parameterValues() == type.defaults(), "\(type.name)")
  #expect(!type.summary.isEmpty)
  #expect(type.name == type.name.lowercased() && !type.name.contains("_"))
}

private func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
}

/// Each file of a family's folder that declares a member is named as the member, which the family lists.
func expectListed(_ members: [any Component.Type], of protocolName: String, in folder: String) throws {
  let url = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Federated/\(folder)")
  let files = try FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".swift") }.sorted()
  var declared: [String] = []
  for file in files {
    let text = try String(contentsOf: url.appending(path: file), encoding: .utf8)
    for line in text.split(separator: "\n") {
      guard let colon = line.range(of: ": \(protocolName) {"), let start = line.range(of: "struct ") else { continue }
      let name = String(line[start.upperBound..<colon.lowerBound])
      declared.append(name)
      #expect(file == name + ".swift")
    }
  }
  #expect(declared.sorted() == members.map { "\($0)" }.sorted())
}
