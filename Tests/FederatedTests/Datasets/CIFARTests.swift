import Foundation
import Testing

@testable import Federated

/// CIFAR-10 and CIFAR-100 with 3 samples in each training file and 2 in that of the test, else as published.
private struct SmallCIFAR {
  let content: CIFARFiles

  init(_ published: CIFARFiles) {
    content = CIFARFiles(
      classes: published.classes, labelBytes: published.labelBytes, labelKey: published.labelKey,
      trainFiles: published.trainFiles, trainCount: 3, testCount: 2, forms: published.forms)
  }

  func labels(_ file: Int) -> [UInt8] {
    (0..<(file < content.trainFiles ? 3 : 2)).map { UInt8((file * 3 + $0 * 7) % content.classes) }
  }

  func pixels(_ file: Int, _ sample: Int) -> [UInt8] { (0..<3072).map { UInt8(($0 + 31 * file + 101 * sample) % 251) } }

  func binary(_ file: Int) -> [UInt8] {
    labels(file).enumerated().flatMap { sample, label in
      // CIFAR-100 has the coarse label first.
      [UInt8](repeating: 19, count: content.labelBytes - 1) + [label] + pixels(file, sample)
    }
  }

  func pickle(_ file: Int) -> [UInt8] {
    let labels = labels(file)
    return TestFiles.pickle(
      labelKey: content.labelKey, labels: labels, pixels: labels.indices.flatMap { pixels(file, $0) })
  }

  func members(_ form: CIFARFiles.Form) -> [(name: String, bytes: [UInt8])] {
    form.files.enumerated().map { number, name in
      (form.folder + "/" + name, form.isPickle ? pickle(number) : binary(number))
    }
  }

  /// As the archive has them: a folder, other files, and not in our order.
  func archive(_ form: CIFARFiles.Form) -> [UInt8] {
    let others: [(name: String, bytes: [UInt8])] = [
      (form.folder + "/", []), (form.folder + "/batches.meta.txt", Array("airplane\n".utf8)),
    ]
    return TestFiles.tar(others + members(form).reversed())
  }

  func check(_ samples: StoredSamples) {
    let trained = (0..<content.trainFiles).flatMap { file in labels(file) }
    #expect(samples.train.labels == trained)
    #expect(samples.test.labels == labels(content.trainFiles))
    guard case .bytes(let train) = samples.train.inputs, case .bytes(let test) = samples.test.inputs else {
      Issue.record("pictures are bytes")
      return
    }
    let expected = (0..<content.trainFiles).flatMap { file in (0..<3).flatMap { pixels(file, $0) } }
    #expect(Array(train) == expected)
    #expect(Array(test) == (0..<2).flatMap { pixels(content.trainFiles, $0) })
  }
}

@Suite struct CIFARTests {
  private static let published = [CIFAR10.content, CIFAR100.content]

  @Test(arguments: [0, 1]) func everyFormGivesTheSameSamplesAndDigest(set: Int) throws {
    let small = SmallCIFAR(Self.published[set])
    var digests: Set<String> = []
    for form in small.content.forms {
      try withTemporaryFolder { folder in
        try FileManager.default.createDirectory(atPath: "\(folder)/\(form.folder)", withIntermediateDirectories: true)
        for member in small.members(form) { try write(member.bytes, to: "\(folder)/\(member.name)") }
        try write(Gzip.pack(small.archive(form)), to: "\(folder)/\(form.archive)")
        for layout in [form.files.map { form.folder + "/" + $0 }, [form.archive]] {
          let samples = try small.content.read(layout.map { folder + "/" + $0 })
          small.check(samples)
          digests.insert(samples.digest)
        }
      }
    }
    #expect(digests.count == 1)
  }

