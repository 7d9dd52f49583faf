import Catalogue
import NeuralNet
import Testing

@testable import Federated

@Suite struct SettingsTests {
  @Test func readsAResolvedCell() throws {
    let settings = try smallSettings([
      "momentum": .number(0.9), "gradient_clip": .number(0.01), "clients_per_round": .integer(4),
      "record": .list([.string("selection")]), "batch_norm": .string("outside-distance"), "data_seed": .integer(7),
    ])
    #expect((settings.dataset as? SyntheticImages)?.noise == 0.5)
    #expect((settings.dataset as? SyntheticImages)?.channels == 1)
    #expect(settings.model is LR)
    #expect(settings.partition is LabelBias)
    #expect(settings.attack is NoAttack)
    #expect(settings.aggregator is FedAvg)
    #expect(settings.clients == 6)
    #expect(settings.participants == 4)
    #expect(settings.byzantine == 2)
    #expect(settings.momentum == 0.9)
    #expect(settings.gradientClip == 0.01)
    #expect(settings.rootSize == 40)
    #expect(settings.recordsSelection)
    #expect(settings.keepsBatchNormOutsideDistance)
    #expect(settings.seed == 1)
    #expect(settings.dataSeed == 7)
  }

  @Test func whatIsLeftOutHasItsMeaning() throws {
    var map = smallCell
    for key in ["clients_per_round", "assumed_byzantine", "gradient_clip", "profile", "quirks", "record", "data_seed"] {
      map[key] = nil
    }
    let settings = try Settings(resolved: map)
    #expect(settings.participants == 6)
    #expect(settings.assumedByzantine == 2)
    #expect(settings.gradientClip == nil)
    #expect(settings.quirks.isEmpty)
    #expect(!settings.recordsSelection)
    #expect(settings.dataSeed == 1)
  }

  @Test func biasIsNeededOnlyWhereItIsUsed() throws {
    var map = smallCell
    map["bias"] = nil
    #expect(throws: SimulationError.missing(key: "bias")) { try Settings(resolved: map) }
    map["partition"] = .string("iid")
    #expect(try Settings(resolved: map).partition is IID)
  }

  @Test(arguments: [
    ("clients", Value.null, "the cell lacks the parameter 'clients'"),
    ("clients", .string("six"), "the cell's 'clients' is \"six\", but must be a whole number"),
    ("byzantine", .integer(6), "the cell's 'byzantine' is 6, but must be from 0 to 5"),
    ("clients_per_round", .integer(7), "the cell's 'clients_per_round' is 7, but must be from 1 to 6"),
    ("local_lr", .bool(true), "the cell's 'local_lr' is true, but must be a number"),
    ("loss", .string("mse"), "the cell's 'loss' is \"mse\", but must be one of cross-entropy, batch-softmax"),
    (
      "attack", .list([]),
      "the cell's 'attack' is [], but must be the name of an attack, or a map of one name to its parameters"
    ),
    ("record", .string("selection"), "the cell's 'record' is \"selection\", but must be a list"),
  ]) func saysWhatIsWrong(key: String, value: Value, text: String) {
    let error = #expect(throws: SimulationError.self) { try smallSettings([key: value]) }
    #expect(error?.description == text)
  }

  @Test func anUnknownAttackIsNotNone() {
    #expect(throws: CatalogueError.self) { try smallSettings(["attack": .string("nine")]) }
  }

  @Test func aMisspeltParameterIsNotItsDefault() {
    let dataset = Value.map(["synthetic-images": .map(["nose": .integer(1)])])
    #expect(throws: CatalogueError.self) { try smallSettings(["dataset": dataset]) }
  }

  @Test func theProfileOfThePublishedCodeHasEveryQuirk() throws {
    let official = try smallSettings(["profile": .string("official-code"), "quirks": .null])
    #expect(official.quirks == Set(Quirk.allCases))
    #expect(official.loss == .batchSoftmax)
    let listed = try smallSettings(["quirks": .list([.string("added-attackers")])])
    #expect(listed.quirks == [.addedAttackers])
    #expect(listed.loss == .crossEntropy)
  }

  @Test func evaluatesEveryFewRoundsAndTheLast() throws {
    let every5: [String: Value] = ["rounds": .integer(13), "evaluate_every": .integer(5)]
    let settings = try smallSettings(every5)
    #expect((0..<13).filter(settings.evaluates) == [0, 5, 10, 12])
    let quirky = try smallSettings(every5.merging(["quirks": .list([.string("skip-last-evaluation")])]) { $1 })
    #expect((0..<13).filter(quirky.evaluates) == [0, 5, 10])
  }

  @Test(arguments: [(100, 20, 10, 2), (100, 20, 3, 1), (100, 2, 10, 1), (100, 0, 10, 0), (100, 25, 10, 3)])
  func rulesAssumeTheShareOfMaliciousParticipants(clients: Int, byzantine: Int, perRound: Int, assumed: Int) throws {
    let changes: [String: Value] = [
      "clients": .integer(clients), "byzantine": .integer(byzantine), "clients_per_round": .integer(perRound),
    ]
    #expect(try smallSettings(changes).assumedByzantine == assumed)
    let told = try smallSettings(changes.merging(["assumed_byzantine": .integer(7)]) { $1 })
    #expect(told.assumedByzantine == 7)
  }
}
