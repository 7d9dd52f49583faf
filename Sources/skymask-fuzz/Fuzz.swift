// With `-D LIBFUZZER --sanitize fuzzer` libFuzzer drives instead: see LibFuzzer.swift.
#if !LIBFUZZER
  internal import ArgumentParser
  internal import CSystemCalls
  internal import Foundation

  /// Damaged manifests, from their bytes to the keys of their cells, in this process.
  ///
  /// A crash leaves its input in `running.yaml` of the folder of findings.
  @main
  struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "skymask-fuzz",
      abstract: "Give damaged manifests to the planner: each must be refused with a word or give cells.",
      discussion: "An input that crashes, hangs or takes memory without end stays in the folder of findings.")

    @Option(help: "How many inputs, at least those of the corpus.")
    var inputs = Int.max

    @Option(help: "Stop after so many seconds.")
    var seconds = Double.infinity

    @Option(help: "Another seed gives other inputs.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("A folder of manifests to begin with; may be given again.", valueName: "dir"))
    var corpus = ["Tests/Corpus", "experiments"]

    @Option(help: ArgumentHelp("Where the input of a crash or a hang is left.", valueName: "dir"))
    var findings = "fuzz-findings"

    @Option(help: "Seconds that an input may take.")
    var limit = 2.0

    /// More than this, in bytes, for one input is a finding.
    private static let mostMemory: Int64 = 1 << 29

    func validate() throws {
      if inputs == .max, seconds == .infinity { throw ValidationError("say when to stop: --inputs or --seconds") }
    }

    func run() throws {
      let seeds = try corpus.flatMap { folder in
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        guard !files.isEmpty else { throw ValidationError("\(folder): no manifest to begin with") }
        return try files.sorted().map { Array(try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
      }
      var mutator = Mutator(corpus: seeds)
      let watchdog = try Watchdog(folder: findings, limit: .seconds(limit))
      let end = ContinuousClock.now + .seconds(min(seconds, 1e6))
      var tried = 0
      while tried < seeds.count || tried < inputs && ContinuousClock.now < end {
        let input = tried < seeds.count ? seeds[tried] : mutator.input(tried, seed: seed)
        let memory = process_peak_memory()
        try watchdog.begin(input)
        mutator.note(input, outcome: ManifestTrial.outcome(of: input))
        watchdog.end()
        if process_peak_memory() - memory > Fuzz.mostMemory {
          throw ValidationError("an input took more than \(Fuzz.mostMemory >> 20) MB: \(watchdog.running.path)")
        }
        tried += 1
      }
      try watchdog.finish()
      print("\(tried) inputs, \(mutator.ways) ways to end, no crash, no hang")
    }
  }
#endif