  @Test func theShapeAndTheDefaultsAreThoseOfPublishedCIFAR() {
    for type in [CIFAR10.self, CIFAR100.self] as [any PublishedDataset.Type] {
      #expect(type.defaultModel == "resnet20" && type.defaultPartition == "label-bias")
      #expect(type.init().inputShape == [3, 32, 32])
    }
    #expect(CIFAR10().classes == 10 && CIFAR100().classes == 100)
    #expect(CIFAR10.layouts.last == ["cifar-10-python.tar.gz"])
    #expect(CIFAR100.layouts[0] == ["cifar-100-binary/train.bin", "cifar-100-binary/test.bin"])
  }

  @Test func saysWhatIsMissingAndHowToGetIt() throws {
    #expect(
      CIFAR10().missing(in: DataFolder("data"))
        == "cifar-10: is not in data/cifar-10; run 'skymask data fetch cifar-10'")
    try withTemporaryFolder { folder in
      let own = folder + "/cifar-100"
      try FileManager.default.createDirectory(atPath: own + "/cifar-100-binary", withIntermediateDirectories: true)
      try write([], to: own + "/cifar-100-binary/train.bin")
      #expect(
        CIFAR100().missing(in: DataFolder(folder))
          == "cifar-100: \(own) lacks cifar-100-binary/test.bin; run 'skymask data fetch cifar-100 --data \(folder)'")
    }
  }

  // MARK: Damaged files

  /// What reading says after a file of a form was changed, without the folder and the common end.
  private func complaint(
    _ set: Int, form number: Int, archived: Bool = false, of name: String? = nil, _ change: (inout [UInt8]) -> Void
  ) throws -> String {
    let small = SmallCIFAR(Self.published[set])
    let form = small.content.forms[number]
    return try withTemporaryFolder { folder in
      var paths: [String]
      if archived {
        var bytes = small.archive(form)
        change(&bytes)
        paths = ["\(folder)/\(form.archive)"]
        try write(Gzip.pack(bytes), to: paths[0])
      } else {
        paths = form.files.map { folder + "/" + $0 }
        for (path, member) in zip(paths, small.members(form)) {
          var bytes = member.bytes
          if name.map({ path.hasSuffix("/" + $0) }) ?? false { change(&bytes) }
          try write(bytes, to: path)
        }
      }
      let error = #expect(throws: DatasetError.self) { try small.content.read(paths) }
      let text = error?.description ?? ""
      #expect(text.hasPrefix(folder + "/") && text.hasSuffix("; get the file again"))
      return String(text.dropFirst(folder.count + 1).dropLast("; get the file again".count))
    }
  }

  @Test func saysWhichBinaryFileIsDamaged() throws {
    #expect(
      try complaint(0, form: 0, of: "data_batch_4.bin") { $0.removeLast() }
        == "data_batch_4.bin: 9218 bytes where its samples take 9219")
    #expect(
      try complaint(1, form: 0, of: "test.bin") { $0 += [0] } == "test.bin: 6149 bytes where its samples take 6148")
    #expect(
      try complaint(0, form: 0, of: "test_batch.bin") { $0[3073] = 10 }
        == "test_batch.bin: sample 1 has the label 10, but labels go from 0 to 9")
    // The coarse label may be anything; the fine one may not.
    #expect(
      try complaint(1, form: 0, of: "train.bin") { $0[1] = 100 }
        == "train.bin: sample 0 has the label 100, but labels go from 0 to 99")
  }

  @Test func saysWhichPickleIsDamaged() throws {
    #expect(
      try complaint(0, form: 1, of: "data_batch_2") { $0 = Array("no pickle".utf8) }
        == "data_batch_2: damaged pickle at byte 0: it is no pickle of protocol 2")
    #expect(
      try complaint(0, form: 1, of: "data_batch_2") { $0[2] = 1 }
        == "data_batch_2: damaged pickle at byte 2: the instruction 0x1 is none that such files use")
    #expect(
      try complaint(1, form: 1, of: "train") { bytes in Self.replace("fine_labels", by: "wine_labels", in: &bytes) }
        == "train: there is no 'fine_labels' in it")
    #expect(
      try complaint(0, form: 1, of: "test_batch") { bytes in
        Self.replace("|", by: "<", in: &bytes); bytes += [0]
      }
      .hasSuffix(": bytes follow its end"))
    #expect(
      try complaint(0, form: 1, of: "test_batch") { bytes in Self.replace("U\u{2}u1", by: "U\u{2}f4", in: &bytes) }
        == "test_batch: its 'data' should be an array of bytes")
  }

  @Test func everyTruncationOfAPickleIsAnError() throws {
    let whole = TestFiles.pickle(labelKey: "labels", labels: [1, 2], pixels: [1, 2, 3, 4], columns: 2)
    let map = try Pickle.map(whole)
    #expect(map["labels"]?.integers == [1, 2])
    #expect(map["data"]?.byteArray?.shape == [2, 2] && map["data"]?.byteArray?.bytes == [1, 2, 3, 4])
    #expect(map.keys.sorted() == ["batch_label", "data", "filenames", "labels"])
    for length in whole.indices {
      #expect(throws: Pickle.Failure.self, "\(length) bytes") { try Pickle.map(Array(whole.prefix(length))) }
    }
  }

  @Test func noChangeOfAByteOfAPickleIsMoreThanAnError() {
    let whole = TestFiles.pickle(labelKey: "labels", labels: [1, 2], pixels: [1, 2, 3, 4], columns: 2)
    for place in whole.indices {
      for byte in [0, 0x2e, 0x52, 0x62, 0x65, 0x74, 0x75, 0x87, 0xff] as [UInt8] {
        var changed = whole
        changed[place] = byte
        // A value or an error; what must not be is a crash.
        let map = try? Pickle.map(changed)
        _ = map?["data"]?.byteArray
        _ = map?["labels"]?.integers
      }
    }
  }

  @Test func saysWhatIsWrongWithAnArchive() throws {
    #expect(
      try complaint(0, form: 0, archived: true) { $0[1024 + 512 + 5] ^= 1 }
        == "cifar-10-binary.tar.gz: not a tar archive from byte 1536 of the unpacked data on")
    #expect(
      try complaint(1, form: 0, archived: true) { $0.removeLast(1024 + 9000) }
        == "cifar-100-binary.tar.gz: the archive ends within 'cifar-100-binary/train.bin'")
    #expect(
      try complaint(1, form: 0, archived: true) { $0 = TestFiles.tar([("cifar-100-binary/test.bin", [])]) }
        == "cifar-100-binary.tar.gz: the archive has no file 'cifar-100-binary/train.bin'")
    #expect(
      try complaint(1, form: 0, archived: true) { bytes in
        bytes = TestFiles.tar(["test.bin", "train.bin"].map { ("cifar-100-binary/" + $0, [1, 2, 3]) })
      } == "cifar-100-binary.tar.gz: cifar-100-binary/train.bin: 3 bytes where its samples take 9222")
  }

  @Test func saysThatTheGzipIsDamaged() throws {
    try withTemporaryFolder { folder in
      let small = SmallCIFAR(CIFAR100.content)
      let path = folder + "/cifar-100-binary.tar.gz"
      var packed = Gzip.pack(small.archive(small.content.forms[0]))
      packed[packed.count - 8] ^= 1
      try write(packed, to: path)
      let error = #expect(throws: DatasetError.self) { try small.content.read([path]) }
      #expect(error?.description == "\(path): damaged gzip data: incorrect data check; get the file again")
      try write(Array(packed.prefix(5000)), to: path)
      let short = #expect(throws: DatasetError.self) { try small.content.read([path]) }
      #expect(short?.description == "\(path): the gzip data end too early; get the file again")
    }
  }

  private static func replace(_ old: String, by new: String, in bytes: inout [UInt8]) {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else { return }
    bytes.replaceSubrange(place..<(place + old.count), with: new)
  }
}
