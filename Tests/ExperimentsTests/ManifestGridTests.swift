import Catalogue
import Federated
import Testing

@testable import Experiments

@Suite struct ManifestGridTests {
  @Test func theLastAxisTurnsFastestAndSeedsInsideIt() throws {
    let text = """
      name: t
      grid:
        attack: [none, min-max]
        bias: [0.5, 0.1]
      seeds: [7, 3]
      """
    #expect(
      try lines(text, "attack", "bias", "seed") == [
        "none 0.5 7", "none 0.5 3", "none 0.1 7", "none 0.1 3", "min-max 0.5 7", "min-max 0.5 3", "min-max 0.1 7",
        "min-max 0.1 3",
      ])
  }

  @Test func excludeDropsCellsThatMatchEveryKey() throws {
    let text = """
      name: t
      grid:
        attack: [none, min-max]
        bias: [0.1, 0.5]
      exclude:
        - {attack: none, bias: 0.1}
      """
    #expect(try lines(text, "attack", "bias") == ["none 0.5", "min-max 0.1", "min-max 0.5"])
  }

  @Test func rulesLookAtResolvedValuesAndAtGivenParametersOnly() throws {
    let text = """
      name: t
      grid:
        attack: [fang-trim, {fang-trim: {partial: true}}, min-max]
        dataset: [fashion-mnist, synthetic-images]
      exclude:
        - {attack: {fang-trim: {partial: false}}}
        - {attack.partial: true, dataset: synthetic-images}
        - {clients: 100, attack: minmax_agnostic, dataset: FashionMNIST}
      """
    #expect(
      try lines(text, "attack", "attack.partial", "dataset") == [
        "fang-trim true fashion-mnist", "min-max - synthetic-images",
      ])
  }

  @Test func overridesSetWhatIsNoAxisWhereTheyMatch() throws {
    let text = """
      name: t
      defaults: {rounds: 10}
      grid:
        dataset: [fashion-mnist, synthetic-images]
      override:
        - when: {dataset: synthetic-images}
          set: {model: lr, rounds: 3}
      """
    #expect(try lines(text, "dataset", "model", "rounds") == ["fashion-mnist cnn 10", "synthetic-images lr 3"])
  }

  @Test func aDataSetBringsItsModelAndItsPartition() throws {
    let text = """
      name: t
      grid:
        dataset: [fashion-mnist, mnist, CIFAR-10, cifar-100, HAR, npy]
      override:
        - {when: {dataset: har}, set: {clients: 30}}
      """
    #expect(
      try lines(text, "dataset", "model", "partition") == [
        "fashion-mnist cnn label-bias", "mnist cnn label-bias", "cifar-10 resnet20 label-bias",
        "cifar-100 resnet20 label-bias", "har lr natural", "npy cnn label-bias",
      ])
    #expect(try lines("name: t\ngrid: {dataset: [cifar-10]}\ndefaults: {model: cnn}\n", "model") == ["cnn"])
  }

  @Test func aPartitionThatKnowsNoBiasDropsIt() throws {
    let text = """
      name: t
      defaults: {bias: 0.3}
      grid:
        partition: [dirichlet, {shards: {per_client: 3}}]
        partition.alpha: [0.3]
      """
    #expect(
      try lines(text, "partition", "bias", "partition.alpha", "partition.per_client") == [
        "dirichlet - 0.3 -", "shards - - 3",
      ])
  }

  @Test func theLaterOfTwoOverridesCountsAndNeitherSeesTheOther() throws {
    let text = """
      name: t
      defaults: {rounds: 10}
      grid: {bias: [0.1, 0.5]}
      override:
        - {when: {bias: 0.5}, set: {rounds: 20, batch_size: 8}}
        - {when: {bias: 0.5}, set: {rounds: 30}}
        - {when: {rounds: 10}, set: {local_epochs: 2}}
      """
    #expect(try lines(text, "rounds", "batch_size", "local_epochs") == ["10 32 2", "30 8 2"])
  }

  @Test func zipWalksListsTogetherAsOneAxis() throws {
    let text = """
      name: t
      grid: {bias: [0.1, 0.5]}
      zip:
        - {clients: [100, 200], byzantine: [20, 40]}
      """
    #expect(
      try lines(text, "bias", "clients", "byzantine") == ["0.1 100 20", "0.1 200 40", "0.5 100 20", "0.5 200 40"])
  }

  @Test func addMakesWholeCellsAfterExcludeAndOverride() throws {
    let text = """
      name: t
      defaults: {rounds: 5}
      grid: {attack: [min-max], bias: [0.1, 0.5]}
      exclude: [{bias: 0.1}]
      override: [{when: {attack: min-max}, set: {rounds: 9}}]
      add:
        - {attack: none, byzantine: 0, bias: 0.1}
      seeds: [1, 2]
      """
    #expect(
      try lines(text, "attack", "bias", "byzantine", "rounds", "seed") == [
        "min-max 0.5 20 9 1", "min-max 0.5 20 9 2", "none 0.1 0 5 1", "none 0.1 0 5 2",
      ])
  }

  @Test func equalCellsAreOneAndTheFirstPlaceCounts() throws {
    let text = "name: t\ngrid: {bias: [0.5, 1, 0.50, 1.0], attack: [none, no]}\n"
    #expect(try lines(text, "bias", "attack") == ["0.5 none", "1 none"])
  }

  @Test func aDottedAxisReachesTheComponentsThatHaveIt() throws {
    let text = """
      name: t
      grid:
        aggregator: [fedavg, skymask]
        aggregator.threshold: [0.3, 0.7]
        root.bias: [0.1, 0.8]
      """
    #expect(
      try lines(text, "aggregator", "aggregator.threshold", "root.bias") == [
        "fedavg - 0.1", "fedavg - 0.8", "skymask 0.3 0.1", "skymask 0.3 0.8", "skymask 0.7 0.1", "skymask 0.7 0.8",
      ])
  }

  @Test func theLayerNearerToTheCellDecides() throws {
    let text = """
      name: t
      defaults: {aggregator.threshold: 0.2}
      grid: {aggregator: [skymask, {skymask: {threshold: 0.9}}]}
      """
    #expect(try lines(text, "aggregator.threshold") == ["0.2", "0.9"])
    let axis = "name: t\ndefaults: {aggregator: {skymask: {threshold: 0.2}}}\ngrid: {thres: [0.5, 0.6]}\n"
    #expect(try lines(axis, "aggregator.threshold") == ["0.5", "0.6"])
  }

  @Test func rootMayBeAMapOrDotted() throws {
    let map = try manifest("name: t\ndefaults: {root: {size: 50, bias: 0.3}}\n").cells { _ in nil }
    let dotted = try manifest("name: t\ndefaults:\n  root.size: 50\n  p: 0.3\n").cells { _ in nil }
    #expect(map == dotted)
    #expect(map[0].value(at: "root.size") == .integer(50))
  }

  @Test func namesTheKeysThatVary() throws {
    let text = """
      name: t
      grid:
        aggregator: [fedavg, {skymask: {threshold: 0.3}}, skymask]
        nbyz: [10, 20]
        bias: [0.5]
      seeds: [1, 2]
      """
    #expect(try manifest(text).sweep().varying == ["byzantine", "aggregator", "aggregator.threshold", "seed"])
    #expect(try manifest("name: t\n").sweep().varying == [])
    let apart =
      "name: t\ngrid: {assumed_byzantine: [none, 5], attack.deviation: [unit, std]}\ndefaults: {attack: min-max}\n"
    #expect(try manifest(apart).sweep().varying == ["assumed_byzantine", "attack.deviation"])
  }

  @Test func aManifestWithNothingButANameIsOneCellOfDefaults() throws {
    let cells = try manifest("name: t\n").cells { _ in nil }
    #expect(cells.count == 1)
    #expect(
      ["dataset", "model", "partition", "attack", "aggregator"].map { cells[0].value(at: $0)?.asString } == [
        "fashion-mnist", "cnn", "label-bias", "none", "fedavg",
      ])
    #expect(cells[0].value(at: "rounds") == .integer(2500))
  }
}

