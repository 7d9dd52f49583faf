import Catalogue
import Testing

@testable import Experiments

@Suite struct ManifestRunTests {
  private func run(_ text: String) throws -> RunSettings { try manifest("name: t\nrun: {\(text)}\n").run }

  @Test func readsHowToRun() throws {
    let settings = try run("jobs: 4, threads: 2, timeout: 1h30m, retries: 0, checkpoint_every: 90s")
    #expect(settings.jobs == 4)
    #expect(settings.threads == 2)
    #expect(settings.timeoutSeconds == 5400)
    #expect(settings.retries == 0)
    #expect(settings.checkpointEverySeconds == 90)
  }

  @Test func hasDefaults() throws {
    #expect(try run("jobs: auto, timeout: none") == RunSettings())
    #expect(try manifest("name: t\n").run == RunSettings())
    #expect(RunSettings().jobs == nil && RunSettings().threads == 1 && RunSettings().timeoutSeconds == nil)
  }

  @Test func warnsOfThreadsThatACellDoesNotUse() throws {
    let given = "name: t\nrun: {jobs: 2, threads: 4, timeout: 1h, retries: 0, checkpoint_every: 9s}\n"
    #expect(
      try manifest(given).warnings.map(\.description) == [
        """
        m.yaml:2:25: warning: 'threads' has no effect in this version: a cell runs in one thread; raise 'jobs' instead
            2 | run: {jobs: 2, threads: 4, timeout: 1h, retries: 0, checkpoint_every: 9s}
              |                         ^
        """
      ])
    #expect(try manifest("name: t\nrun: {threads: 1}\n").warnings.isEmpty)
  }

  @Test(arguments: [
    ("90s", 90.0), ("30m", 1800), ("6h", 21_600), ("2d", 172_800), ("1d12h", 129_600), ("0.5h", 1800), ("1h1s", 3601),
  ])
  func readsTimes(text: String, seconds: Double) {
    #expect(RunSettings.seconds(text) == seconds)
  }

  @Test(arguments: ["", "6", "h", "6 h", "30m6h", "1h1h", "-1s", "0s", "1w", "1e3s", "9999d", "1..5h"])
  func refusesWhatIsNoTime(text: String) {
    #expect(RunSettings.seconds(text) == nil)
  }

  @Test func tellsWhatIsWrong() {
    let text =
      "name: t\nrun:\n  jobs: 0\n  threads: x\n  timeout: 6\n  retries: -1\n  checkpoint_every: none\n  job: 1\n"
    #expect(
      complaint(text) == """
        m.yaml:3:9: error: 'jobs' must be a whole number from 1 to 10000, or auto, but is '0'
            3 |   jobs: 0
              |         ^
        m.yaml:4:12: error: 'threads' must be a whole number from 1 to 1024, but is 'x'
            4 |   threads: x
              |            ^
        m.yaml:5:12: error: 'timeout' must be a time such as 90s, 30m, 6h, 2d or 1h30m, or none, but is '6'
            5 |   timeout: 6
              |            ^
        m.yaml:6:12: error: 'retries' must be a whole number from 0 to 1000, but is '-1'
            6 |   retries: -1
              |            ^~
        m.yaml:7:21: error: 'checkpoint_every' must be a time such as 90s, 30m, 6h, 2d or 1h30m, but is 'none'
            7 |   checkpoint_every: none
              |                     ^~~~
        m.yaml:8:3: error: unknown key 'job' of 'run'
            8 |   job: 1
              |   ^~~
              did you mean 'jobs'?  known: jobs, threads, timeout, retries, checkpoint_every
        """)
  }
}

@Suite struct ManifestReportTests {
  @Test func readsTablesPlotsAndPublishedValues() throws {
    let report = try manifest(
      """
      name: t
      report:
        tables:
          - {rows: attack, columns: aggregation, value: test_accuracy, split: [dataset, bias]}
          - {rows: attack, columns: quirks, value: kept_last10, split: []}
        plots:
          - {x: round, y: test_accuracy, series: aggregator, split: attack}
          - {x: thres, y: kept}
        reference:
          - {source: "Yan et al.", attack: minmax_agnostic, bias: 0.5, test_accuracy: 0.77}
      """
    ).report
    #expect(
      report.tables == [
        .init(rows: "attack", columns: "aggregator", value: "test_accuracy", split: ["dataset", "bias"]),
        .init(rows: "attack", columns: "quirks", value: "kept_last10", split: []),
      ])
    #expect(
      report.plots == [
        .init(x: "round", y: "test_accuracy", series: "aggregator", split: ["attack"]),
        .init(x: "aggregator.threshold", y: "kept", series: nil, split: nil),
      ])
    #expect(
      report.reference == [
        .init(
          source: "Yan et al.", parameters: ["attack": .string("min-max"), "bias": .number(0.5)],
          metrics: ["test_accuracy": 0.77])
      ])
  }

  @Test func tellsWhatIsWrong() {
    let text = """
      name: t
      report:
        tables:
          - {rows: atack, columns: aggregator, value: accuracy}
          - {rows: attack, columns: bias}
        plots:
          - {x: rond, y: test_accuracy}
        reference:
          - {attack: none}
        figures: []
      """
    let messages = complaint(text).split(separator: "\n").map(String.init).filter { $0.contains(": error: ") }
    #expect(
      messages == [
        "m.yaml:4:14: error: 'rows' must be a parameter, but is 'atack'",
        "m.yaml:4:49: error: 'value' must be a metric, but is 'accuracy'",
        "m.yaml:5:7: error: a table needs 'value'",
        "m.yaml:7:11: error: 'x' must be a parameter, but is 'rond'",
        "m.yaml:9:7: error: a reference needs the value of a metric",
        "m.yaml:9:7: error: a reference needs a 'source'",
        "m.yaml:10:3: error: unknown key 'figures' of 'report'",
      ])
  }
}

