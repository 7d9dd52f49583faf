internal import ArgumentParser
internal import NeuralNet

/// Checks each kernel against its plain twin, then times it.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skymask-bench",
    abstract: "Times skymask's kernels next to this machine's multiply-add peak, measured in the same run.",
    discussion: "Nothing is timed before its results agree with a plain twin in double; exit code 1 when they do not.",
    subcommands: [Training.self, StepTime.self, AggregatorsBench.self])

  static func main() {
    if let complaint = InstructionSet.complaint { exit(withError: ValidationError(complaint)) }
    main(nil)
  }
}