@Suite struct ManifestResolutionTests {
  private func value(_ settings: String, _ key: String) throws -> Value? {
    try manifest("name: t\ndefaults: {\(settings)}\n").cells { _ in nil }[0].value(at: key)
  }

  @Test func everyParameterOfTheSchemaIsFilled() throws {
    let cell = try manifest("name: t\n").cells { _ in nil }[0]
    #expect(Set(cell.parameters.keys) == Set(CellParameters.all.map(\.name)))
  }

  @Test func theProfileTurnsItsQuirksOn() throws {
    let all = Quirk.allCases.map(\.rawValue).sorted().map(Value.string)
    #expect(try value("profile: official-code", "quirks") == .list(all))
    #expect(try value("profile: official-code, quirks: [batch-softmax]", "quirks") == .list(all))
    #expect(try value("profile: paper", "quirks") == .list([]))
    #expect(
      try value("quirks: [self-in-krum-score, added-attackers, self-in-krum-score]", "quirks")
        == .list([.string("added-attackers"), .string("self-in-krum-score")]))
  }

  @Test func theQuirkBatchSoftmaxIsTheLoss() throws {
    #expect(try value("quirks: [batch-softmax]", "loss") == .string("batch-softmax"))
    #expect(try value("profile: official-code, loss: cross-entropy", "loss") == .string("batch-softmax"))
    #expect(try value("quirks: [added-attackers]", "loss") == .string("cross-entropy"))
  }

  @Test func whatFollowsAnotherParameterIsResolved() throws {
    #expect(try value("byzantine: 7", "assumed_byzantine") == .integer(7))
    #expect(try value("byzantine: 7, assumed_byzantine: 3", "assumed_byzantine") == .integer(3))
    // Where few take part, rules assume the share of malicious ones among them.
    #expect(try value("byzantine: 20, clients_per_round: 10", "assumed_byzantine") == .integer(2))
    #expect(try value("byzantine: 20, clients_per_round: 10, assumed_byzantine: 3", "assumed_byzantine") == .integer(3))
    #expect(try value("byzantine: 1, clients_per_round: 10", "assumed_byzantine") == .integer(1))
    #expect(try value("seed: 9", "data_seed") == .integer(9))
    #expect(try value("dataset: cifar-100", "root.bias") == .number(0.01))
    #expect(try value("dataset: cifar-100, root.bias: 0.1", "root.bias") == .number(0.1))
    #expect(try value("dataset: cifar-10", "root.bias") == .number(0.1))
    #expect(try lines("name: t\nseeds: [4, 5]\n", "seed", "data_seed") == ["4 4", "5 5"])
    #expect(try lines("name: t\nseeds: [4, 5]\ndefaults: {data_seed: 1}\n", "seed", "data_seed") == ["4 1", "5 1"])
  }

  @Test func allClientsByNumberAreAllClients() throws {
    #expect(try value("clients_per_round: 100", "clients_per_round") == .null)
    #expect(try value("clients_per_round: 10", "clients_per_round") == .integer(10))
  }

  @Test func whatMeansNothingIsDroppedSoThatEqualCellsAreOne() throws {
    let text = "name: t\ngrid: {partition: [iid, label-bias], bias: [0.1, 0.5]}\n"
    #expect(try lines(text, "partition", "bias") == ["iid -", "label-bias 0.1", "label-bias 0.5"])
    // HAR gives a share of each person's samples to the server, whatever `root` says.
    let har = "name: t\ndefaults: {dataset: har, clients: 30, root.size: 50}\n"
    #expect(try lines(har, "dataset", "bias", "root.size", "root.bias") == ["har - - -"])
    #expect(
      complaint(har + "grid: {root.bias: [0.1, 0.8]}\n").hasPrefix(
        "m.yaml:3:8: error: no cell uses 'root.bias', so it cannot be an axis\n"))
  }

  @Test func takesThePublishedNamesOfParametersAndValues() throws {
    let published = """
      name: t
      defaults:
        dataset: FashionMNIST
        net: cnn
        nworkers: 50
        nbyz: 10
        byz_type: minmax_agnostic
        aggregation: skymask
        niter: 40
        local_iter: 2
        server_pc: 200
        p: 0.3
        thres: 0.6
      """
    let ours = """
      name: t
      defaults:
        dataset: fashion-mnist
        model: cnn
        clients: 50
        byzantine: 10
        attack: min-max
        aggregator: {skymask: {threshold: 0.6}}
        rounds: 40
        local_epochs: 2
        root: {size: 200, bias: 0.3}
      """
    #expect(try manifest(published).cells { _ in nil } == manifest(ours).cells { _ in nil })
  }

  @Test func aPlainNoUnderANameIsTheName() throws {
    #expect(try value("attack: no", "attack") == .string("none"))
  }

  @Test func numbersOfEverySpellingAreRead() throws {
    #expect(try value("local_lr: 1e-3", "local_lr") == .number(0.001))
    #expect(try value("bias: .5", "bias") == .number(0.5))
    #expect(try value("bias: 1.0", "bias") == .integer(1))
    #expect(try value("rounds: 1e3", "rounds") == .integer(1000))
    #expect(try value("gradient_clip: none", "gradient_clip") == .null)
    #expect(try value("gradient_clip: ~", "gradient_clip") == .null)
    #expect(try value("seed: 9223372036854775807", "seed") == .integer(.max))
  }
}
