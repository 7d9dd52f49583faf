internal import ArgumentParser
internal import Experiments
internal import Foundation

/// Kills, dies, fails and fuzzes, and tells in a table what was lost.
@main
struct Torture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skymask-torture",
    abstract: "Disturb sweeps in every way, and compare their results with those of an undisturbed run.",
    discussion: """
      Takes the programs skymask and skymask-fuzz that stand beside it. The table at the end tells what was done, how \
      often, and what was lost; the exit code is 1 as soon as anything is lost. Needs Linux.
      """)

  @Option(help: "SIGKILLs at random instants.")
  var kills = 200

  @Option(help: "Kills in one sweep.")
  var killsPerSweep = 20

  @Option(help: "Seconds of one undisturbed cell of the sweeps that are killed.")
  var cellSeconds = 4.0

  @Option(help: "The most processor time of killed sweeps beside undisturbed ones.")
  var mostTime = 1.5

  @Option(help: "Try only one of so many fail points, and some of their passages; 0 for none.")
  var every = 1

  @Option(help: "Seconds of fuzzing.")
  var fuzzSeconds = 600.0

  @Option(help: "Another seed gives other kills and other manifests.")
  var seed: UInt64 = 1

  @Option(help: "Cells, and trials, at once.")
  var jobs = 2

  @Option(help: ArgumentHelp("Manifests that fuzzing begins with; may be given again.", valueName: "dir"))
  var corpus = ["Tests/Corpus", "experiments"]

  @Option(help: ArgumentHelp("Where fuzzing leaves the input of a crash.", valueName: "dir"))
  var findings = "fuzz-findings"

  @Option(
    help: ArgumentHelp(
      "Where the sweeps' own folder is made (default: that of temporary files); it stays when something is lost.",
      valueName: "dir"))
  var folder: String?

  @Option(
    help: ArgumentHelp("Use this fuzzer, which libFuzzer drives; Scripts/fuzzer.sh makes it.", valueName: "program"))
  var libfuzzer: String?

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs: at least one") }
    if killsPerSweep < 1 { throw ValidationError("--kills-per-sweep: at least one") }
    if every < 0 { throw ValidationError("--every: 0 or more") }
  }

  func run() async throws {
    do {
      try await torture()
    } catch let loss as Loss {
      FileHandle.standardError.write(Data("error: \(loss)\n".utf8))
      throw ExitCode(1)
    }
  }

  private func torture() async throws {
    try Processes.adoptOrphans()
    let parent = self.folder.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
    let folder = parent.appending(path: "skymask-torture-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let program = Program(path: try Torture.sibling("skymask"), folder: folder.path)
    var table = ReportTable()
    if kills > 0 { try await kill(program, &table) }
    if every > 0 { try await fail(program, &table) }
    if fuzzSeconds > 0 { try await fuzz(program, &table) }
    // Kept when something was lost, to be looked at.
    try FileManager.default.removeItem(at: folder)
    print(table.text)
  }

  private func kill(_ program: Program, _ table: inout ReportTable) async throws {
    // A sweep of known length tells how many rounds a cell of the wanted length has.
    let probe = 400
    let short = try await Sweep(name: "probe", manifest: Manifests.long(rounds: probe), program: program, jobs: jobs)
    let rounds = max(20, Int(Double(probe) * cellSeconds * 12 / short.processorSeconds))
    let sweep = try await Sweep(name: "long", manifest: Manifests.long(rounds: rounds), program: program, jobs: jobs)
    Torture.tell(
      "12 cells of \(rounds) rounds: \(ReportTable.fixed(sweep.seconds)) s undisturbed, "
        + "\(ReportTable.fixed(sweep.processorSeconds)) s of processor time")
    let tally = try await Kills(sweep: sweep, wanted: kills, perSweep: killsPerSweep, seed: seed).run()
    table.add(
      "SIGKILL at random instants: run \(tally.ofRuns), worker \(tally.ofWorkers), both \(tally.ofBoth)",
      "\(tally.kills) kills in \(tally.sweeps) sweeps of 12 cells",
      "nothing; processor time \(ReportTable.fixed(tally.ratio)) times that of undisturbed sweeps, at worst "
        + ReportTable.fixed(tally.worstRatio))
    if tally.ratio > mostTime { throw Loss.tooMuchTime(ratio: tally.ratio, most: mostTime) }
  }

  private func fail(_ program: Program, _ table: inout ReportTable) async throws {
    let short = try await Sweep(name: "short", manifest: Manifests.short, program: program, jobs: jobs)
    // Long enough for several checkpoints.
    let probe = 400
    let trial = try await Sweep(
      name: "trial", manifest: Manifests.checkpointed(rounds: probe), program: program, jobs: jobs)
    let rounds = min(max(probe, Int(Double(probe) * 0.6 / trial.processorSeconds)), 20 * probe)
    let checkpointed = try await Sweep(
      name: "checkpointed", manifest: Manifests.checkpointed(rounds: rounds), program: program, jobs: jobs)
    let points = Points(program: program, short: short, checkpointed: checkpointed, every: every, jobs: jobs)
    let deaths = try await points.run(FailPoint.namesOfChanges, effects: [""])
    table.add(
      "death at a fail point, before, within or after the call",
      "\(deaths.passages) passages of \(deaths.points) points, in runs and workers", "nothing")
    Torture.tell("\(deaths.passages) deaths")
    let errors = try await points.run(FailPoint.names, effects: ["=ENOSPC", "=EIO"])
    table.add(
      "ENOSPC and EIO from a call", "\(errors.passages) passages of \(errors.points) points, in runs and workers",
      "nothing; each told")
  }

  private func fuzz(_ program: Program, _ table: inout ReportTable) async throws {
    let folders = corpus.map { URL(filePath: $0).path }
    let findings = URL(filePath: findings).path
    try FileManager.default.createDirectory(atPath: findings, withIntermediateDirectories: true)
    var arguments = ["--seconds", String(fuzzSeconds), "--seed", String(seed), "--findings", findings]
    arguments += folders.flatMap { ["--corpus", $0] }
    if libfuzzer != nil {
      // Its first folder takes the inputs that it finds.
      try FileManager.default.createDirectory(atPath: "\(program.folder)/found", withIntermediateDirectories: false)
      arguments = ["found"] + folders + ["-artifact_prefix=\(findings)/", "-print_final_stats=1", "-timeout=2"]
      arguments += ["-max_total_time=\(Int(fuzzSeconds))", "-seed=\(seed)", "-rss_limit_mb=2048", "-max_len=65536"]
    }
    let fuzzer = Program(
      path: try libfuzzer.map { URL(filePath: $0).path } ?? Torture.sibling("skymask-fuzz"), folder: program.folder,
      limit: .seconds(fuzzSeconds + 60))
    let ended = try await fuzzer.run(arguments)
    guard ended.code == 0 else { throw Loss.unexpected("fuzzing", ended) }
    var said = ended.out.trimmingCharacters(in: .whitespacesAndNewlines)
    if libfuzzer != nil {
      guard let count = try /stat::number_of_executed_units: +([0-9]+)/.firstMatch(in: ended.err)?.1 else {
        throw Loss.unexpected("fuzzing, without statistics", ended)
      }
      said = "\(count) inputs, guided by coverage, no crash, no hang"
    }
    table.add("damaged manifests, from bytes to plan", "\(ReportTable.fixed(fuzzSeconds)) s: \(said)", "nothing")
  }

  private static func tell(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// A program that was built along with this one.
  private static func sibling(_ name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Loss.other("\(path): no such program") }
    return path
  }
}
