internal import ArgumentParser

/// Checks each kernel against its plain twin, then times it.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skymask-bench",
    abstract: "Times skymask's kernels next to this machine's multiply-add peak, measured in the same run.",
    subcommands: [
      Training.self,
      AggregatorsBench.self,
    ])
}
