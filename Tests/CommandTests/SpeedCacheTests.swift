import Foundation
import Testing

/// The measured speed of the machine stands in a file that may be lost, damaged or impossible to write.
struct SpeedCacheTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  private func plan(_ cache: String) async throws -> Ended {
    try await place.skymask("plan", "tiny.yaml", environment: ["XDG_CACHE_HOME": "\(place.path)/\(cache)"])
  }

  /// The only file of the cache.
  private func file() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/cache/skymask")
    try #require(names.count == 1)
    #expect(names[0].hasPrefix("speed-") && names[0].hasSuffix(".json"))
    return "cache/skymask/\(names[0])"
  }

  @Test func theSpeedIsMeasuredOnce() async throws {
    let first = try await plan("cache")
    let before = try place.snapshot("cache")
    let second = try await plan("cache")
    #expect(first.code == 0)
    #expect(second.out == first.out)
    #expect(try place.snapshot("cache") == before)
  }

  @Test(arguments: ["", "{", "{}", #"{"networks": {}}"#])
  func aDamagedFileIsReplaced(content: String) async throws {
    _ = try await plan("cache")
    let file = try file()
    try place.write(content, to: file)
    let ended = try await plan("cache")
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(try place.read(file).contains("secondsPerValue"))
    #expect(try self.file() == file)
  }

  @Test func aFolderThatCannotBeMadeIsNoError() async throws {
    try place.write("", to: "blocked")
    let ended = try await plan("blocked")
    #expect(ended.code == 0)
    #expect(ended.err == "")
    #expect(ended.out.contains("a run takes about "))
  }

  @Test func aRunMeasuresToo() async throws {
    let ended = try await place.skymask(
      "run", "tiny.yaml", environment: ["XDG_CACHE_HOME": "\(place.path)/cache"])
    #expect(ended.code == 0)
    _ = try file()
  }
}
