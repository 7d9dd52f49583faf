import Catalogue
import Federated
import Testing
import YAML

@testable import Experiments

/// What every member of every family must hold to, so that a manifest can name it.
@Suite struct ManifestSchemaTests {
  /// The value as a manifest would read it, in a parameter of that type.
  private func read(_ value: Value, _ type: ParameterType) throws -> Value? {
    let diagnostics = Diagnostics()
    let node = try Document.parse(Source(name: "value", text: value.canonicalJSON), diagnostics)
    let read = node.flatMap { ValueReader(diagnostics: diagnostics).read($0, type, "it") }
    try diagnostics.throwErrors()
    return read
  }

  /// `maskLearningRate` as `mask_learning_rate`.
  private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }

  @Test func everyStoredPropertyOfAMemberIsAParameter() {
    for member in CellParameters.families.flatMap(\.members) {
      let stored = Mirror(reflecting: member.init()).children.compactMap { $0.label.map(snakeCase) }
      #expect(stored.sorted() == member.parameters.map(\.name).sorted(), "\(member.name)")
    }
  }

  @Test func defaultsOfMembersAreValuesThatAManifestCouldGive() throws {
    for member in CellParameters.families.flatMap(\.members) {
      let defaults = try member.defaults()
      for parameter in member.parameters {
        let value = try #require(defaults[parameter.name])
        #expect(try read(value, parameter.type) == value, "\(member.name).\(parameter.name)")
      }
      #expect(try member.make(defaults).parameterValues() == defaults, "\(member.name)")
    }
  }

  @Test func defaultsOfTheCellAreValuesThatAManifestCouldGive() throws {
    for parameter in CellParameters.all {
      guard let value = CellParameters.defaults[parameter.name], value != .null else { continue }
      #expect(try read(value, parameter.type) == value.canonical, "\(parameter.name)")
    }
  }

  @Test func namesAndAliasesAreUniqueAndWellFormed() {
    for family in CellParameters.families {
      let spellings = family.members.flatMap { [$0.name] + $0.aliases }
      #expect(Set(spellings).count == spellings.count, "\(family.name)")
      for member in family.members {
        let isKebab = member.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
        #expect(isKebab && !member.name.isEmpty && !member.summary.isEmpty, "\(member.name)")
        let names = member.parameters.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count, "\(member.name)")
      }
    }
    let names = CellParameters.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test func everyMemberCanBeNamedAndResolved() throws {
    for family in CellParameters.families {
      for member in family.members {
        for spelling in [member.name] + member.aliases {
          // The natural partition needs owners, and a data set's own partition as many clients as owners.
          let beside = family.name == "partition" ? "dataset: {synthetic-features: {owners: 100}}" : "partition: iid"
          let text = "name: t\ndefaults: {clients: 100, byzantine: 5, \(family.name): \(spelling), \(beside)}\n"
          let cells = try manifest(text).cells { _ in nil }
          #expect(cells.map { $0.value(at: family.name) } == [.string(member.name)])
        }
      }
    }
  }

  @Test func aResolvedCellWrittenAsDefaultsIsTheSameCell() throws {
    let text = """
      name: t
      grid:
        attack: [none, min-max, {fang-trim: {partial: true}}]
        aggregator: [fedavg, {skymask: {threshold: 0.4}}]
        partition: [iid, label-bias]
        profile: [paper, official-code]
        gradient_clip: [0.01, none]
      """
    for cell in try manifest(text).cells(digest: { _ in nil }) {
      let again = try manifest("name: u\ndefaults: \(Value.map(cell.parameters).canonicalJSON)\n").cells { _ in nil }
      #expect(again == [cell])
    }
  }
}

@Suite struct ManifestDamageTests {
  private let text = Array(
    """
    name: damage
    description: "größe: 'x'"
    defaults: {clients: 20, byzantine: 4, root: {size: 50, bias: 0.3}, gradient_clip: none}
    grid:
      attack: &a [none, min-max, {fang-trim: {partial: true}}]
      aggregator: [fedavg, krum, {skymask: {threshold: 0.4}}]
      root.bias: [0.1, .5]
    zip: [{local_lr: [1e-3, 0.5], rounds: [10, 20]}]
    exclude: [{attack: none, aggregator: krum}]
    override: [{when: {attack: min-max}, set: {model: lr, batch_size: 8}}]
    add: [{attack: label-flip}]
    seeds: [1, 2]
    run: {jobs: auto, timeout: 1h30m}
    report: {tables: [{rows: attack, columns: aggregator, value: test_accuracy}]}
    """.utf8)

  /// Nothing but a manifest or a `Failure` with something to say.
  private func withstands(_ bytes: [UInt8]) {
    do {
      _ = try manifest(String(decoding: bytes, as: UTF8.self)).sweep()
    } catch let failure as Failure {
      #expect(!failure.diagnostics.isEmpty && failure.description.contains("error: "))
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func theWholeTextIsSound() throws {
    #expect(try manifest(String(decoding: text, as: UTF8.self)).sweep().count == 66)
  }

  @Test func aTextCutAnywhereIsAnErrorOrAManifest() {
    for length in 0...text.count { withstands(Array(text[..<length])) }
  }

  @Test func aTextWithOtherBytesIsAnErrorOrAManifest() {
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let special = Array("[]{}:,-&*!|>'\"#%@ \n\t\0\u{7F}0.x~?".utf8)
    for _ in 0..<1500 {
      var bytes = text
      for _ in 0...next(3) {
        let at = next(bytes.count)
        switch next(3) {
        case 0: bytes[at] = special[next(special.count)]
        case 1: bytes.insert(special[next(special.count)], at: at)
        default: bytes.remove(at: at)
        }
      }
      withstands(bytes)
    }
  }
}
