import Catalogue
import Foundation
import NeuralNet
import Testing

@testable import Federated

/// Three persons, two files: what `HAR` reads, made small.
private struct SmallHAR {
  /// Person, label, and the value of feature 0; feature k is k times as much, and the last is the same for all.
  typealias Window = (person: Int, label: Int, value: Float)

  let train: [Window] = (0..<12).map { ($0 % 2 + 1, $0 % 6, Float($0)) }
  let test: [Window] = (0..<7).map { (30, 5 - $0 % 6, Float($0) - 100) }

  private func features(_ window: Window) -> [Float] {
    (0..<561).map { $0 == 560 ? 0.25 : window.value * Float($0 + 1) }
  }

  func writeCSV(to folder: String) throws {
    let names = (0..<560).map { "feature\($0)" } + ["\"angle(X,gravityMean)\"", "subject", "Activity"]
    for (name, windows) in [("train", train), ("test", test)] {
      let rows = windows.map { window in
        (features(window).map { "\($0)" } + ["\(window.person)", HARWindows.activities[window.label]])
          .joined(separator: ",")
      }
      try write(([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n", "\(folder)/\(name).csv")
    }
  }

  func writeFolder(to folder: String) throws {
    for (name, windows) in [("train", train), ("test", test)] {
      let rows = windows.map { "  " + features($0).map { String(format: "%.7e", $0) }.joined(separator: " ") }
      try write(rows.joined(separator: "\n") + "\n", "\(folder)/\(name)/X_\(name).txt")
      try write(windows.map { "\($0.label + 1)\n" }.joined(), "\(folder)/\(name)/y_\(name).txt")
      try write(windows.map { "\($0.person)\n" }.joined(), "\(folder)/\(name)/subject_\(name).txt")
    }
  }
}

private func write(_ text: String, _ path: String) throws {
  let folder = URL(filePath: path).deletingLastPathComponent()
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try Data(text.utf8).write(to: URL(filePath: path))
}

private func floats(_ split: Samples.Split) -> [Float] {
  if case .floats(let values) = split.inputs { Array(values) } else { [] }
}

/// Feature 0 of each sample.
private func first(_ split: Samples.Split) -> [Float] {
  let values = floats(split)
  return stride(from: 0, to: values.count, by: 561).map { values[$0] }
}

@Suite struct HARTests {
  @Test func bothFormatsGiveTheSameSamples() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/csv/har")
      try SmallHAR().writeFolder(to: folder + "/flat/har")
      try SmallHAR().writeFolder(to: folder + "/uci/har/UCI HAR Dataset")
      let loaded = try ["csv", "flat", "uci"].map { try HAR().load(from: DataFolder(folder + "/" + $0), seed: 1) }
      for other in loaded.dropFirst() {
        #expect(other.train.labels == loaded[0].train.labels && other.test.labels == loaded[0].test.labels)
        #expect(other.train.owners == loaded[0].train.owners && other.test.owners == loaded[0].test.owners)
        #expect(zip(floats(other.train), floats(loaded[0].train)).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(zip(floats(other.test), floats(loaded[0].test)).allSatisfy { abs($0 - $1) < 1e-4 })
      }
      #expect(loaded[0].inputShape == [561] && loaded[0].classes == 6)
    }
  }

  @Test func aFifthOfEachPersonsWindowsIsTheTest() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let samples = try HAR().load(from: DataFolder(folder), seed: 1)
      // 6, 6 and 7 windows.
      #expect(samples.test.owners?.sorted() == [1, 2, 30])
      #expect(samples.train.owners?.filter { $0 == 30 }.count == 6)
      #expect(samples.train.labels.count == 16)
      #expect(first(samples.train).count == 16)
      let other = try HAR().load(from: DataFolder(folder), seed: 2)
      #expect(first(other.test) != first(samples.test))
      #expect(try first(HAR().load(from: DataFolder(folder), seed: 1).test) == first(samples.test))
      // Labels go with their windows: person 30's are 5, 4, 3, … of values that rise by equal steps.
      let owners = try #require(samples.train.owners)
      let labels = owners.indices.filter { owners[$0] == 1 }.map { samples.train.labels[$0] }
      #expect(labels.allSatisfy { $0 % 2 == 0 })
    }
  }

  @Test func standardisesByTheTrainingWindows() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let samples = try HAR().load(from: DataFolder(folder), seed: 1)
      let values = first(samples.train)
      let (mean, square) = (values.reduce(0, +) / 16, values.reduce(0) { $0 + $1 * $1 } / 16)
      #expect(abs(mean) < 1e-6 && abs(square - 1) < 1e-5)
      // A feature that never changes is 0.
      #expect(floats(samples.train)[560] == 0 && floats(samples.test)[560] == 0)
      #expect(abs(first(samples.test).reduce(0, +)) > 1e-3)
    }
  }

  @Test func underTheQuirkEachFileIsStandardisedByItself() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      try SmallHAR().writeFolder(to: folder + "/uci/har")
      let plain = try HAR().load(from: DataFolder(folder), seed: 1)
      // 0 to 11 have the mean 5.5 and the deviation √(143 / 12), −100 to −94 the mean −97 and the deviation 2.
      let deviation = Float(143.0 / 12).squareRoot()
      let expected = ((0..<12).map { (Float($0) - 5.5) / deviation } + (0..<7).map { (Float($0) - 3) / 2 }).sorted()
      for data in [DataFolder(folder), DataFolder(folder + "/uci")] {
        let separate = try HAR().load(from: data, seed: 1, quirks: [.separateHARScaling])
        let all = (first(separate.train) + first(separate.test)).sorted()
        #expect(zip(all, expected).allSatisfy { abs($0 - $1) < 1e-5 } && all.count == 19)
        // The same windows are for the test.
        #expect(separate.test.labels == plain.test.labels && separate.test.owners == plain.test.owners)
        #expect(separate.train.labels == plain.train.labels && separate.train.owners == plain.train.owners)
      }
    }
  }

  @Test func saysWhatIsMissing() throws {
    try withTemporaryFolder { folder in
      let text =
        "har: is not in \(folder)/har; get it from"
        + " https://archive.ics.uci.edu/dataset/240/human+activity+recognition+using+smartphones, then run 'skymask data"
        + " import PATH --data \(folder)'"
      #expect(HAR().missing(in: DataFolder(folder)) == text)
      let error = #expect(throws: DatasetError.self) { try HAR().load(from: DataFolder(folder), seed: 1) }
      #expect(error?.description == text)
      try SmallHAR().writeCSV(to: folder + "/har")
      #expect(HAR().missing(in: DataFolder(folder)) == nil)
      #expect(try HAR().files(in: DataFolder(folder)) == ["train", "test"].map { "\(folder)/har/\($0).csv" })
    }
  }

  /// What loading says after `old` became `new` in a file, without the folder and the common end.
  private func complaint(
    _ file: String, replacing old: String, with new: String, csv isCSV: Bool = false
  ) throws -> String {
    var text = ""
    try withTemporaryFolder { folder in
      let own = folder + "/har"
      if isCSV { try SmallHAR().writeCSV(to: own) } else { try SmallHAR().writeFolder(to: own) }
      let before = try String(contentsOfFile: own + "/" + file, encoding: .utf8)
      let range = try #require(before.range(of: old))
      try write(before.replacingCharacters(in: range, with: new), own + "/" + file)
      let error = #expect(throws: DatasetError.self) { try HAR().load(from: DataFolder(folder), seed: 1) }
      text = error.map(\.description) ?? ""
      #expect(text.hasPrefix(own + "/" + file + ": ") && text.hasSuffix("; get the file again"))
      text = String(text.dropFirst(own.count + file.count + 3).dropLast("; get the file again".count))
    }
    return text
  }

  @Test func saysWhichLineOfACSVIsDamaged() throws {
    #expect(
      try complaint("train.csv", replacing: "4.0,8.0", with: "4.0,8.0x", csv: true)
        == "line 6: '8.0x' is not a number")
    #expect(
      try complaint("test.csv", replacing: "-98.0,", with: "", csv: true)
        == "line 4 has 562 fields where there should be 563")
    #expect(
      try complaint("train.csv", replacing: "WALKING_UPSTAIRS", with: "RUNNING", csv: true)
        == "line 3: unknown activity 'RUNNING'; known: WALKING, WALKING_UPSTAIRS, WALKING_DOWNSTAIRS, SITTING, "
        + "STANDING, LAYING")
    #expect(
      try complaint("train.csv", replacing: "0.25,1,WALKING", with: "0.25,one,WALKING", csv: true)
        == "line 2: 'one' is not a whole number of at least 1")
    #expect(
      try complaint("train.csv", replacing: "subject", with: "person", csv: true) == "line 1 names no column 'subject'")
    #expect(
      try complaint("train.csv", replacing: "feature7,", with: "", csv: true)
        == "line 1 has 562 fields where there should be 563")
    #expect(try complaint("test.csv", replacing: "-100.0", with: "nan", csv: true) == "line 2: 'nan' is not a number")
    #expect(try complaint("test.csv", replacing: "-100.0", with: "", csv: true) == "line 2: '' is not a number")
  }

  @Test func saysWhichLineOfTheFolderIsDamaged() throws {
    #expect(
      try complaint("train/X_train.txt", replacing: "2.5000000e-01\n", with: "\n")
        == "line 1 has 560 fields where there should be 561")
    #expect(
      try complaint("test/y_test.txt", replacing: "5\n", with: "7\n")
        == "line 2: unknown activity '7'; known: 1, 2, 3, 4, 5, 6")
    #expect(
      try complaint("test/y_test.txt", replacing: "5\n", with: "0\n")
        == "line 2: '0' is not a whole number of at least 1")
    #expect(try complaint("train/subject_train.txt", replacing: "2\n", with: "") == "11 lines for 12 samples")
    #expect(
      try complaint("train/subject_train.txt", replacing: "2\n", with: "2 3\n")
        == "line 2 has 2 fields where there should be 1")
  }

  @Test func saysThatAFileIsEmpty() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      try write("", folder + "/har/test.csv")
      let error = #expect(throws: DatasetError.self) { try HAR().load(from: DataFolder(folder), seed: 1) }
      #expect(
        error?.description == "\(folder)/har/test.csv: there are no samples in it; get the file again")
    }
  }

  @Test func linesMayEndAsOnWindows() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let expected = try HAR().load(from: DataFolder(folder), seed: 1)
      for name in ["train", "test"] {
        let path = "\(folder)/har/\(name).csv"
        try write(
          String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").joined(separator: "\r\n"), path)
      }
      let samples = try HAR().load(from: DataFolder(folder), seed: 1)
      #expect(first(samples.train) == first(expected.train) && samples.test.labels == expected.test.labels)
    }
  }

  @Test func keepsTheFirstSamplesAndTheirPersons() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      var few = HAR()
      few.samples = 5
      let (all, kept) = (
        try HAR().load(from: DataFolder(folder), seed: 1), try few.load(from: DataFolder(folder), seed: 1)
      )
      #expect(kept.train.owners == all.train.owners.map { Array($0.prefix(5)) })
      #expect(first(kept.train) == Array(first(all.train).prefix(5)))
    }
  }

  @Test func aCellTakesItsRootSetFromEveryPerson() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let settings = try smallSettings([
        "dataset": .string("HAR"), "partition": .string("natural"), "clients": .integer(3), "byzantine": .integer(1),
        "aggregator": .string("fltrust"), "attack": .string("label-flip"),
      ])
      let simulation = try Simulation(settings: settings, dataFolder: DataFolder(folder))
      // 3 % of 5, 5 and 6 windows: one of each at least.
      #expect(simulation.root.indices.count == 3)
      #expect(simulation.owned.map(\.count).sorted() == [4, 4, 5])
      #expect(simulation.parameters.count == 3372)
      let outcome = try simulation.run(onEvaluation: { #expect($0.testLoss != nil) })
      #expect(outcome.divergedAt == nil)
    }
  }

  @Test func defaultsAreThoseOfThePublishedSystem() {
    #expect(HAR.defaultModel == "lr" && HAR.defaultPartition == "natural" && HAR.rootShare == 0.03)
    #expect(Datasets.family.member("HAR") is HAR.Type)
  }

  // MARK: the quirk har-classes-by-name

  @Test func underTheQuirkLabelsAreNumberedByName() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let (plain, named) = (
        try HAR().load(from: DataFolder(folder), seed: 1),
        try HAR().load(from: DataFolder(folder), seed: 1, quirks: [.harClassesByName])
      )
      // LAYING, SITTING, STANDING, WALKING, WALKING_DOWNSTAIRS, WALKING_UPSTAIRS.
      #expect(HARWindows.numberByName == [3, 5, 4, 1, 2, 0])
      let all = { (samples: Samples) in
        zip(samples.train.labels + samples.test.labels, first(samples.train) + first(samples.test))
      }
      let counts = { (samples: Samples) in
        all(samples).reduce(into: [Int](repeating: 0, count: 6)) { $0[Int($1.0)] += 1 }
      }
      #expect((0..<6).allSatisfy { counts(named)[Int(HARWindows.numberByName[$0])] == counts(plain)[$0] })
      #expect(plain.treatment == Treatment())
    }
  }

  @Test func underTheQuirkSharesOfAPersonsWindowsAreRoundedUp() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      let samples = try HAR().load(from: DataFolder(folder), seed: 1, quirks: [.harClassesByName])
      // ⌈6 / 5⌉, ⌈6 / 5⌉ and ⌈7 / 5⌉.
      #expect([1, 2, 30].map { person in samples.test.owners?.count { $0 == person } } == [2, 2, 2])
    }
    let root = RootSet(
      owners: [Int](repeating: 1, count: 220), share: 0.03, roundsUp: true,
      random: RandomSource(seed: 1, stream: .rootSet))
    #expect(root.indices.count == 7)
  }

  @Test func underTheQuirkTheMaliciousArePersonsOneToF() throws {
    try withTemporaryFolder { folder in
      try SmallHAR().writeCSV(to: folder + "/har")
      for seed in 1...4 {
        let settings = try smallSettings([
          "dataset": .string("har"), "partition": .string("natural"), "clients": .integer(3), "byzantine": .integer(1),
          "quirks": .list([.string("har-classes-by-name")]), "seed": .integer(seed), "rounds": .integer(1),
          "aggregator": .string("skymask"),
        ])
        let simulation = try Simulation(settings: settings, dataFolder: DataFolder(folder))
        let owners = try #require(simulation.training.samples.owners)
        #expect(simulation.owned.map { Set($0.map { owners[$0] }) } == [[1], [2], [30]])
        #expect(simulation.maskBatch == 100)
        let outcome = try simulation.run(onEvaluation: { #expect($0.testLoss != nil) })
        #expect(outcome.divergedAt == nil)
      }
    }
  }

  @Test func aStepOfMaskTrainingDrawsRootSamplesAnew() throws {
    let network = try Network(LR(), input: [1], classes: 2, loss: .crossEntropy, batch: 4)
    let samples = Samples.Split(
      inputs: .floats(SampleValues((0..<40).map(Float.init))), labels: (0..<40).map { UInt8($0 % 2) })
    let all = NetworkRootLoss(
      network: network, samples: samples, sampleLength: 1, indices: Array(0..<40), plainBatchNorm: false)
    let sampled = { (count: Int) in
      SampledRootLoss(all, count: count, random: RandomSource(seed: 1, stream: .maskBatch))
    }
    var gradient = [Float](repeating: 0, count: 4)
    let parameters: [Float] = [0.5, -0.5, 0, 0]
    let losses = { (loss: any RootLoss) in
      try (0..<6).map { _ in try loss.lossAndGradient(at: parameters, gradient: &gradient) }
    }
    let ten = try losses(sampled(10))
    #expect(Set(ten).count == 6)
    #expect(try losses(sampled(10)) == ten)
    // No more than there are: the whole set each time, but for the order of the sum.
    let whole = try all.lossAndGradient(at: parameters, gradient: &gradient)
    #expect(try losses(sampled(100)).allSatisfy { abs($0 - whole) < 1e-4 * whole })
  }

  @Test func underTheQuirkTheTestSetIsOneBatch() throws {
    // 300 samples, the first 250 of class 0: by batches of 250 the last 50 are among themselves.
    let network = try Network(LR(), input: [1], classes: 2, loss: .batchSoftmax, batch: 4)
    let values = (0..<300).map { Float($0 < 250 ? 0 : 1) }
    let test = Samples.Split(
      inputs: .floats(SampleValues(values)), labels: values.map { UInt8($0) })
    // The second class's logit is the value: as one batch the last 50 stand out; alone both columns are even.
    let parameters: [Float] = [0, 4, 0, 0]
    let accuracy = { (isOneBatch: Bool) in
      try Evaluator(network: network, test: test, sampleLength: 1, classes: 2, isOneBatch: isOneBatch)
        .evaluate(parameters).accuracy
    }
    #expect(try accuracy(true) == 1)
    #expect(try accuracy(false) == 250.0 / 300)
  }
}
