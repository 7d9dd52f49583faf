import Foundation
import TestSupport
import Testing

/// `skymask data` as a stranger uses it.
struct DataCommandTests {
  private let place: TestFolder
  private static let packageFolder = "/usr/share/datasets/fashion-mnist"
  private static let idx = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map {
    $0 + "-ubyte.gz"
  }

  init() throws { place = try TestFolder() }

  private func refuses(_ ended: Ended, code: Int32, _ text: String, at line: Int = #line) {
    let location = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
    #expect(ended.code == code, "\(ended.err)", sourceLocation: location)
    #expect(ended.out == "", sourceLocation: location)
    #expect(ended.err == text, sourceLocation: location)
  }

  private func make(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: "\(place.path)/\(folder)", withIntermediateDirectories: true)
  }

  // MARK: list

  @Test func listsEveryDataSetAndWhetherItIsHere() async throws {
    let ended = try await place.skymask("data", "list")
    #expect(ended.code == 0 && ended.err == "")
    #expect(
      ended.out.contains(
        """
        cifar-10: 50,000 + 10,000 photographs, 3 x 32 x 32 pixels, 10 classes
          not here: skymask data fetch cifar-10, 170 MB
          source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009
          page: https://www.cs.toronto.edu/~kriz/cifar.html

        """))
    #expect(ended.out.contains("\n  not here: skymask data import PATH\n"))
    #expect(
      ended.out.contains(
        "npy: your own arrays: .npy files of inputs and labels, and of owners for 'natural'\n  your own files\n"))
    #expect(ended.out.contains("\n  made from the seed\n"))
    let json = try await place.skymask("data", "list", "--json").out.split(separator: "\n")
    let names = [
      "fashion-mnist", "mnist", "cifar-10", "cifar-100", "har", "npy", "synthetic-images", "synthetic-features",
    ]
    #expect(json.count == names.count)
    for (line, name) in zip(json, names) { #expect(line.contains("\"name\":\"\(name)\"")) }
    #expect(json[2].contains(#""bytes":170052171,"fetch":true,"folder":null,"here":false"#))
  }

  // MARK: fetch

  @Test func refusesToFetchWhatIsNotPublished() async throws {
    refuses(
      try await place.skymask("data", "fetch", "cifar10"), code: 64,
      "error: nothing is called 'cifar10'; did you mean 'cifar-10'?  known: fashion-mnist, mnist, cifar-10, cifar-100, har\n"
    )
    refuses(
      try await place.skymask("data", "fetch", "npy"), code: 64,
      "error: npy is your own arrays; name their files in the manifest\n")
    refuses(
      try await place.skymask("data", "fetch", "synthetic-images"), code: 64,
      "error: synthetic-images is made from the seed; there is nothing to fetch or to check\n")
    refuses(
      try await place.skymask("data", "fetch", "HAR"), code: 65,
      "error: har cannot be fetched, since nobody publishes a checksum of it; get it from"
        + " https://archive.ics.uci.edu/dataset/240/human+activity+recognition+using+smartphones, unpack it, then run"
        + " 'skymask data import PATH'\n")
    #expect(!place.exists("data"))
  }

  @Test func goesOnAfterItWasKilledAndNeverTakesAPartForTheWhole() async throws {
    // As large as the published file, so that only its checksum can tell.
    let wrong = [UInt8](repeating: 7, count: 9_912_422)
    let server = try FileServer(["train-images-idx3-ubyte.gz": wrong], answers: [.stall(after: 300_000), .file])
    defer { server.stop() }
    // The whole group, curl among it, as when the machine fails. curl writes by blocks, so some bytes are not on disk.
    let killed = try await place.shell(
      """
      setsid "$SKYMASK" data fetch mnist --from \(server.url) 2>err.txt &
      for i in $(seq 300); do
        [ "$(stat -c %s data/mnist/train-images-idx3-ubyte.gz.part 2>/dev/null || echo 0)" -gt 200000 ] && break
        sleep 0.1
      done
      kill -9 -$!
      wait $!
      """)
    #expect(killed.code == 137)
    let count = try place.bytes("data/mnist/train-images-idx3-ubyte.gz.part").count
    #expect(count > 200_000 && count <= 300_000)
    #expect(!place.exists("data/mnist/train-images-idx3-ubyte.gz"))
    let told = try await place.skymask("data", "verify", "mnist")
    refuses(
      told, code: 65,
      "error: mnist: is not in data/mnist; run 'skymask data fetch mnist'\n")
    let ended = try await place.skymask("data", "fetch", "mnist", "--from", server.url)
    #expect(ended.code == 65)
    #expect(ended.out == "")
    #expect(ended.err.contains("getting \(server.url)train-images-idx3-ubyte.gz from byte \(count) on\n"))
    #expect(ended.err.contains("but should be f68b3c2dcbeaaa9fbdd348bbdeb94873; it was thrown away\n"))
    #expect(server.requests.map(\.range) == [nil, "bytes=\(count)-", nil])
    for name in Self.idx { #expect(!place.exists("data/mnist/\(name)") && !place.exists("data/mnist/\(name).part")) }
  }

  @Test func saysHowToGoOnWithoutANetwork() async throws {
    let server = try FileServer([:])
    server.stop()
    let ended = try await place.skymask("data", "fetch", "cifar-100", "--from", server.url, "--data", "here")
    #expect(ended.code == 75)
    #expect(ended.out == "")
    #expect(ended.err.contains("error: cifar-100-binary.tar.gz: could not be got\n"))
    #expect(ended.err.hasSuffix("  give the same command again to go on where it ended\n"))
  }

  @Test func saysThatThereIsNoSuchFile() async throws {
    let server = try FileServer([:])
    defer { server.stop() }
    refuses(
      try await place.skymask("data", "fetch", "cifar-10", "--from", server.url), code: 65,
      """
      getting \(server.url)cifar-10-binary.tar.gz
      error: cifar-10-binary.tar.gz: could not be got
        \(server.url)cifar-10-binary.tar.gz: there is no such file (404)

      """)
  }

  @Test func saysThatThereIsNoCurl() async throws {
    try make("bin")
    let ended = try await place.skymask("data", "fetch", "cifar-10", environment: ["PATH": "\(place.path)/bin"])
    #expect(ended.code == 65)
    #expect(
      ended.err.hasSuffix(
        "error: there is no program 'curl', which gets files from the network; install it (apt-get install curl)\n"))
  }

  @Test func checkAndRunNameTheCommandThatGetsTheData() async throws {
    try place.write("name: lacking\ngrid: {dataset: [cifar-10], bias: [0.1, 0.5]}\n", to: "lacking.yaml")
    for command in ["check", "run", "plan"] {
      let ended = try await place.skymask(command, "lacking.yaml")
      #expect(ended.code == 65)
      #expect(ended.out == "")
      #expect(
        ended.err.hasPrefix(
          "lacking.yaml:2:18: error: cifar-10: is not in data/cifar-10; run 'skymask data fetch cifar-10'\n"),
        "\(ended.err)")
    }
  }

  // MARK: import and verify

  /// HAR as Kaggle has it, of two windows for each of two persons.
  private func writeHAR(_ folder: String) throws {
    try make(folder)
    let names = (0..<561).map { "f\($0)" } + ["subject", "Activity"]
    for (part, activity) in [("train", "WALKING"), ("test", "LAYING")] {
      let rows = (1...2).map { person in
        ((0..<561).map { "\(Double($0 % 7) / 8 + Double(person))" } + ["\(person)", activity]).joined(separator: ",")
      }
      try place.write(
        ([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n", to: "\(folder)/\(part).csv")
    }
  }

  @Test func importsAFolderOnceAndVerifiesIt() async throws {
    try writeHAR("downloads")
    let ended = try await place.skymask("data", "import", "downloads")
    #expect(ended.code == 0, "\(ended.err)")
    #expect(ended.out == "har is in data/har\n")
    #expect(try place.bytes("data/har/train.csv") == place.bytes("downloads/train.csv"))
    let before = try place.snapshot("data/har")
    #expect(before.keys.sorted() == ["SHA256SUMS", "test.csv", "train.csv"])
    let again = try await place.skymask("data", "import", "downloads")
    #expect(again.code == 0 && again.out == "har is in data/har already\n")
    #expect(try place.snapshot("data/har") == before)

    let right = try await place.skymask("data", "verify", "har")
    #expect(right.code == 0)
    #expect(right.out.wholeMatch(of: /har: 2 files, as when they came; content [0-9a-f]{64}\n/) != nil, "\(right.out)")
    let sums = try await place.shell("cd data/har && sha256sum --check --quiet SHA256SUMS")
    #expect(sums.code == 0)

    // Another data set's place is not taken.
    try place.write(place.read("downloads/train.csv").replacing("1.125", with: "1.25"), to: "downloads/train.csv")
    refuses(
      try await place.skymask("data", "import", "downloads"), code: 64,
      "error: data/har: holds har already, and its content differs; move it away first\n")
    #expect(try place.snapshot("data/har") == before)

    // A change that keeps the file in form.
    try place.write(place.read("data/har/test.csv").replacing("1.125", with: "1.25"), to: "data/har/test.csv")
    let changed = try await place.skymask("data", "verify", "har")
    #expect(changed.code == 65 && changed.out == "")
    #expect(changed.err.hasPrefix("error: data/har/test.csv: has changed: its SHA-256 is "))
    try place.write("rubbish\n", to: "data/har/test.csv")
    try place.remove("data/har/SHA256SUMS")
    refuses(
      try await place.skymask("data", "verify", "har"), code: 65,
      "error: data/har/test.csv: line 1 names no column 'subject'; get the file again\n")
  }

  @Test func importsLinks() async throws {
    try writeHAR("downloads")
    let ended = try await place.skymask("data", "import", "downloads/", "--link")
    #expect(ended.code == 0, "\(ended.err)")
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(place.path)/data/har/train.csv")
    #expect(target.hasSuffix("/downloads/train.csv") && target.hasPrefix("/"))
    let bytes = try place.bytes("downloads/train.csv").count + place.bytes("downloads/test.csv").count
    let list = try await place.skymask("data", "list", "--json")
    #expect(list.out.firstMatch(of: /\{"bytes":([0-9]+),"fetch":false,"folder":"data\/har"/)?.output.1 == "\(bytes)")
    #expect(try await place.skymask("data", "verify").code == 0)
  }

  @Test func refusesToImportWhatIsNoDataSet() async throws {
    try make("empty")
    try place.write("no archive", to: "cifar-10-binary.tar.gz")
    try place.write("something", to: "photo.png")
    refuses(
      try await place.skymask("data", "import", "nowhere"), code: 64, "error: nowhere: no such file or folder\n")
    for path in ["empty", "photo.png"] {
      refuses(
        try await place.skymask("data", "import", path), code: 65,
        "error: \(path): is no data set that is known: none of the files that skymask data list names are there\n")
    }
    refuses(
      try await place.skymask("data", "import", "cifar-10-binary.tar.gz"), code: 65,
      "error: ./cifar-10-binary.tar.gz: not a gzip file; get the file again\n")
    #expect(!place.exists("data"))
  }

  private static let hasPackage = idx.allSatisfy { FileManager.default.fileExists(atPath: packageFolder + "/" + $0) }

  @Test(.enabled("needs the package dataset-fashion-mnist", { hasPackage }))
  func recognisesTheFolderOfTheDebianPackage() async throws {
    refuses(
      try await place.skymask("data", "import", Self.packageFolder, "--as", "mnist"), code: 64,
      "error: \(Self.packageFolder): is fashion-mnist, not mnist\n")
    let ended = try await place.skymask("data", "import", Self.packageFolder)
    #expect(ended.code == 0, "\(ended.err)")
    #expect(ended.out == "fashion-mnist is in data/fashion-mnist\n")
    let digest = "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214"
    #expect(
      try await place.skymask("data", "verify", "fashion-mnist").out
        == "fashion-mnist: 4 files, compressed anew, the content as published; content \(digest)\n")
  }

  @Test func saysThatThereIsNothingToVerify() async throws {
    let ended = try await place.skymask("data", "verify", "cifar-10")
    refuses(ended, code: 65, "error: cifar-10: is not in data/cifar-10; run 'skymask data fetch cifar-10'\n")
  }

  // MARK: the user's own arrays, and data that change

  @Test func trainsOnTheUsersOwnArraysUnderEachPartition() async throws {
    try OwnArrays.write(to: place)
    let check = try await place.skymask("check", "mine.yaml")
    #expect(check.out == "mine.yaml: no errors, 3 cells\n", "\(check.err)")
    let ended = try await place.skymask("run", "mine.yaml")
    #expect(ended.code == 0, "\(ended.err)")
    let rows = Rows(try place.read("results/mine/rounds.csv"))
    // Half right is a guess.
    let last = zip(rows.column("round"), rows.column("test_accuracy")).filter { $0.0 == "4" }.map { Double($0.1) ?? 0 }
    #expect(last.count == 3 && last.prefix(2).allSatisfy { $0 > 0.9 }, "\(last)")
  }

  @Test func aCellDoesNotTakeOtherDataThanItsKeySays() async throws {
    try OwnArrays.write(to: place)
    #expect(try await place.skymask("run", "mine.yaml", "--set", "rounds=1", "--name", "mine").code == 0)
    let cell = try #require(try place.cells(of: "mine", with: "cell.json").first)
    let key = try #require(try place.read(cell + "/cell.json").firstMatch(of: /"key":"([0-9a-f]*)"/)).output.1
    try place.write(
      OwnArrays.npy("|u1", "40,", (0..<40).map { UInt8(1 - $0 % 2) }), to: "data/mine/test_y.npy")
    // A cell ends when its standard input does.
    let ended = try await place.shell("sleep 10 | \"$SKYMASK\" cell \(key) --name mine")
    refuses(ended, code: 65, "error: the files of npy have changed since the run began; give the same command again\n")
    // They are other cells now.
    let plan = try await place.skymask("plan", "mine.yaml", "--set", "rounds=1", "--name", "mine")
    #expect(plan.out.contains("\n3 cells: 3 new\n"), "\(plan.out)")
  }

  @Test func theManifestsLineIsToldForArraysThatDoNotFit() async throws {
    try OwnArrays.write(to: place)
    try place.write(try place.read("mine.yaml").replacing("[1, 2, 4]", with: "[1, 4, 2]"), to: "wrong.yaml")
    let wrong = try await place.skymask("check", "wrong.yaml")
    #expect(wrong.code == 65)
    #expect(
      wrong.err.contains(
        "error: npy: data/mine/train_x.npy: has the shape (200, 1, 2, 4), but 'shape' asks for (samples, 1, 4, 2)\n"),
      "\(wrong.err)")
  }
}
