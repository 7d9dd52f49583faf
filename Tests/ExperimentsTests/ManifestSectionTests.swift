import Catalogue
import Federated
import Foundation
import TestSupport
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
    let manifest = try manifest(text).setting(["rounds=50", "attack={fang-trim: {partial: true}}"])
    #expect(
      try lines(of: manifest, ["attack", "attack.partial", "bias", "rounds", "seed"]) == [
        "fang-trim true 0.1 50 1", "fang-trim true 0.1 50 2", "fang-trim true 0.5 50 1", "fang-trim true 0.5 50 2",
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

  @Test func seedsOfTheCommandLineJoinThoseOfTheManifest() throws {
    func seeds(_ manifest: Manifest, _ given: String) throws -> (all: [String], given: Int) {
      let (added, seeds) = try manifest.adding(seeds: given)
      return (try lines(of: added, ["seed"]), try added.sweep().filtered(bySeeds: seeds).count)
    }
    #expect(try seeds(manifest("name: t\n"), "2-4,9,3") == (["1", "2", "3", "4", "9"], 4))
    #expect(try seeds(manifest("name: t\nseeds: [5, 2]\n"), "2-3") == (["5", "2", "3"], 2))
    let own = try manifest("name: t\nseeds: [5, 2]\n").adding(seeds: "2").manifest
    #expect(own.text == "name: t\nseeds: [5, 2]\n")
    let more = try own.adding(seeds: "3,2", to: [8, 5]).manifest
    #expect(more.text.hasSuffix("name: t\nseeds: [5, 2]\nmore_seeds: [8, 3]\n"))
    #expect(try lines(of: ExperimentsTests.manifest(more.text), ["seed"]) == ["5", "2", "8", "3"])
    #expect(try own.adding(seeds: "1-900000").manifest.text.hasSuffix("\nmore_seeds: [1, 3, 4, 6-900000]\n"))
    #expect(
      ExperimentsTests.complaint("name: t\ndefaults: {seed: 4}\nmore_seeds: [1]\n").hasPrefix(
        "m.yaml:2:18: error: 'seed' is set here, but 'more_seeds' gives every cell its own; keep one of the two\n"))
    #expect(
      complaint { _ = try manifest("name: t\n").setting(["seed=4"]).adding(seeds: "1") }.hasPrefix(
        "--set: error: 'seed' is set here, but --seeds gives every cell its own; keep one of the two\n"))
  }

  @Test func seedsOfAManifestMayBeRanges() throws {
    #expect(try lines("name: t\nseeds: 1-3\n", "seed") == ["1", "2", "3"])
    #expect(try lines("name: t\nseeds: 7,1-2\n", "seed") == ["7", "1", "2"])
    #expect(try lines("name: t\nseeds: [9, 2-4]\n", "seed") == ["9", "2", "3", "4"])
    for (seeds, message) in [
      ("3-1", "8: error: the range 3-1 is empty"), ("1-x", "8: error: '1-x' is not a list of seeds"),
      ("[2, 1-3]", "12: error: seed 2 stands twice"),
      ("0-99999999", "8: error: the range 0-99999999 has too many seeds"),
    ] {
      #expect(ExperimentsTests.complaint("name: t\nseeds: \(seeds)\n").hasPrefix("m.yaml:2:\(message)\n"))
    }
  }

  @Test func whatTheCommandLineFixesIsInTheText() throws {
    let manifest = try manifest(text)
    #expect(manifest.text == text)
    let changed = try manifest.setting(["nworkers=50"]).adding(seeds: "2-3").manifest
    let again = try ExperimentsTests.manifest(changed.text)
    #expect(again.name == changed.name)
    #expect(changed.name.wholeMatch(of: /t-set-[0-9a-f]{8}/) != nil)
    let keys = ["attack", "attack.partial", "bias", "rounds", "clients", "seed"]
    #expect(try lines(of: again, keys) == lines(of: changed, keys))
    // Fixed again, the later value counts.
    let twice = try again.setting(["clients=60"])
    #expect(try lines(of: twice, ["clients"]) == Array(repeating: "60", count: 21))
    #expect(twice.text.hasSuffix("set:\n  clients: 60\nmore_seeds: [3]\n"))
  }

  @Test func theTextOfEveryManifestGivesTheSameCells() throws {
    let root = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
    var count = 0
    for folder in ["experiments", "Tests/Corpus"] {
      let files = try #require(FileManager.default.enumerator(atPath: root.appending(path: folder).path))
      for case let file as String in files where file.hasSuffix(".yaml") {
        // The corpus has manifests with errors, too.
        guard let manifest = try? Manifest.load(path: root.appending(path: "\(folder)/\(file)").path),
          let cells = try? manifest.cells(digest: { _ in nil })
        else { continue }
        let stored = try ExperimentsTests.manifest(manifest.named("stored").text)
        #expect(try stored.cells { _ in nil } == cells, "\(file)")
        #expect(stored.report == manifest.report && stored.run == manifest.run, "\(file)")
        count += 1
      }
    }
    #expect(count >= 25)
  }

  @Test func theNameSaysWhatIsFixed() throws {
    let manifest = try manifest("name: t\n")
    let name = try manifest.setting(["rounds=5", "bias=0.5"]).name
    #expect(try manifest.setting(["bias=.5", "niter=5"]).name == name)
    #expect(try manifest.setting(["rounds=6", "bias=0.5"]).name != name)
    let long = String(repeating: "n", count: 100)
    #expect(try Manifest.isName(ExperimentsTests.manifest("name: \(long)\n").setting(["rounds=5"]).name))
  }

  @Test func setFixesAParameterForAllCells() throws {
    #expect(
      try lines(
        "name: t\ngrid: {rounds: [1, 2], aggregator: [{skymask: {threshold: 0.3}}]}\nset: {rounds: 3, thres: 0.9}\n",
        "rounds", "aggregator.threshold") == ["3 0.9"])
    #expect(
      ExperimentsTests.complaint("name: t\nset: {thres: 0.9}\n").hasPrefix(
        "m.yaml:2:14: error: no cell uses 'aggregator.threshold'\n"))
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
    #expect(try count("attack=none,min-max") == 6)
    #expect(try count("attack={fang-trim: {partial: true}}, none") == 8)
    #expect(try count("bias=0.1,0.5", "seed=1") == 7)
    #expect(try count() == 14)
  }

  @Test func takesWhatTablesPrint() throws {
    let manifest = try manifest(
      """
      name: t
      defaults: {clients: 50, byzantine: 5, record: [masks, selection]}
      grid:
        attack: [{min-max: {deviation: std, knowledge: benign}}, min-max, {scaling: {size: 2}}]
        model: [{mlp: {hidden: [30, 20]}}, {layers: [{conv: {out: 8}}, relu, flatten, linear]}, cnn]
        aggregator: [{krum: {neighbours: 3}}]
      """)
    let labels = try Labels(families: CellParameters.families)
    let sweep = try manifest.sweep()
    for cell in sweep.cells(digest: { _ in nil }) {
      for key in ["attack", "model", "record"] {
        let label = try labels.text(of: key, in: cell)
        let found = try sweep.filtered(by: CellFilter(["\(key)=\(label)"])).cells { _ in nil }
        #expect(found.contains(cell), "\(label)")
        let isNameAlone = !label.contains("(")
        #expect(try found.allSatisfy { try isNameAlone || labels.text(of: key, in: $0) == label }, "\(label)")
      }
    }
    let fixed = try manifest.setting(["attack=min-max(deviation=std)", "model=mlp(hidden=7 8)"])
    #expect(try lines(of: fixed, ["attack.deviation", "model.hidden"]) == ["std [7,8]"])
    #expect(
      complaint { _ = try CellFilter(["attack=min-max(deviatoin=std)"]) }.hasPrefix(
        "--only: error: 'min-max' has no parameter 'deviatoin'\n"))
    #expect(
      complaint { _ = try CellFilter(["attack=none,mimax(deviation=std)"]) }.hasPrefix(
        "--only: error: unknown attack 'mimax'\n"))
  }

  @Test func tellsWhatIsWrongWithAnOption() throws {
    let manifest = try manifest("name: t\n")
    #expect(
      complaint { _ = try manifest.setting(["rounds=x"]) } == """
        --set: error: 'rounds' must be a whole number from 1 to 10000000, but is 'x'
              | rounds: x
              |         ^
        """)
    #expect(complaint { _ = try manifest.setting(["rounds"]) } == "--set: error: 'rounds' is not of the form key=value")
    #expect(complaint { _ = try manifest.setting(["=3"]) } == "--set: error: '=3' is not of the form key=value")
    #expect(
      complaint { _ = try manifest.setting(["rounds=1\nclients: 3"]) }
        == "--set: error: 'rounds=1\u{FFFD}clients: 3' is not of the form key=value")
    #expect(
      complaint { _ = try manifest.setting(["niter=3", "rounds=4"]) }.hasPrefix(
        "--set: error: 'rounds' is set twice\n"))
    #expect(
      complaint { _ = try manifest.setting(["thres=0.3"]).sweep() }.hasPrefix(
        "--set: error: no cell uses 'aggregator.threshold'\n"))
    #expect(
      complaint { _ = try CellFilter(["attack=foo"]) }.hasPrefix("--only: error: unknown attack 'foo'\n"))
    for (seeds, message) in [
      ("a", "'a' is not a list of seeds"), ("1-", "'1-' is not a list of seeds"),
      ("1,,2", "'1,,2' is not a list of seeds"),
      ("", "'' is not a list of seeds"), ("5-1", "the range 5-1 is empty"),
      ("0-99999999999", "the range 0-99999999999 has too many seeds"),
      ("1-2-3", "'1-2-3' is not a list of seeds"),
      ("99999999999999999999", "'99999999999999999999' is not a list of seeds"),
    ] {
      #expect(
        complaint { _ = try manifest.adding(seeds: seeds) }
          == "--seeds: error: \(message)\n      write, say, --seeds 1-5 or --seeds 1,2,7")
    }
  }
}
