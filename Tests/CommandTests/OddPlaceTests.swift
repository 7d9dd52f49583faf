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
    let again = try await place.skymask("run", "tiny.yaml", "--results", "real/", "--set", "rounds=3")
    #expect(again.code == 0)
    #expect(Rows(try place.read("real/tiny/rounds.csv")).rows.count == 8)
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

  /// Not every machine lets a user mount in a namespace; the store's own tests fill a disk that is simulated.
  private static func canMount() async throws -> Bool {
    try await TestFolder().shell("unshare --user --map-root-user --mount true").code == 0
  }

  @Test(.enabled("needs user namespaces") { try await canMount() })
  func goesOnAfterTheDiskWasFull() async throws {
    _ = try await place.skymask("run", "tiny.yaml")
    // A file system of its own in a namespace of its own, which ends with the script.
    let ended = try await place.shell(
      """
      mkdir small
      exec unshare --user --map-root-user --mount sh -c '
        mount -t tmpfs -o size=40k tmpfs small || exit 98
        "$SKYMASK" run tiny.yaml --results small
        echo "first $?"
        mount -o remount,size=4m small || exit 98
        "$SKYMASK" run tiny.yaml --results small
        echo "second $?"
        cmp small/tiny/rounds.csv results/tiny/rounds.csv && echo same'
      """)
    #expect(ended.code == 0, "\(ended.err)")
    #expect(ended.out.contains("first 74\n"))
    #expect(ended.err.contains("the disk is full; free some space, then run the same command again"))
    #expect(ended.out.contains("second 0\nsame\n"))
  }
}
