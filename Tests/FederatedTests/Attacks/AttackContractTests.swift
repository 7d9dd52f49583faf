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
      let crafted = try attack.craft(.example(updates, byzantine: byzantine))
      #expect(crafted.rows == updates.rows && crafted.columns == updates.columns, "\(type.name)")
      let rest = byzantine * updates.columns
      #expect(
        crafted.values.dropFirst(rest).map(\.bitPattern) == updates.values.dropFirst(rest).map(\.bitPattern),
        "\(type.name)")
      if isFinite { #expect(crafted.values.allSatisfy { $0.isFinite }, "\(type.name)") }
      #expect(isSame(crafted, try attack.craft(.example(updates, byzantine: byzantine))), "\(type.name)")
      let added = try attack.craft(
        .example(updates, byzantine: byzantine, root: updates.row(0), quirks: Set(Quirk.allCases)))
      #expect(added.rows == updates.rows || added.rows == updates.rows + byzantine, "\(type.name)")
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