@Suite struct ManifestCommandLineTests {
  private let text = """
    name: t
    defaults: {rounds: 10}
    grid: {attack: [none, fang-trim, {fang-trim: {partial: true}}], bias: [0.1, 0.5]}
    override: [{when: {bias: 0.5}, set: {rounds: 20}}]
    add: [{attack: min-max, rounds: 5}]
    seeds: [1, 2]
    """

  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func aFixedParameterBeatsEverythingInTheFile() throws {
    let manifest = try manifest(text).setting(["rounds=50", "attack={fang-trim: {partial: true}}"]).seeded("3")
    #expect(
      try lines(of: manifest, ["attack", "attack.partial", "bias", "rounds", "seed"]) == [
        "fang-trim true 0.1 50 3", "fang-trim true 0.5 50 3",
      ])
  }

  @Test func aFixedParameterOfAComponentBeatsItsEntry() throws {
    let manifest = try manifest("name: t\ngrid: {aggregator: [{skymask: {threshold: 0.3}}, fedavg]}\n")
    #expect(
      try lines(of: manifest.setting(["thres=0.9"]), ["aggregator", "aggregator.threshold"]) == [
        "skymask 0.9", "fedavg -",
      ])
  }

  @Test func aFixedParameterMayLeaveAnExcludeWithoutCells() throws {
    let manifest = try manifest("name: t\ngrid: {bias: [0.1, 0.5], attack: [none, min-max]}\nexclude: [{bias: 0.1}]\n")
    #expect(try lines(of: manifest.setting(["bias=0.5"]), ["bias", "attack"]) == ["0.5 none", "0.5 min-max"])
  }

  @Test func aFixedSeedReplacesTheSeeds() throws {
    #expect(try lines(of: manifest("name: t\nseeds: [1, 2]\n").setting(["seed=9"]), ["seed", "data_seed"]) == ["9 9"])
  }

  @Test func seedsAreNumbersAndRanges() throws {
    let manifest = try manifest("name: t\n")
    #expect(try lines(of: manifest.seeded("2-4,9,3"), ["seed"]) == ["2", "3", "4", "9"])
  }

  @Test func onlyLetsMatchingCellsThrough() throws {
    let sweep = try manifest(text).sweep()
    func count(_ only: String...) throws -> Int { try sweep.filtered(by: CellFilter(only)).count }
    #expect(sweep.count == 14)
    #expect(try count("attack=trim_attack") == 8)
    #expect(try count("attack=fang-trim", "attack=none", "bias=0.1") == 6)
    #expect(try count("attack={fang-trim: {partial: true}}", "seed=1") == 2)
    #expect(try count("attack.partial=false") == 4)
    #expect(try count("bias=0.3") == 0)
    #expect(try count() == 14)
  }

  @Test func tellsWhatIsWrongWithAnOption() throws {
    let manifest = try manifest("name: t\n")
    #expect(
      complaint { _ = try manifest.setting(["rounds=x"]) } == """
        --set:1:9: error: 'rounds' must be a whole number from 1 to 10000000, but is 'x'
            1 | rounds: x
              |         ^
        """)
    #expect(complaint { _ = try manifest.setting(["rounds"]) } == "--set: error: 'rounds' is not of the form key=value")
    #expect(complaint { _ = try manifest.setting(["=3"]) } == "--set: error: '=3' is not of the form key=value")
    #expect(
      complaint { _ = try manifest.setting(["rounds=1\nclients: 3"]) }
        == "--set: error: 'rounds=1\u{FFFD}clients: 3' is not of the form key=value")
    #expect(
      complaint { _ = try manifest.setting(["niter=3", "rounds=4"]) }.hasPrefix(
        "--set:1:9: error: 'rounds' is set twice\n"))
    #expect(
      complaint { _ = try manifest.setting(["thres=0.3"]).sweep() }.hasPrefix(
        "--set:1:8: error: no cell uses 'aggregator.threshold'\n"))
    #expect(
      complaint { _ = try CellFilter(["attack=foo"]) }.hasPrefix("--only:1:9: error: unknown attack 'foo'\n"))
    for (seeds, message) in [
      ("a", "'a' is no list of seeds"), ("1-", "'1-' is no list of seeds"), ("1,,2", "'1,,2' is no list of seeds"),
      ("", "'' is no list of seeds"), ("5-1", "the range 5-1 is empty"),
      ("0-99999999999", "the range 0-99999999999 has too many seeds"),
      ("1-2-3", "'1-2-3' is no list of seeds"), ("99999999999999999999", "'99999999999999999999' is no list of seeds"),
    ] {
      #expect(
        complaint { _ = try manifest.seeded(seeds) }
          == "--seeds: error: \(message)\n      write, say, --seeds 1-5 or --seeds 1,2,7")
    }
  }
}
