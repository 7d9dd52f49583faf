import Federated
import Foundation
import Testing
import YAML

@testable import Experiments

@Suite struct ManifestValidationTests {
  @Test func thereMustBeMoreClientsThanMaliciousOnes() {
    #expect(
      complaint("name: t\ngrid: {clients: [10, 20, 30]}\ndefaults: {byzantine: 20}\n") == """
        m.yaml:3:23: error: 'byzantine' is 20, but must be less than 'clients', which is 10
            3 | defaults: {byzantine: 20}
              |                       ^~
        m.yaml:3:23: error: 'byzantine' is 20, but must be less than 'clients', which is 20
            3 | defaults: {byzantine: 20}
              |                       ^~
        """)
    // The default of 20 is nowhere in the file: the number of clients is to blame.
    #expect(
      complaint("name: t\ndefaults: {clients: 10}\n").hasPrefix(
        "m.yaml:2:21: error: 'byzantine' is 20, but must be less than 'clients', which is 10\n"))
  }

  @Test func assumptionsAndParticipantsKeepToTheClients() {
    #expect(
      complaint("name: t\ndefaults: {clients: 9, byzantine: 2, assumed_byzantine: 9, clients_per_round: 11}\n") == """
        m.yaml:2:57: error: 'assumed_byzantine' is 9, but must be less than 'clients', which is 9
            2 | defaults: {clients: 9, byzantine: 2, assumed_byzantine: 9, clients_per_round: 11}
              |                                                         ^
        m.yaml:2:79: error: 'clients_per_round' is 11, but 'clients' is only 9
            2 | defaults: {clients: 9, byzantine: 2, assumed_byzantine: 9, clients_per_round: 11}
              |                                                                               ^~
        """)
  }

  @Test func aRulesObjectionIsToldOnceAtItsEntry() throws {
    let text = "name: t\ndefaults: {clients: 10}\ngrid:\n  aggregator: [fedavg, krum]\n  byzantine: [2, 4, 5]\n"
    let objection = try #require(Krum().objection(clients: 10, byzantine: 4))
    #expect(
      complaint(text) == """
        m.yaml:4:24: error: \(objection)
            4 |   aggregator: [fedavg, krum]
              |                        ^~~~
              in 2 cells, the first: dataset fashion-mnist, attack none, aggregator krum, clients 10, byzantine 4
        """)
  }

  @Test func anAttackWithoutMaliciousClientsIsAWarning() throws {
    #expect(
      try manifest("name: t\ngrid:\n  attack: [none, min-max]\n  byzantine: [0, 20]\n").sweep().warnings
        .map(\.description) == [
          """
          m.yaml:3:18: warning: 'byzantine' is 0, so no client carries out this attack
              3 |   attack: [none, min-max]
                |                  ^~~~~~~
                in the cell: dataset fashion-mnist, attack min-max, aggregator fedavg, clients 100, byzantine 0
          """
        ])
    #expect(try manifest("name: t\ndefaults: {byzantine: 0}\n").sweep().warnings.isEmpty)
  }

  @Test func anAxisWithoutEffectInSomeCellsIsReportedWithTheirNumber() throws {
    let text = """
      name: t
      defaults: {model: lr, clients: 30, byzantine: 3}
      grid:
        dataset: [synthetic-features, har]
        bias: [0.1, 0.5, 0.9]
        aggregator: [fedavg, median]
      seeds: 1-2
      """
    let sweep = try manifest(text).sweep()
    #expect(sweep.count == 16)
    #expect(
      sweep.warnings.map(\.description) == [
        """
        m.yaml:5:3: warning: 'bias' has no effect in 12 of the combinations, which make 4 different cells
            5 |   bias: [0.1, 0.5, 0.9]
              |   ^~~~
              those of dataset har with partition natural
        """
      ])
    // What is no axis makes no cells.
    #expect(try manifest("name: t\ndefaults: {dataset: har, bias: 0.1, clients: 30}\n").sweep().warnings.isEmpty)
  }

  @Test func whatSoFewRoundsDoNotShowIsAWarning() throws {
    let text = "name: t\ngrid:\n  aggregator: [median, fldetector]\n  rounds: [30, 31, 20]\n"
    let reservation = try #require(FLDetector().reservation(rounds: 30, clients: 100, participants: 100))
    #expect(
      try manifest(text).sweep().warnings.map(\.description) == [
        """
        m.yaml:3:24: warning: \(reservation)
            3 |   aggregator: [median, fldetector]
              |                        ^~~~~~~~~~
              in 2 cells, the first: dataset fashion-mnist, attack none, aggregator fldetector, clients 100, byzantine 20
        """
      ])
  }

  @Test func aRuleIsJudgedByWhatItAssumes() throws {
    let text = "name: t\ndefaults: {clients: 10, byzantine: 4, aggregator: krum, assumed_byzantine: 3}\n"
    #expect(complaint(text) == "no error: 1 cells")
  }

  @Test func aWrongNameDoesNotHideThatThereAreTooManyMaliciousClients() {
    #expect(
      complaint("name: t\ndefaults: {byzantine: 20, atack: none}\ngrid: {clients: [10, 50]}\n").hasPrefix(
        """
        m.yaml:2:23: error: 'byzantine' is 20, but must be less than 'clients', which is 10
            2 | defaults: {byzantine: 20, atack: none}
              |                       ^~
        m.yaml:2:27: error: unknown parameter 'atack'
        """))
    #expect(
      !complaint("name: t\ndefaults: {byzantine: 20, atack: none}\ngrid: {clients: [50]}\n").contains("must be less"))
  }

  @Test func theNaturalPartitionNeedsAsManyClientsAsOwners() {
    #expect(
      complaint("name: t\ndefaults: {dataset: har, clients: 40}\n") == """
        m.yaml:2:35: error: the samples are of 30 owners, but 'clients' is 40; the partition 'natural' needs as many \
        clients as owners
            2 | defaults: {dataset: har, clients: 40}
              |                                   ^~
              in the cell: dataset har, attack none, aggregator fedavg, clients 40, byzantine 20
        """)
    #expect(
      complaint("name: t\ndefaults: {dataset: fashion-mnist, partition: natural}\n").hasPrefix(
        "m.yaml:2:47: error: the partition 'natural' needs a data set that says whose each sample is, such as har\n"))
    let owned =
      "name: t\ndefaults: {dataset: {synthetic-features: {owners: 30, train: NUMBER}}, partition: natural, clients: 30}\n"
    #expect(complaint(owned.replacing("NUMBER", with: "1200")) == "no error: 1 cells")
    // Six classes to an owner leave samples for two.
    #expect(
      complaint(owned.replacing("NUMBER", with: "12")).contains("the samples are of 2 owners, but 'clients' is 30"))
    #expect(complaint("name: t\ndefaults: {dataset: har, clients: 30}\n") == "no error: 1 cells")
  }

  @Test func missingDataAreToldAtTheDataSet() throws {
    let folder = DataFolder(FileManager.default.temporaryDirectory.appending(path: "nothing-here").path)
    let text = "name: t\ngrid:\n  dataset: [synthetic-images, fashion-mnist]\n  bias: [0.1, 0.5]\n"
    let told = try manifest(text).sweep().missingData(in: folder).map(\.diagnostic.description)
    let expected = FashionMNIST().missing(in: folder).map { missing in
      """
      m.yaml:3:31: error: \(missing)
          3 |   dataset: [synthetic-images, fashion-mnist]
            |                               ^~~~~~~~~~~~~
      """
    }
    #expect(told == [expected].compactMap { $0 })
  }

  @Test func aClassWithoutARootSampleIsAWarning() throws {
    let text = "name: t\ngrid:\n  dataset: [cifar-10, cifar-100]\n  root.bias: [0.1, 0.5]\n"
    #expect(
      try manifest(text).sweep().warnings.map(\.description) == [
        """
        m.yaml:4:15: warning: the root set has no sample of 9 of the 100 classes: root.size is 100 and root.bias 0.1
            4 |   root.bias: [0.1, 0.5]
              |               ^~~
              in the cell: dataset cifar-100, attack none, aggregator fedavg, clients 100, byzantine 20
        """,
        """
        m.yaml:4:20: warning: the root set has no sample of 49 of the 100 classes: root.size is 100 and root.bias 0.5
            4 |   root.bias: [0.1, 0.5]
              |                    ^~~
              in the cell: dataset cifar-100, attack none, aggregator fedavg, clients 100, byzantine 20
        """,
      ])
    #expect(try manifest("name: t\ndefaults: {dataset: cifar-100}\n").sweep().warnings.isEmpty)
    #expect(
      try manifest("name: t\ndefaults: {root.size: 5}\n").sweep().warnings.map(\.message) == [
        "the root set has no sample of 5 of the 10 classes: root.size is 5 and root.bias 0.1"
      ])
  }

  @Test func fewerParticipantsThanMaliciousClientsAreNoObjection() {
    let text = "name: t\ndefaults: {clients: 50, byzantine: 20, clients_per_round: 10}\ngrid: {attack: [ATTACK]}\n"
    for attack in ["lie-backdoor", "{min-max: {knowledge: benign}}", "{fang-trim: {knowledge: benign}}"] {
      #expect(complaint(text.replacing("ATTACK", with: attack)) == "no error: 1 cells")
    }
  }
}
