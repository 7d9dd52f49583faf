internal import ArgumentParser
internal import NeuralNet

/// The command line: reads the flags, calls one thing, sets the exit code.
@main
struct Skymask: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "skymask",
    abstract: "Experiments on Byzantine-robust federated learning, from a YAML manifest to tables.",
    discussion: """
      A manifest names datasets, attacks, aggregators and degrees of bias. skymask expands it into a grid of cells, \
      simulates each in a process of its own, and leaves plot-ready CSV in results/<name>/. What is finished is never \
      run twice: give the same command again after a crash, and it goes on.

        skymask check experiments/quickstart.yaml   every error, first
        skymask run experiments/quickstart.yaml     run what is not finished
        skymask table experiments/quickstart.yaml   attacks by aggregators

      Exit codes: 0 all finished, 1 some cells failed, 64 usage, 65 manifest or data, 70 a bug of skymask, 73 somebody \
      else runs this experiment, 74 disk, 75 interrupted (give the same command again), 76 a result that is damaged or \
      differs from the one before.
      """,
    version: version,
    subcommands: [
      Run.self, Check.self, Plan.self, Status.self, Export.self, TableCommand.self, Plot.self, List.self, Describe.self,
      Explain.self, Diff.self, GarbageCommand.self, DataCommand.self,
      Train.self, AggregateCommand.self, AttackCommand.self,
      ReportCommand.self, CellCommand.self,
    ])

  static func main() async {
    Output.openMissingStreams()
    do {
      if let complaint = InstructionSet.complaint { throw CommandError.instructionSet(complaint) }
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try Output.flush()
    } catch {
      Failures.end(with: error)
    }
  }
}
