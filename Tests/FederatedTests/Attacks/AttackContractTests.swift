import Catalogue
import Testing

@testable import Federated

/// What every attack promises.
@Suite struct AttackContractTests {
  private func isSame(_ a: Matrix, _ b: Matrix) -> Bool {
    a.rows == b.rows && a.columns == b.columns && a.values.map(\.bitPattern) == b.values.map(\.bitPattern)
  }

  private func check(_ updates: Matrix, byzantine: Int, isFinite: Bool) throws {
    for type in Attacks.all {
      let attack = type.init()
      let root = [Float](repeating: -0.5, count: updates.columns)
      let round = AttackRound.example(updates, byzantine: byzantine, root: root)
      let crafted = try attack.craft(round)
      #expect(crafted.rows == updates.rows && crafted.columns == updates.columns, "\(type.name)")
      let rest = byzantine * updates.columns
      #expect(
        crafted.values.dropFirst(rest).map(\.bitPattern) == updates.values.dropFirst(rest).map(\.bitPattern),
        "\(type.name)")
      if isFinite { #expect(crafted.values.allSatisfy { $0.isFinite }, "\(type.name)") }
      #expect(isSame(crafted, try attack.craft(round)), "\(type.name)")
      let added = try attack.craft(
        .example(updates, byzantine: byzantine, root: updates.row(0), quirks: Set(Quirk.allCases)))
      #expect(added.rows == updates.rows || added.rows == updates.rows + byzantine, "\(type.name)")
    }
  }

  @Test(arguments: [9, 50, 200]) func manyClientsGetAnAnswer(n: Int) throws {
    for byzantine in [0, 1, n / 5, n / 2, n - 1, n] {
      try check(.random(rows: n, columns: 7), byzantine: byzantine, isFinite: true)
    }
  }

  @Test(arguments: Knowledge.allCases) func whoKnowsLittleGivesAnAnswerToo(knowledge: Knowledge) throws {
    for type in Attacks.all where type.parameters.contains(where: { $0.name == "knowledge" }) {
      let attack = try type.make(["knowledge": .string(knowledge.rawValue)])
      for byzantine in 0...5 {
        let updates = Matrix.random(rows: 5, columns: 4)
        let crafted = try attack.craft(.example(updates, byzantine: byzantine, root: [1, 1, 1, 1]))
        #expect(crafted.values.allSatisfy(\.isFinite) && crafted.rows == 5, "\(type.name)")
        let objection = attack.objection(clients: 5, byzantine: byzantine, inputShape: [1, 8, 8], classes: 3)
        #expect((objection != nil) == (knowledge == .benign && byzantine == 5), "\(type.name)")
      }
    }
  }

  @Test func onlyBackdoorsHaveATrigger() {
    for type in Attacks.all {
      let backdoor = type.init().backdoor(inputShape: [3, 32, 32])
      #expect((backdoor != nil) == ["scaling", "lie-backdoor"].contains(type.name), "\(type.name)")
      #expect(type.init().triggeredCount(of: 0) == 0, "\(type.name)")
      #expect(type.init().poisonsData || type.init().triggeredCount(of: 10) == 0, "\(type.name)")
    }
  }

  @Test func publishedNamesAreKnown() {
    for (alias, name) in [
      ("no", "none"), ("label_flipped", "label-flip"), ("trim_attack", "fang-trim"), ("krum_attack", "fang-krum"),
      ("minmax_agnostic", "min-max"), ("minsum_agnostic", "min-sum"), ("lie_backdoor", "lie-backdoor"),
    ] {
      #expect(Attacks.family.member(alias)?.name == name)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5], [1, 2, 33]) func honestRowsStayAsTheyAre(n: Int, d: Int) throws {
    for byzantine in 0...n { try check(.random(rows: n, columns: d), byzantine: byzantine, isFinite: true) }
  }

  @Test func zerosAndEqualRowsGiveAnAnswer() throws {
    for value in [0, 1.5] as [Float] {
      try check(
        Matrix(rows: 6, columns: 5, values: [Float](repeating: value, count: 30)), byzantine: 2, isFinite: true)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude]) func spoiltRowsNeverTrap(
    value: Float
  ) throws {
    var updates = Matrix.random(rows: 6, columns: 5)
    updates[1, 3] = value
    updates[4, 0] = value
    try check(updates, byzantine: 2, isFinite: false)
    try check(
      Matrix(rows: 6, columns: 5, values: [Float](repeating: value, count: 30)), byzantine: 2, isFinite: false)
  }

  @Test func poisonedLabelsAreLabels() {
    for type in Attacks.all {
      for classes in [1, 2, 10] {
        var labels = (0..<classes).map { UInt8($0) }
        type.init().poison(labels: &labels, classes: classes)
        #expect(labels.allSatisfy { $0 < classes }, "\(type.name)")
        #expect(type.init().poisonsData || labels == (0..<classes).map { UInt8($0) }, "\(type.name)")
      }
    }
  }

  @Test func everyStoredPropertyIsAParameter() throws {
    for type in Attacks.all { try expectParametersAreStoredProperties(type) }
  }

  @Test func familyListsEveryFileOfTheFolder() throws {
    try expectListed(Attacks.all, of: "Attack", in: "Attacks")
  }
}
