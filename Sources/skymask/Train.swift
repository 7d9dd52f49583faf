internal import ArgumentParser
internal import Experiments
internal import Federated
internal import Foundation
internal import YAML

/// One cell, as the published `main.py` would run it.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one cell by the published main.py's flags, with its defaults, and print each evaluation.",
    discussion: """
      The flags and their values are spelled as in the published SkyMask code; names of manifests work too. An unknown \
      value is an error. --profile official-code computes as that code does; paper (the default) is this project's \
      reading of the papers.

        skymask train --byz_type trim_attack --aggregation skymask --niter 100
      """)

  @Option(name: .customLong("server_pc"), help: "Root samples that the server holds.") var serverPC = "100"
  @Option(help: "FashionMNIST, CIFAR-10, HAR, …") var dataset = "FashionMNIST"
  @Option(help: "Share of a class's samples that go to its own group of clients.") var bias = "0.5"
  @Option(help: "cnn, resnet20, LR.") var net = "cnn"
  @Option(name: .customLong("batch_size"), help: "Samples in a step of local training.") var batchSize = "32"
  @Option(name: .customLong("local_lr"), help: "The clients' learning rate.") var localLR = "0.6"
  @Option(name: .customLong("global_lr"), help: "The server's learning rate.") var globalLR = "0.6"
  @Option(help: "Clients.") var nworkers = "100"
  @Option(help: "Rounds.") var niter = "2500"
  @Option(help: "Malicious clients.") var nbyz = "20"
  @Option(name: .customLong("byz_type"), help: "no, trim_attack, minmax_agnostic, label_flipped, …") var byzType = "no"
  @Option(help: "fedavg, krum, mkrum, trim, fltrust, skymask, …") var aggregation = "fedavg"
  @Option(name: .customLong("p"), help: "Share of the root set that is of class 1.") var p = "0.1"
  @Option(name: .customLong("local_iter"), help: "Passes over a client's samples each round.") var localIter = "5"
  @Option(help: "SkyMask's threshold; only with --aggregation skymask.") var thres: String?
  @Option(help: "Runs one after another, with the seeds 1, 2, ….") var nrepeats = 1
  @Option(help: "paper or official-code.") var profile = "paper"
  @Option(help: ArgumentHelp("Any other parameter of a cell; may be given again.", valueName: "key=value"))
  var set: [String] = []
  @OptionGroup var data: DataOptions

  func run() throws {
    guard nrepeats > 0 else { throw ValidationError("--nrepeats \(nrepeats): at least one run") }
    let flags: [(name: String, value: String?)] = [
      ("dataset", dataset), ("net", net), ("bias", bias), ("server_pc", serverPC), ("batch_size", batchSize),
      ("local_lr", localLR), ("global_lr", globalLR), ("nworkers", nworkers), ("niter", niter), ("nbyz", nbyz),
      ("byz_type", byzType), ("aggregation", aggregation), ("p", p), ("local_iter", localIter), ("profile", profile),
      ("thres", thres),
    ]
    let settings = flags.compactMap { flag in
      flag.value.map { FlagSetting(flag: "--\(flag.name)", text: "\(flag.name)=\($0)") }
    }
    let manifest = try Manifest.load(Source(name: "train", text: "name: train\nseeds: 1-\(nrepeats)\n"))
      .setting(settings + set.map { FlagSetting(flag: "--set", text: $0) })
    let sweep = try manifest.sweep()
    guard sweep.count == nrepeats else {
      throw ValidationError("--nrepeats gives each run its own seed; leave out --set seed")
    }
    let missing = sweep.missingData(in: data.folder)
    if !missing.isEmpty { throw Failure(missing.map(\.diagnostic)) }
    for cell in try sweep.cells(digest: { try DataDigest.of($0, in: data.folder) }) { try play(cell) }
  }

  private func play(_ cell: Cell) throws {
    let settings = try Settings(resolved: cell.parameters)
    if nrepeats > 1 { Output.say("seed \(settings.seed)") }
    let simulation = try Simulation(settings: settings, dataFolder: data.folder)
    let outcome = try simulation.run(onEvaluation: { Output.say(Train.line($0)) })
    for remark in outcome.remarks { Output.say("\(remark.text) (\(remark.rounds) rounds, first \(remark.firstRound))") }
    if let round = outcome.divergedAt { Output.say("diverged at round \(round)") }
  }

  /// `round 5  test_accuracy 0.7351  test_loss 0.7012  kept 80 …`, without what was not measured.
  static func line(_ metrics: RoundMetrics) -> String {
    let told = RoundMetrics.columns.compactMap { column in
      column.value(metrics).map { "\(column.name) \(String(format: "%.6g", $0))" }
    }
    return (["round \(metrics.round)"] + told).joined(separator: "  ")
  }
}
