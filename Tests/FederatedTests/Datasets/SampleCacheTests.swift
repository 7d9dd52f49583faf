import Foundation
import Synchronization
import Testing

@testable import Federated

/// A file `source` in a folder of its own, and the cache of what is read from it.
private final class CachePlace {
  let folder: String
  var reads = 0

  init(_ folder: String) throws {
    self.folder = folder
    try put("some samples")
  }

  func put(_ text: String) throws { try write(Array(text.utf8), to: folder + "/source") }

  /// Not waiting for files to settle, unless told to.
  func cache(settling: Int64 = 0) -> SampleCache {
    var cache = SampleCache(folder: DataFolder(folder), dataset: "test", files: [folder + "/source"])
    cache.settling = settling
    return cache
  }

  static let made = StoredSamples(
    digest: String(repeating: "a", count: 64),
    train: Samples.Split(inputs: .bytes([1, 2, 3, 4, 5, 6]), labels: [1, 0, 2], owners: [7, -1, 1 << 40]),
    test: Samples.Split(inputs: .floats([0.5, -2, .greatestFiniteMagnitude]), labels: [1]))

  /// Reads by way of the cache, and checks that what comes is what was read.
  func read(settling: Int64 = 0) throws {
    let samples = try cache(settling: settling).samples {
      reads += 1
      return CachePlace.made
    }
    CachePlace.check(samples)
  }

  static func check(_ samples: StoredSamples) {
    #expect(samples.digest == made.digest)
    #expect(samples.train.labels == [1, 0, 2] && samples.train.owners == [7, -1, 1 << 40])
    #expect(samples.test.labels == [1] && samples.test.owners == nil)
    guard case .bytes(let bytes) = samples.train.inputs, case .floats(let floats) = samples.test.inputs else {
      Issue.record("each kind of number stays what it is")
      return
    }
    #expect(bytes == [1, 2, 3, 4, 5, 6] && floats == [0.5, -2, .greatestFiniteMagnitude])
  }

