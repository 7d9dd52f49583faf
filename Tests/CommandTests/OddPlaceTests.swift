import Testing

/// Texts and folders that are unusual and right.
struct OddPlaceTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  @Test func readsManifestsOfOtherEditors() async throws {
    try place.write(Manifests.tiny.replacing("\n", with: "\r\n"), to: "crlf.yaml")
    try place.write([0xEF, 0xBB, 0xBF] + Array(Manifests.tiny.utf8), to: "bom.yaml")
    let keys = try await place.skymask("plan", "tiny.yaml").out
    #expect(keys.contains("\n4 cells: 4 new\n"))
    for file in ["crlf.yaml", "bom.yaml"] { #expect(try await place.skymask("plan", file).out == keys) }
  }

  @Test func worksThroughALinkAndOnAReadOnlyManifest() async throws {
    let ended = try await place.shell(
      "mkdir real && ln -s real linked && chmod 444 tiny.yaml && \"$SKYMASK\" run tiny.yaml --results linked")
    #expect(ended.code == 0)
    #expect(place.exists("real/tiny/rounds.csv"))
    let again = try await place.skymask(
      "run", "tiny.yaml", "--results", "real/", "--set", "rounds=3", "--name", "short")
    #expect(again.code == 0)
    #expect(Rows(try place.read("real/short/rounds.csv")).rows.count == 8)
    let dangling = try await place.shell("ln -s nowhere dangling && \"$SKYMASK\" run tiny.yaml --results dangling")
    #expect(dangling.code == 74)
    #expect(dangling.err.hasPrefix("error: dangling"))
  }

  /// Seconds; with a walk over all cells for each of them, it would take many minutes.
  @Test(.timeLimit(.minutes(2)))
  func listsALargeSweepSoon() async throws {
    try place.write(Manifests.many(3000), to: "many.yaml")
    let ended = try await place.skymask("check", "many.yaml")
    #expect(ended.out == "many.yaml: no errors, 12000 cells\n")
    let dry = try await place.shell("\"$SKYMASK\" run many.yaml --dry-run | tail -n 1")
    #expect(dry.out == "0 of 12000 cells are finished\n")
  }
}
