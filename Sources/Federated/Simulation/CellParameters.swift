package import Catalogue
internal import NeuralNet

/// The parameters of a cell: the schema that a manifest is read by, in the order of the documentation.
package enum CellParameters {
  package static let families: [Family] = [
    Datasets.family, Models.family, Partitions.family, Attacks.family, Aggregators.family,
  ]

  package static let all: [Parameter] = [
    Parameter("dataset", .component(Datasets.family), "the samples"),
    Parameter("model", aliases: ["net"], .component(Models.family), "the network; default by data set"),
    Parameter("partition", .component(Partitions.family), "how the samples are dealt to the clients"),
    Parameter("bias", .number(.fraction), "share of a class's samples that go to its own group of clients"),
    Parameter("clients", aliases: ["nworkers"], .integer(1...1_000_000), "number of clients, n"),
    Parameter("clients_per_round", .optional(.integer(1...1_000_000)), "participants drawn each round; none = all"),
    Parameter("byzantine", aliases: ["nbyz"], .integer(0...999_999), "number of malicious clients, f"),
    Parameter(
      "assumed_byzantine", .optional(.integer(0...999_999)),
      "what the rules believe f to be; none = byzantine, or its share of clients_per_round"),
    Parameter("attack", aliases: ["byz_type"], .component(Attacks.family), "what the malicious clients do"),
    Parameter("aggregator", aliases: ["aggregation"], .component(Aggregators.family), "the server's rule"),
    Parameter("rounds", aliases: ["niter"], .integer(1...10_000_000), "rounds of training"),
    Parameter("batch_size", .integer(1...65_536), "samples in a step of local training"),
    Parameter(
      "local_epochs", aliases: ["local_iter"], .integer(1...100_000), "passes over a client's samples each round"),
    Parameter("local_lr", .number(.positive), "the clients' learning rate"),
    Parameter("global_lr", .number(.positive), "the server's learning rate"),
    Parameter("gradient_clip", .optional(.number(.positive)), "each gradient element is clamped to ± this; none = not"),
    Parameter("momentum", .number(.nonNegative), "momentum of local training"),
    Parameter("weight_decay", .number(.nonNegative), "weight decay of local training"),
    Parameter("root.size", aliases: ["server_pc"], .integer(1...10_000_000), "samples that the server holds"),
    Parameter(
      "root.bias", aliases: ["p"], .number(.fraction),
      "share of the root set that is of class 1; default 0.1, for cifar-100 0.01"),
    Parameter("loss", .choice(Loss.allCases.map(\.rawValue)), "the loss of training and evaluation"),
    Parameter(
      "batch_norm", .choice(["in-update", "outside-distance"]), "whether running statistics count in distances"),
    Parameter(
      "profile", .choice(["paper", "official-code"]),
      "this project's reading of the papers, or what the published SkyMask code does"),
    Parameter("quirks", .list(.choice(Quirk.allCases.map(\.rawValue))), "departures of the published code, by name"),
    Parameter("evaluate_every", .integer(1...10_000_000), "rounds between evaluations"),
    Parameter(
      "record", .list(.choice(["selection", "masks"])),
      "more to write down: who was kept each round, and where SkyMask saw the masks at each evaluation"),
    Parameter("seed", .integer(0...Int.max), "the seed of every random number"),
    Parameter("data_seed", .optional(.integer(0...Int.max)), "the seed of the data and who owns them; none = seed"),
  ]

  /// Defaults of what a cell leaves out; model, partition and `root.bias` come from the data set.
  package static let defaults: [String: Value] = [
    "dataset": .string("fashion-mnist"), "bias": .number(0.5), "clients": .integer(100),
    "clients_per_round": .null, "byzantine": .integer(20), "assumed_byzantine": .null, "attack": .string("none"),
    "aggregator": .string("fedavg"), "rounds": .integer(2500), "batch_size": .integer(32),
    "local_epochs": .integer(5), "local_lr": .number(0.6), "global_lr": .number(0.6), "gradient_clip": .number(0.01),
    "momentum": .integer(0), "weight_decay": .integer(0), "root.size": .integer(100),
    "loss": .string("cross-entropy"), "batch_norm": .string("in-update"), "profile": .string("paper"),
    "quirks": .null, "evaluate_every": .integer(5), "record": .list([]), "seed": .integer(1), "data_seed": .null,
  ]

  /// What a parameter takes from others of its cell where the manifest does not say; nil for one that takes nothing.
  ///
  /// - Parameter value: the cell's value of a parameter.
  package static func derived(_ name: String, from value: (String) -> Value?) -> Value? {
    switch name {
    case "data_seed": return value("seed")
    case "assumed_byzantine":
      guard let byzantine = value("byzantine")?.asInt, let clients = value("clients")?.asInt else { return nil }
      let participants = value("clients_per_round")?.asInt
      return .integer(Settings.share(of: byzantine, participants: participants, clients: clients))
    default: return nil
    }
  }
}