  var caches: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder + "/.cache").sorted() }
  }

  /// The one cache file's path.
  var path: String {
    get throws { folder + "/.cache/" + (try #require(try caches.first)) }
  }
}

private final class Counter: Sendable {
  private let state = Mutex(0)

  var count: Int { state.withLock { $0 } }

  func add() { state.withLock { $0 += 1 } }
}

@Suite struct SampleCacheTests {
  private func withPlace(_ body: (CachePlace) throws -> Void) throws {
    try withTemporaryFolder { try body(CachePlace($0)) }
  }

  @Test func readsOnceAndThenMaps() throws {
    try withPlace { place in
      for _ in 0..<3 { try place.read() }
      #expect(place.reads == 1)
      #expect(try place.caches.count == 1)
      #expect(try place.cache().digest { throw CancellationError() } == CachePlace.made.digest)
    }
  }

  @Test func readsAgainWhenTheFileIsAnother() throws {
    try withPlace { place in
      try place.read()
      try place.put("other samples")
      try place.read()
      #expect(place.reads == 2)
      // Same length, and the old time put back: the time of the entry tells.
      let time = try FileManager.default.attributesOfItem(atPath: place.folder + "/source")[.modificationDate]
      try place.put("OTHER samples")
      try FileManager.default.setAttributes([.modificationDate: time as Any], ofItemAtPath: place.folder + "/source")
      try place.read()
      #expect(place.reads == 3)
      try place.read()
      #expect(place.reads == 3)
    }
  }

  @Test func doesNotTrustAFileThatHasJustChanged() throws {
    try withPlace { place in
      for _ in 0..<2 { try place.read(settling: 2_000_000_000) }
      #expect(place.reads == 2)
      #expect(try place.cache(settling: 2_000_000_000).digest { CachePlace.made } == CachePlace.made.digest)
    }
  }

  @Test func makesADamagedCacheAgain() throws {
    try withPlace { place in
      try place.read()
      let whole = [UInt8](try Data(contentsOf: URL(filePath: place.path)))
      var reads = 1
      let places = [0, 9, 13, 40, whole.count / 2, 4096, 4096 + 70, whole.count - 1]
      for byte in places {
        var damaged = whole
        damaged[byte] ^= 0x10
        try write(damaged, to: place.path)
        try place.read()
        // Only what nobody reads may be damaged: the space between header and payload.
        let isSpace = whole[byte] == 0 && byte < 4096
        if !isSpace { reads += 1 }
        #expect(place.reads == reads, "byte \(byte)")
        try write(whole, to: place.path)
      }
      for length in [0, 7, 15, 100, 4096, whole.count - 1] {
        try write(Array(whole.prefix(length)), to: place.path)
        try place.read()
        reads += 1
        #expect(place.reads == reads, "\(length) bytes")
      }
      try place.read()
      #expect(place.reads == reads)
      #expect(try [UInt8](Data(contentsOf: URL(filePath: place.path))).count == whole.count)
    }
  }

  @Test func whatIsMappedStaysWhenTheCacheIsMadeAgain() throws {
    try withPlace { place in
      try place.read()
      let mapped = try place.cache().samples { throw CancellationError() }
      try place.put("other samples")
      _ = try place.cache().samples {
        var other = CachePlace.made
        other.train.labels = [9, 9, 9]
        other.train.inputs = .bytes([9, 9, 9, 9, 9, 9])
        return other
      }
      CachePlace.check(mapped)
      place.cache().remove()
      CachePlace.check(mapped)
    }
  }

  @Test func aReaderThatFailsLeavesNothing() throws {
    try withPlace { place in
      #expect(throws: CancellationError.self) { try place.cache().samples { throw CancellationError() } }
      let left = try place.caches
      #expect(left.isEmpty)
    }
  }

  @Test func goesWithoutWhereNothingCanBeWritten() throws {
    try withPlace { place in
      // A file where the folder should be: no user, root neither, can write into it.
      try write([], to: place.folder + "/.cache")
      for _ in 0..<2 { try place.read() }
      #expect(place.reads == 2)
    }
  }

  @Test func saysThatAFileIsGone() throws {
    try withPlace { place in
      try place.read()
      try FileManager.default.removeItem(atPath: place.folder + "/source")
      let error = #expect(throws: DatasetError.self) { try place.read() }
      #expect(error?.description == "\(place.folder)/source: cannot be read: No such file or directory")
    }
  }

  @Test func removesDraftsThatAKilledMakerLeft() throws {
    try withPlace { place in
      try place.read()
      let (old, new) = (try place.path + ".dead00", try place.path + ".live00")
      for draft in [old, new] { try write([1], to: draft) }
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old)
      place.cache().remove()
      try place.read()
      #expect(!FileManager.default.fileExists(atPath: old))
      #expect(FileManager.default.fileExists(atPath: new))
    }
  }

  @Test func manyMakersAtOnceDoNoHarm() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "skymask-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try CachePlace(folder)
    let reads = Counter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<20 {
            var cache = SampleCache(folder: DataFolder(folder), dataset: "test", files: [folder + "/source"])
            cache.settling = 0
            CachePlace.check(
              try cache.samples {
                reads.add()
                return CachePlace.made
              })
            if Bool.random() { cache.remove() }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(reads.count >= 1)
    // No draft is left.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder + "/.cache").allSatisfy { $0.hasSuffix(".samples") })
  }

  @Test func anotherPathIsAnotherCache() throws {
    try withPlace { place in
      try place.read()
      try write(Array("some samples".utf8), to: place.folder + "/other")
      var other = SampleCache(folder: DataFolder(place.folder), dataset: "test", files: [place.folder + "/other"])
      other.settling = 0
      var made = CachePlace.made
      made.digest = String(repeating: "b", count: 64)
      #expect(try other.samples { made }.digest == made.digest)
      #expect(try place.caches.count == 2)
      try place.read()
      #expect(place.reads == 1)
    }
  }
}
