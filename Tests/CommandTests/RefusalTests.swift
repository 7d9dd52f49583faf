import Foundation
import Testing

/// What a stranger gets wrong: a clear word on standard error, the right code, nothing on standard output, no trace.
struct RefusalTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  private func refuses(_ ended: Ended, code: Int32, _ text: String, at line: Int = #line) {
    let location = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
    #expect(ended.code == code, "\(ended.err)", sourceLocation: location)
    #expect(ended.out == "", sourceLocation: location)
    #expect(ended.err == text, sourceLocation: location)
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    var right: String
    var wrong: String
    var message: String
    var testDescription: String { wrong }
  }

  @Test(arguments: [
    Mistake(
      right: "label-flip", wrong: "label-flp",
      message: """
        bad.yaml:12:18: error: unknown attack 'label-flp'
           12 |   attack: [none, label-flp]
              |                  ^~~~~~~~~
              did you mean 'label-flip'?  known: 
        """),
    Mistake(
      right: "rounds: 6", wrong: "rounds: six",
      message: """
        bad.yaml:7:11: error: 'rounds' must be a whole number from 1 to 10000000, but is 'six'
            7 |   rounds: six
              |           ^~~

        """),
    Mistake(
      right: "rounds: 6", wrong: "ruonds: 6",
      message: """
        bad.yaml:7:3: error: unknown parameter 'ruonds'
            7 |   ruonds: 6
              |   ^~~~~~
              did you mean 'rounds'?  known: 
        """),
    Mistake(
      right: "name: tiny\n", wrong: "",
      message: """
        bad.yaml:1:1: error: a manifest needs a 'name'
            1 | defaults:
              | ^
              write, say, name: my-sweep

        """),
    Mistake(
      right: "name: tiny", wrong: "name: a/b",
      message: """
        bad.yaml:1:7: error: 'name' must be at most 100 of the letters a-z, digits and '-', but is 'a/b'
            1 | name: a/b
              |       ^~~
              it names the folder under results/

        """),
    Mistake(
      right: "  model: lr", wrong: "\tmodel: lr",
      message: """
        bad.yaml:4:1: error: found character that cannot start any token while scanning for the next token
            4 | \tmodel: lr
              | ^
              YAML indents by spaces, not by tabs

        """),
  ])
  func pointsAtAMistakeInTheManifest(_ mistake: Mistake) async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    let before = try place.snapshot("results")
    try place.write(Manifests.tiny.replacing(mistake.right, with: mistake.wrong), to: "bad.yaml")
    for command in ["run", "check", "plan"] {
      let ended = try await place.skymask(command, "bad.yaml")
      #expect(ended.code == 65)
      #expect(ended.out == "")
      #expect(ended.err.hasPrefix(mistake.message), "\(ended.err)")
    }
    #expect(try place.snapshot("results") == before)
  }

  @Test func refusesWhatIsNoManifest() async throws {
    try place.write("", to: "empty.yaml")
    refuses(try await place.skymask("run", "empty.yaml"), code: 65, "empty.yaml: error: is empty\n")
    try place.write([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 0xFF], to: "binary.yaml")
    refuses(
      try await place.skymask("run", "binary.yaml"), code: 65, "binary.yaml: error: is a binary file, not YAML\n")
    refuses(
      try await place.skymask("run", "."), code: 65,
      """
      .: error: is a folder without manifest.yaml, so not the results of an experiment
            give a manifest, or a folder that 'skymask run' made, such as results/NAME

      """)
    refuses(try await place.skymask("run", "nowhere.yaml"), code: 65, "nowhere.yaml: error: no such file\n")
    refuses(
      try await place.skymask("run", "tiny.yaml/x"), code: 65, "tiny.yaml/x: error: cannot be read: Not a directory\n")
    refuses(try await place.skymask("run", ""), code: 65, ": error: no such file\n")
    #expect(!place.exists("results"))
  }

  @Test func refusesFlagsThatMakeNoSense() async throws {
    let unknown = try await place.skymask("run", "tiny.yaml", "--job", "2")
    #expect(unknown.code == 64)
    #expect(unknown.out == "")
    #expect(
      unknown.err.hasPrefix("Error: Unknown option '--job'. Did you mean '--jobs'?\nUsage: skymask run <manifest>"))
    let command = try await place.skymask("rnu", "tiny.yaml")
    #expect(command.code == 64)
    #expect(command.out == "")
    for command in ["run", "plan"] {
      let none = try await place.skymask(command, "tiny.yaml", "--jobs", "0")
      #expect(none.code == 64)
      #expect(none.err.hasPrefix("Error: --jobs 0: at least one cell must run at once\nUsage: skymask \(command) "))
    }
    let word = try await place.skymask("run", "tiny.yaml", "--jobs", "two")
    #expect(word.code == 64)
    #expect(word.err.hasPrefix("Error: The value 'two' is invalid for '--jobs <n>'"))
    refuses(
      try await place.skymask("run", "tiny.yaml", "--only", "aggregator=krum"), code: 64,
      "error: no cell of the manifest passes --only\n")
    let key = try await place.skymask("run", "tiny.yaml", "--only", "atack=none")
    #expect(key.code == 65)
    #expect(key.err.hasPrefix("--only: error: unknown parameter 'atack'\n"))
    let value = try await place.skymask("run", "tiny.yaml", "--set", "rounds=0")
    #expect(value.code == 65)
    #expect(value.err.hasPrefix("--set: error: 'rounds' must be a whole number from 1 to 10000000, but is '0'\n"))
    #expect(!place.exists("results"))
  }

  @Test func trainReportsItsOwnFlags() async throws {
    let train = ["train", "--dataset", "synthetic-images", "--net", "LR"]
    for (flags, message) in [
      (
        ["--byz_type", "fang"],
        "--byz_type: error: unknown attack 'fang'\n      | byz_type: fang\n      |           ^~~~\n"
      ),
      (["--niter", "0"], "--niter: error: 'rounds' must be a whole number from 1 to 10000000, but is '0'\n"),
      (["--set", "rounds=3"], "--set: error: 'rounds' is set already, by --niter\n"),
      (["--nbyz", "100"], "--nbyz: error: 'byzantine' is 100, but must be less than 'clients', which is 100\n"),
      (["--aggregation", "krum", "--nbyz", "60"], "--aggregation: error: "),
    ] {
      let ended = try await place.run(train + flags)
      #expect(ended.code == 65)
      #expect(ended.out == "")
      #expect(ended.err.hasPrefix(message), "\(ended.err)")
    }
    let missing = try await place.run(["train", "--dataset", "HAR", "--net", "LR", "--nworkers", "30", "--nbyz", "3"])
    #expect(missing.code == 65)
    #expect(missing.err.hasPrefix("--dataset: error: har: is not in data/har; "))
    let seeds = try await place.run(train + ["--nrepeats", "2", "--set", "seed=3"])
    #expect(seeds.code == 64)
    #expect(seeds.err.hasPrefix("Error: --nrepeats gives each run its own seed; leave out --set seed\n"))
  }

  @Test func refusesAnEmptyFolderName() async throws {
    // It would mean the root of the file system.
    for flag in ["--results", "--data"] {
      // None of these writes, in case one of them does not refuse.
      for arguments in [["run", "--dry-run"], ["check"], ["status"]] {
        let ended = try await place.shell("\"$SKYMASK\" \(arguments.joined(separator: " ")) tiny.yaml \(flag) ''")
        #expect(ended.code == 64)
        #expect(ended.out == "")
        #expect(ended.err.hasPrefix("Error: \(flag) is empty; name a folder\n"))
      }
    }
    #expect(!place.exists("results"))
  }

  @Test func refusesAResultsFolderThatCannotBe() async throws {
    try place.write("", to: "file")
    for results in ["file", "file/deeper"] {
      refuses(
        try await place.skymask("run", "tiny.yaml", "--results", results), code: 74,
        "error: file: is a file, but must be a folder; move it away\n")
    }
    let proc = try await place.skymask("run", "tiny.yaml", "--results", "/proc/results")
    #expect(proc.code == 74)
    #expect(proc.out == "")
    #expect(proc.err.hasPrefix("error: /proc/results: cannot make the folder: "))
  }

  @Test func refusesADataSetThatCannotBeRead() async throws {
    let name = "fashion-mnist"
    try place.write(
      "name: data\ndefaults: {dataset: \(name), rounds: 1, model: lr}\n", to: "data.yaml")
    let folder = "\(place.path)/broken/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for file in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try place.write("no picture", to: "broken/\(name)/\(file)-ubyte.gz")
    }
    for ended in [
      try await place.skymask("run", "data.yaml", "--data", "broken"),
      try await place.skymask("run", "data.yaml", environment: ["SKYMASK_DATA": "broken"]),
    ] {
      refuses(
        ended, code: 65, "error: broken/\(name)/train-images-idx3-ubyte.gz: not a gzip file; get the file again\n")
    }
    #expect(!place.exists("results"))
    try place.remove("broken/\(name)/train-images-idx3-ubyte.gz")
    try FileManager.default.createDirectory(
      atPath: "\(folder)/train-images-idx3-ubyte.gz", withIntermediateDirectories: false)
    let unreadable = try await place.skymask("run", "data.yaml", "--data", "broken")
    #expect(unreadable.code == 65)
    #expect(unreadable.out == "")
    #expect(unreadable.err.contains("broken/\(name)/train-images-idx3-ubyte.gz"))
  }
}
